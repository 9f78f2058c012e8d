import type { Filter } from 'mongodb';
import { SYSTEM, type Level } from '../domain/kernel/types.ts';
import type { AccountRecord } from '../models/account.ts';
import type { GrantRecord } from '../models/account-offices.ts';
import { pendingCommand, type NewCommand } from '../models/command.ts';
import { createCountReviewers, eligibleFrom, type ReviewersQuery } from '../models/reviewers.ts';
import type { ApiDeps } from './deps.ts';
import { OFFICE_WORK, workOf, type Work, type WorkRecord } from './office-work.ts';
import { tiesOf } from './ties.ts';

const CHUNK = 100;

/**
 * After an account was frozen or lost an office: what waited for it alone goes to others of the level, or up. The
 * commands are in the outbox before the caller is answered; each case decides for itself.
 * @returns how many cases were told
 */
export async function rerouteWorkOf(deps: ApiDeps, account: Pick<AccountRecord, '_id' | 'rev' | 'grants'>) {
  let told = 0;
  for (const grant of account.grants.filter(({ role }) => role === 'cadre')) {
    told += await rerouteOffice(deps, account, grant);
  }
  return told;
}

async function rerouteOffice(
  deps: ApiDeps,
  account: Pick<AccountRecord, '_id' | 'rev'>,
  { level, regionCode }: GrantRecord,
): Promise<number> {
  if (level === undefined || regionCode === undefined) return 0;
  const holders = await deps.models.accounts.holders({ role: 'cadre', level, regionCode });
  const others = holders.filter((id) => id !== account._id);
  const all = OFFICE_WORK.map((of) => of(deps, level));
  let told = 0;
  for (const work of others.length === 0
    ? all
    : [ownReviews(deps, level, account._id), ...(await leftToTheConcerned(deps, all, others))]) {
    told += await rerouteAll(deps, work, regionCode, account);
  }
  return told;
}

/** Where others decide, what was his own has to move, and what concerns every one of them: of the rest nothing is one person's. */
async function leftToTheConcerned(deps: ApiDeps, works: readonly Work[], others: readonly string[]): Promise<Work[]> {
  const concerns = await Promise.all(others.map((id) => concerning(deps, id)));
  return works.map((work) => ({ ...work, filter: { $and: [work.filter, ...concerns] } }));
}

/** Whatever somebody, or one he stands in for, has a part in or is tied to; the case itself says whether he may decide. */
async function concerning(deps: ApiDeps, id: string): Promise<Filter<WorkRecord>> {
  const account = await deps.models.accounts.find(id);
  const ids = [id, ...(account?.grants.flatMap(({ standsInFor }) => standsInFor ?? []) ?? [])];
  const ties = await Promise.all(ids.map((one) => tiesOf(deps, { id: one })));
  const households = ties.flatMap(({ own, helped }) => [...own, ...helped]);
  const his = { $in: ids };
  return {
    $or: [
      ...[{ publisherId: his }, { applicantId: his }, { donorId: his }, { complainantId: his }],
      ...[{ accusedIds: his }, { 'decidedBy.id': his }, { householdId: { $in: households } }],
    ],
  };
}

/** Reviews that were given to him, or that he has taken. */
function ownReviews({ models }: ApiDeps, level: Level, goneId: string): Work {
  const his = { $or: [{ reviewAssigneeId: goneId }, { 'reviewTaken.by': goneId }] };
  return workOf('need', models.needs.needs, { stage: 'underReview', reviewLevel: level, ...his });
}

async function rerouteAll(
  deps: ApiDeps,
  { caseType, collection, filter, except = () => [] }: Work,
  regionPath: string,
  { _id: goneId, rev }: Pick<AccountRecord, '_id' | 'rev'>,
): Promise<number> {
  const count = createCountReviewers(deps.models.db);
  const asked = { publisherId: 1, applicantId: 1, donorId: 1, complainantId: 1, householdId: 1 } as const;
  const projection = { regionPath: 1, accusedIds: 1, decidedBy: 1, ...asked } as const;
  let after = '';
  let told = 0;
  for (;;) {
    const found = await collection
      .find({ $and: [{ regionPath, _id: { $gt: after } }, filter] }, { projection, maxTimeMS: 5000 })
      .sort({ _id: 1 })
      .limit(CHUNK)
      .toArray();
    const batch = await Promise.all(
      found.map(async (record): Promise<NewCommand> => {
        const { applicantId, donorId, complainantId, householdId } = record;
        const publisherId = record.publisherId ?? applicantId ?? donorId ?? complainantId ?? '';
        const query: ReviewersQuery = {
          regionPath: record.regionPath,
          publisherId,
          ...(householdId !== undefined && { householdId }),
          except: except(record),
        };
        return {
          _id: `reroute-${record._id}-${goneId}-${rev}`,
          ...{ caseType, caseId: record._id, name: 'reroute', actor: SYSTEM, bodyHash: '' },
          data: { eligible: eligibleFrom(await count(query)), goneId },
        };
      }),
    );
    await deps.models.commands.enqueue(batch);
    // Not awaited: they are kept for certain, and the sweeper sends what cannot be sent now.
    for (const command of batch) void deps.gateway.dispatch(pendingCommand(command));
    told += batch.length;
    if (found.length < CHUNK) return told;
    after = found.at(-1)?._id ?? after;
  }
}
