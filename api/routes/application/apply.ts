import { applicationBody, applicationMadeSchema } from '../../../contracts/http/application.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import type { ApplicationSeed } from '../../../domain/application/types.ts';
import { normaliseIdNumber } from '../../../domain/people/id-number.ts';
import { pathOf } from '../../../domain/region/region.ts';
import type { Sealed } from '../../../infra/crypto/index.ts';
import type { AccountPersonal } from '../../../models/account.ts';
import type { ApplicationRecord } from '../../../models/application.ts';
import type { CommandRecord } from '../../../models/command.ts';
import { newReviewed } from '../../../models/reviewed.ts';
import { assertLength, checkedText } from '../../case-command.ts';
import { openCase, openingCommand } from '../../open-case.ts';
import { defineRoute, type Ctx } from '../../route.ts';
import { assertRealName } from '../../real-name.ts';
import { checkOffice } from '../account/checks.ts';
import { found, place } from '../account/record.ts';

type ApplyCtx = Ctx<{ readonly signedIn: true; readonly scope: 'none' }, { body: typeof applicationBody }>;

export const applyForOffice = defineRoute({
  method: 'post',
  path: '/v1/applications',
  operationId: 'applyForOffice',
  summary: 'Apply for a cadre’s office with your real name; the next level up decides',
  tags: ['Applications'],
  access: { signedIn: true, scope: 'none' },
  request: { body: applicationBody },
  responses: { 201: applicationMadeSchema },
  problems: [
    'REAL_NAME_REQUIRED',
    'REAL_NAME_UNCONFIRMED',
    'REAL_NAME_MISMATCH',
    'GRANT_LEVEL_MISMATCH',
    'GRANT_EXISTS',
    'REGION_UNKNOWN',
    'APPLICATION_OPEN',
    'STATEMENT_LENGTH',
    'PERSONAL_DATA',
  ],
  audit: 'application.submit',
  async handler(ctx) {
    const { deps, body } = ctx;
    checkOffice(deps, { role: 'cadre', level: body.level, regionCode: body.regionCode });
    checkStatement(ctx);
    await checkApplicant(ctx);
    const { record, command } = recordsFor(ctx);
    const { applications } = deps.models;
    const opened = await openCase(deps, command, (session) => applications.applications.insertOne(record, { session }));
    if (!opened && (await applications.find(record._id)) === null) throw problem('APPLICATION_OPEN');
    const headers = { Location: `/v1/applications/${record._id}` };
    return { status: 201, headers, body: { id: record._id, stage: 'draft' } };
  },
});

function checkStatement({ deps, body, now }: ApplyCtx): void {
  const { statementLength } = deps.reference.currentPolicy(now).application;
  assertLength(body.statement, statementLength, 'STATEMENT_LENGTH', '/body/statement');
  checkedText(body.statement, '/body/statement');
}

/** Who applies says who he is, and it is who his account says he is. */
async function checkApplicant({ deps, body, caller }: ApplyCtx): Promise<void> {
  const account = await found(deps, caller.accountId);
  const { name, idNumber } = deps.crypto.fields.open<AccountPersonal>(place(account._id), account.sealed as Sealed);
  if (idNumber === null) throw problem('REAL_NAME_REQUIRED');
  if (body.name !== name) throw fieldProblem('REAL_NAME_MISMATCH', '/body/name', 'differs from the account');
  if (normaliseIdNumber(body.idNumber) !== idNumber) {
    throw fieldProblem('REAL_NAME_MISMATCH', '/body/idNumber', 'differs from the account');
  }
  assertRealName(account);
  const holds = account.grants.some(
    (grant) => grant.role === 'cadre' && grant.level === body.level && grant.regionCode === body.regionCode,
  );
  if (holds) throw problem('GRANT_EXISTS');
}

function recordsFor(ctx: ApplyCtx): { record: ApplicationRecord; command: CommandRecord } {
  const { deps, body, caller, now } = ctx;
  const { level, regionCode, statement } = body;
  const _id = ctx.newId('application');
  const regionPath = pathOf(regionCode);
  const { version } = deps.reference.policyIn(regionPath, now);
  const record: ApplicationRecord = {
    ...newReviewed(_id, now, version),
    applicantId: caller.accountId,
    level,
    regionCode,
    regionPath: regionPath.slice(0, -1),
    regionNames: deps.reference.regions.names(regionPath),
    statement,
  };
  const seed: ApplicationSeed = { applicantId: caller.accountId, level, regionCode, regionPath };
  const command = openingCommand(ctx, { caseType: 'application', caseId: _id, seed, policyVersion: version });
  return { record, command };
}
