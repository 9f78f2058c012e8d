import { handoverBody, handoverMadeSchema } from '../../../contracts/http/handover.ts';
import { fieldProblem, problem, type FieldError } from '../../../contracts/problems.ts';
import type { HandoverSeed } from '../../../domain/handover/types.ts';
import type { Actor, Level } from '../../../domain/kernel/types.ts';
import { pathOf } from '../../../domain/region/region.ts';
import type { AccountRecord } from '../../../models/account.ts';
import type { CommandRecord } from '../../../models/command.ts';
import type { HandoverRecord } from '../../../models/handover.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { checkedReason, type PersonalAccess } from '../../case-command.ts';
import { newStanding } from '../../../models/standing.ts';
import { openCase, openingCommand } from '../../open-case.ts';
import { defineRoute, type Ctx } from '../../route.ts';
import { asWorker } from '../../ties.ts';

const ACCESS = { roles: ['cadre'], scope: 'own' } as const satisfies PersonalAccess;
type OfferCtx = Ctx<typeof ACCESS, { body: typeof handoverBody }>;

/** The office in which he hands over: nobody hands on what is lent to himself. */
interface Office extends Actor {
  readonly level: Level;
  readonly regionCode: string;
}

export const offerHandover = defineRoute({
  method: 'post',
  path: '/v1/handovers',
  operationId: 'offerHandover',
  summary: 'Hand over reviews that wait for you alone to a colleague, who accepts or refuses',
  tags: ['Handovers'],
  access: ACCESS,
  request: { body: handoverBody },
  responses: { 201: handoverMadeSchema },
  problems: ['COLLEAGUE_UNFIT', 'NOTHING_TO_HAND_OVER', 'REASON_LENGTH', 'PERSONAL_DATA', 'OWN_POSTING'],
  audit: 'handover.offer',
  async handler(ctx) {
    const { deps, body } = ctx;
    checkedReason(deps, body.reason);
    const office = officeOf(ctx.actor);
    const colleague = await colleagueOf(ctx, office);
    const needIds = await workOf(ctx, colleague);
    const { record, command } = await recordsFor(ctx, office, colleague, needIds);
    const { handovers } = deps.models.handovers;
    await openCase(deps, command, (session) => handovers.insertOne(record, { session }));
    const headers = { Location: `/v1/handovers/${record._id}` };
    return { status: 201, headers, body: { id: record._id, stage: 'draft', needs: needIds.length } };
  },
});

function officeOf({ level, regionCode, standsInFor, ...actor }: Actor): Office {
  if (level === undefined || regionCode === undefined || standsInFor !== undefined) throw problem('NOT_PERMITTED');
  return { ...actor, level, regionCode };
}

/** @throws Problem COLLEAGUE_UNFIT unless he holds the same office and is not frozen */
async function colleagueOf({ deps, body, caller }: OfferCtx, office: Office): Promise<AccountRecord> {
  const { toAccountId } = body;
  const account = toAccountId === caller.accountId ? null : await deps.models.accounts.find(toAccountId);
  const fit = account?.grants.some(
    ({ role, level, regionCode, standsInFor }) =>
      role === 'cadre' && level === office.level && regionCode === office.regionCode && standsInFor === undefined,
  );
  if (account === null || account.frozen !== null || fit !== true) {
    throw fieldProblem('COLLEAGUE_UNFIT', '/body/toAccountId', 'must be a cadre of your level and region, not frozen');
  }
  return account;
}

/** What is handed over: chosen needs, or all that wait for the caller alone. */
async function workOf({ deps, body, caller, now }: OfferCtx, colleague: AccountRecord): Promise<readonly string[]> {
  const { needsAtMost } = deps.reference.currentPolicy(now).handover;
  const mine = { stage: 'underReview' as const, reviewAssigneeId: caller.accountId };
  const filter = body.needIds === undefined ? mine : { ...mine, _id: { $in: body.needIds } };
  const found = await deps.models.needs.needs
    .find(filter, { projection: { publisherId: 1, householdId: 1 }, maxTimeMS: 3000 })
    .sort({ dueAt: 1, _id: 1 })
    .limit(needsAtMost)
    .toArray();
  const { ties } = await asWorker(deps, { id: colleague._id, role: 'cadre' });
  const tied = [...ties.own, ...ties.helped];
  // Of all, what is the colleague's own stays: the rest goes.
  const his = ({ publisherId, householdId }: Posted) => publisherId === colleague._id || tied.includes(householdId);
  const needIds = body.needIds ?? found.filter((need) => !his(need)).map(({ _id }) => _id);
  if (needIds.length === 0) throw problem('NOTHING_TO_HAND_OVER');
  const errors = needIds.flatMap((id, i) =>
    faultsOf(
      found.find(({ _id }) => _id === id),
      i,
      colleague,
      tied,
    ),
  );
  const [fault] = errors;
  if (fault !== undefined) throw problem(fault.code, { errors });
  return needIds;
}

type Posted = Pick<NeedRecord, 'publisherId' | 'householdId'>;

interface Fault extends FieldError {
  readonly code: 'NOTHING_TO_HAND_OVER' | 'OWN_POSTING';
}

/** Nobody is given his own posting or household to review, nor one that he helps. */
function faultsOf(need: Posted | undefined, i: number, colleague: AccountRecord, tied: readonly string[]): Fault[] {
  const pointer = `/body/needIds/${i}`;
  if (need === undefined) {
    return [{ pointer, code: 'NOTHING_TO_HAND_OVER', detail: 'its review does not wait for you alone' }];
  }
  const own = need.publisherId === colleague._id || tied.includes(need.householdId);
  return own ? [{ pointer, code: 'OWN_POSTING', detail: 'it is your colleague’s own' }] : [];
}

async function recordsFor(
  ctx: OfferCtx,
  { level, regionCode }: Office,
  colleague: AccountRecord,
  needIds: readonly string[],
): Promise<{ record: HandoverRecord; command: CommandRecord }> {
  const { deps, body, caller, now } = ctx;
  const _id = ctx.newId('handover');
  const regionPath = pathOf(regionCode);
  const { version } = deps.reference.policyIn(regionPath, now);
  const at = new Date(now);
  const giver = await deps.models.accounts.find(caller.accountId);
  const ids = { giverId: caller.accountId, receiverId: colleague._id, level, regionCode };
  const seed: HandoverSeed = { ...ids, regionPath, needIds };
  const record: HandoverRecord = {
    ...newStanding(_id, at),
    ...ids,
    giverName: giver?.publicName ?? '',
    receiverName: colleague.publicName,
    regionPath,
    regionNames: deps.reference.regions.names(regionPath),
    needIds: [...needIds],
    reason: body.reason,
    policyVersion: version,
    createdAt: at,
    updatedAt: at,
  };
  const command = openingCommand(ctx, {
    caseType: 'handover',
    caseId: _id,
    name: 'offer',
    seed,
    policyVersion: version,
  });
  return { record, command };
}
