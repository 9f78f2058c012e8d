import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import type { ProblemCode } from '../../../contracts/problems.ts';
import { caseCommandRoute, checkedReason, type Message, type PersonalAccess, withReason } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import type { AnyRoute } from '../../route.ts';
import type { NeedRecord } from '../../../models/need.ts';

/** A command of a need as a route, and who reaches the need. */

const params = z.strictObject({ needId: id });

/** Any cadre of the place: the case itself knows whose turn it is. */
export const CADRE: PersonalAccess = { roles: ['cadre'], scope: 'region' };
/** Publisher and household, whatever else they are. */
export const PARTY: PersonalAccess = { signedIn: true, scope: 'party' };
/** Publisher, or a cadre of the place. */
export const PARTY_OR_CADRE: PersonalAccess = { signedIn: true, scope: 'party' };
export const COUNTY: PersonalAccess = { roles: ['cadre'], levels: ['county', 'city', 'province'], scope: 'region' };
export const COUNTY_OR_OPERATOR: PersonalAccess = {
  roles: ['cadre', 'operator'],
  levels: ['county', 'city', 'province'],
  scope: 'region',
};
export const AID_UNIT: PersonalAccess = { roles: ['aidUnit', 'operator'], scope: 'region' };

interface Sent {
  readonly now: number;
}

interface NeedCommand<B extends z.ZodObject> {
  readonly command: string;
  readonly path?: string;
  readonly operationId: string;
  readonly summary: string;
  readonly access: PersonalAccess;
  readonly body?: B;
  readonly problems?: readonly ProblemCode[];
  message?(body: z.output<B>, deps: ApiDeps, need: NeedRecord, sent: Sent): Message | Promise<Message>;
}

export function needCommand<B extends z.ZodObject>(spec: NeedCommand<B>): AnyRoute {
  const { command, path = kebab(command), message, body, ...rest } = spec;
  return caseCommandRoute<'need', typeof params, B>({
    ...rest,
    caseType: 'need',
    command,
    path: `/v1/needs/{needId}/${path}`,
    tag: 'Needs',
    params,
    caseId: 'needId',
    ...(body !== undefined && { body }),
    ...(message !== undefined && {
      message: (ctx, need) => message(ctx.body as z.output<B>, ctx.deps, need, ctx),
    }),
  });
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

export const optionalReason = (deps: ApiDeps, reason: string | undefined, pointer?: string): string | undefined =>
  reason === undefined ? undefined : checkedReason(deps, reason, pointer);

export const withReasonCode = (body: { reasonCode: string; reason: string }, deps: ApiDeps) =>
  withReason({ body, deps });
