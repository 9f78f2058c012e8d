import type { Filter } from 'mongodb';
import { SYSTEM } from '../domain/kernel/types.ts';
import type { AccountRecord, GrantRecord } from '../models/account.ts';
import { pendingCommand, type NewCommand } from '../models/command.ts';
import type { NeedRecord } from '../models/need.ts';
import { createCountReviewers, eligibleFrom } from '../models/reviewers.ts';
import type { ApiDeps } from './deps.ts';

const CHUNK = 100;
const FIELDS = { regionPath: 1, publisherId: 1, householdId: 1, seq: 1 } as const;

/**
 * After an account was frozen or lost an office: what waited for it alone goes to others of the level, or up. The
 * commands are in the outbox before the caller is answered; each case decides for itself.
 * @returns how many reviews were told
 */
export async function rerouteReviewsOf(deps: ApiDeps, account: Pick<AccountRecord, '_id' | 'rev' | 'grants'>) {
  let told = 0;
  for (const grant of account.grants.filter(({ role }) => role === 'cadre')) {
    told += await rerouteOffice(deps, account, grant);
  }
  return told;
}

async function rerouteOffice(
  deps: ApiDeps,
  { _id: goneId, rev }: Pick<AccountRecord, '_id' | 'rev'>,
  { level, regionCode }: GrantRecord,
): Promise<number> {
  if (level === undefined || regionCode === undefined) return 0;
  const { accounts, needs, commands } = deps.models;
  const others = (await accounts.holders({ role: 'cadre', level, regionCode })).some((id) => id !== goneId);
  const turn: Filter<NeedRecord> = { stage: 'underReview', regionPath: regionCode, reviewLevel: level };
  const his = { $or: [{ reviewAssigneeId: goneId }, { 'reviewTaken.by': goneId }] };
  const count = createCountReviewers(deps.models.db);
  let after = '';
  let told = 0;
  for (;;) {
    // Where others decide, only what was his own has to move.
    const found = await needs.needs
      .find({ $and: [turn, { _id: { $gt: after } }, others ? his : {}] }, { projection: FIELDS, maxTimeMS: 5000 })
      .sort({ _id: 1 })
      .limit(CHUNK)
      .toArray();
    const batch = await Promise.all(
      found.map(async (need): Promise<NewCommand> => ({
        _id: `reroute-${need._id}-${goneId}-${rev}`,
        caseType: 'need',
        caseId: need._id,
        name: 'reroute',
        actor: SYSTEM,
        data: { eligible: eligibleFrom(await count(need)), goneId },
        bodyHash: '',
      })),
    );
    await commands.enqueue(batch);
    // Not awaited: they are kept for certain, and the sweeper sends what cannot be sent now.
    for (const command of batch) void deps.gateway.dispatch(pendingCommand(command));
    told += batch.length;
    if (found.length < CHUNK) return told;
    after = found.at(-1)?._id ?? after;
  }
}
