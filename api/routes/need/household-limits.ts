import type { ClientSession } from 'mongoose';
import { problem } from '../../../contracts/problems.ts';
import { isTerminal } from '../../../domain/kernel/table.ts';
import type { Instant, JsonObject } from '../../../domain/kernel/types.ts';
import {
  countedFen,
  limitFaults,
  type HouseholdFault,
  type PostedBefore,
} from '../../../domain/need/household-limits.ts';
import { needTable } from '../../../domain/need/table.ts';
import type { Policy } from '../../../domain/policy.ts';
import { UnknownPolicyError } from '../../../infra/policies.ts';
import { NOT_COUNTED } from '../../../models/likely-matches.ts';
import type { NeedContent, NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';

/** A household's other needs, and the limits that hold for all of them together. */

interface AsOf {
  readonly policy: Policy;
  readonly now: Instant;
  readonly session?: ClientSession;
}

/** The household's other needs, newest first; more than a hundred say nothing new. */
export async function postedByHousehold(
  { models }: ApiDeps,
  { _id, householdId }: Pick<NeedRecord, '_id' | 'householdId'>,
  { policy: { shared, need: policy }, now, session }: AsOf,
): Promise<PostedBefore[]> {
  const { dayMs } = shared.time;
  const since = new Date(now - policy.duplicateWindowDays * dayMs);
  const period = new Date(now - (policy.receivedPerHousehold?.days ?? 0) * dayMs);
  const others = await models.needs.needs
    .find(
      { householdId, submittedAt: { $ne: null }, _id: { $ne: _id } },
      {
        projection: { title: 1, category: 1, stage: 1, submittedAt: 1, lines: 1, revisionId: 1 },
        maxTimeMS: 3000,
        ...(session && { session }),
      },
    )
    .sort({ submittedAt: -1 })
    .limit(100)
    .toArray();
  const changed = session === undefined ? [] : await onTheirWay(models, others, { now, session });
  return others.map((other) => {
    const asked = changed.filter(({ needId }) => needId === other._id).map(({ lines }) => ({ ...other, lines }));
    const worth = Math.max(...[other, ...asked].map((one) => countedFen(one, period)));
    return { ...postedBefore(other, since), countedFen: worth };
  });
}

/** A change is checked, then its case takes it. What the case refuses counts no longer than this. */
const ON_ITS_WAY_MS = 300_000;

/** New contents of these needs that were checked already and are not taken yet. */
async function onTheirWay(
  { revisions }: ApiDeps['models'],
  others: readonly NeedRecord[],
  { now, session }: { readonly now: Instant; readonly session: ClientSession },
) {
  const lately = { needId: { $in: others.map(({ _id }) => _id) }, createdAt: { $gte: new Date(now - ON_ITS_WAY_MS) } };
  const found = await revisions.revisions
    .find(lately, { projection: { needId: 1, lines: 1, createdAt: 1 }, session, maxTimeMS: 3000 })
    .toArray();
  const taken = found.filter(({ _id }) => others.some(({ revisionId }) => revisionId === _id));
  return found.filter(
    (one) => !taken.some(({ needId, createdAt }) => needId === one.needId && createdAt >= one.createdAt),
  );
}

const postedBefore = (need: NeedRecord, since: Date): PostedBefore => ({
  id: need._id,
  title: need.title,
  itemNames: need.lines.map((line) => line.name),
  category: need.category,
  open:
    !NOT_COUNTED.includes(need.stage) && !isTerminal(needTable, { ...need, id: need._id, stageSince: 0, clock: {} }),
  recent: !NOT_COUNTED.includes(need.stage) && need.submittedAt !== null && need.submittedAt >= since,
});

/** The rules under which the need was submitted; today's, where this process has not heard of those yet. */
export function rulesOf(
  { reference }: ApiDeps,
  { policyVersion, regionPath }: Pick<NeedRecord, 'policyVersion' | 'regionPath'>,
  now: Instant,
): Policy {
  try {
    return reference.policyFor(policyVersion);
  } catch (error) {
    if (error instanceof UnknownPolicyError) return reference.policyIn(regionPath, now);
    throw error;
  }
}

/** By the rules of its submission: a tighter policy must not stop what is under way. */
async function limitFault(
  deps: ApiDeps,
  need: NeedRecord,
  lines: NeedContent['lines'],
  { now, session }: { readonly now: Instant; readonly session?: ClientSession },
): Promise<HouseholdFault | undefined> {
  const policy = rulesOf(deps, need, now);
  const others = await postedByHousehold(deps, need, { policy, now, ...(session && { session }) });
  return limitFaults({ lines }, others, policy.need)[0];
}

/**
 * While this is open nothing else of the household is checked against its limits.
 * @throws Problem TOO_MANY_OPEN_NEEDS, RECEIVED_LIMIT when a new content asks for more than the household may have
 */
export async function assertStillWithinLimits(
  deps: ApiDeps,
  need: NeedRecord,
  { lines }: Pick<NeedContent, 'lines'>,
  { now, session }: { readonly now: Instant; readonly session: ClientSession },
): Promise<void> {
  await deps.models.households.inTurn(need.householdId, session);
  const fault = await limitFault(deps, need, lines, { now, session });
  if (fault !== undefined) throw problem(fault.code, { members: fault.members });
}

/** What an approval is told of the limits: `{}` while they hold. */
export async function limitData(deps: ApiDeps, need: NeedRecord, now: Instant): Promise<JsonObject> {
  const fault = await limitFault(deps, need, need.lines, { now });
  return fault === undefined ? {} : { overLimit: { code: fault.code, ...fault.members } };
}
