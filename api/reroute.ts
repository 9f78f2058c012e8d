import { SYSTEM, type Level } from '../domain/kernel/types.ts';
import type { AccountRecord, GrantRecord } from '../models/account.ts';
import { pendingCommand, type NewCommand } from '../models/command.ts';
import { createCountReviewers, eligibleFrom, type ReviewersQuery } from '../models/reviewers.ts';
import type { ApiDeps } from './deps.ts';
import { OFFICE_WORK, workOf, type Work } from './office-work.ts';

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
  const others = holders.some((id) => id !== account._id);
  let told = 0;
  // Where others decide, only what was his own has to move; of the rest of the work nothing is one person's.
  for (const work of others ? [ownReviews(deps, level, account._id)] : OFFICE_WORK.map((of) => of(deps, level))) {
    told += await rerouteAll(deps, work, regionCode, account);
  }
  return told;
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
