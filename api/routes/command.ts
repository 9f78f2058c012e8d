import { z } from 'zod';
import { commandStatusSchema } from '../../contracts/http/command.ts';
import { isProblemCode, problem, PROBLEMS } from '../../contracts/problems.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

const getCommand = defineRoute({
  method: 'get',
  path: '/v1/commands/{commandId}',
  operationId: 'getCommand',
  summary: 'What became of a command of yours that was answered with 202',
  tags: ['Commands'],
  access: { signedIn: true, scope: 'own' },
  request: { params: z.strictObject({ commandId: z.string().regex(/^[A-Za-z0-9_-]{20,100}$/) }) },
  responses: { 200: commandStatusSchema },
  async handler({ deps, params, caller, language }) {
    const { commands } = deps.models.commands;
    const own = { _id: params.commandId, 'actor.id': caller.accountId };
    const found = await commands.findOne(own, { maxTimeMS: 3000 });
    if (found === null) throw problem('NOT_FOUND');
    const { outcome } = found;
    const code = outcome?.refusal?.code ?? null;
    return {
      status: 200,
      body: {
        commandId: found._id,
        command: found.name,
        caseType: found.caseType,
        caseId: found.caseId,
        status: found.status,
        createdAt: found.createdAt.toISOString(),
        stage: outcome?.stage ?? null,
        seq: outcome?.seq ?? null,
        refusal: code === null ? null : { code, title: isProblemCode(code) ? PROBLEMS[code][language] : code },
      },
    };
  },
});

export const commandRoutes: readonly AnyRoute[] = [getCommand];
