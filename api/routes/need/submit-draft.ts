import type { ClientSession } from 'mongoose';
import { problem } from '../../../contracts/problems.ts';
import type { Actor, Instant } from '../../../domain/kernel/types.ts';
import { householdFaults } from '../../../domain/need/household-limits.ts';
import type { NeedSeed } from '../../../domain/need/types.ts';
import type { Reference } from '../../../infra/reference.ts';
import type { HouseholdRecord } from '../../../models/household.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import { openingCommand } from '../../open-case.ts';
import type { Caller } from '../../route.ts';
import { inTransaction } from '../../../models/transaction.ts';
import { assertMayPost, assertPostable, caseLines, isVillageCadre } from './content.ts';
import { assertEvidence, useEvidence } from './evidence.ts';
import { postedByHousehold } from './household-limits.ts';
import { assertMatchesDismissed } from './likely.ts';

/** From a draft to a case: every rule is checked, then the need and the command that opens its case are kept in one. */

/**
 * The household's needs count against its limits while this is open; two submissions at the same time
 * follow one another.
 * @throws Problem TOO_MANY_OPEN_NEEDS, RECEIVED_LIMIT, DUPLICATE_NEED
 */
async function assertWithinLimits(deps: ApiDeps, need: NeedRecord, now: number, session: ClientSession): Promise<void> {
  const policy = deps.reference.policyIn(need.regionPath, now);
  await deps.models.households.inTurn(need.householdId, session);
  const [fault] = householdFaults(need, await postedByHousehold(deps, need, { policy, now, session }), policy.need);
  if (fault !== undefined) throw problem(fault.code, { members: fault.members });
}

const seedOf = ({ regions, categories }: Reference, need: NeedRecord, caller: Caller): NeedSeed => ({
  publisherId: need.publisherId,
  householdId: need.householdId,
  publisherIsVillageCadre: isVillageCadre(caller, need.regionPath),
  regionPath: need.regionPath,
  pairedRegion: regions.pairedRegion(need.regionPath.at(-1) ?? ''),
  category: need.category,
  categoryPath: [...(categories.find(need.category)?.path ?? [])],
  kind: need.kind,
  urgency: need.urgency,
  revisionId: need.revisionId,
  lines: caseLines(need.lines),
  amountFen: need.amountFen,
});

/** @throws Problem NOT_FOUND */
export async function householdOf({ models }: ApiDeps, need: NeedRecord): Promise<HouseholdRecord> {
  const household = await models.households.find(need.householdId);
  if (household === null) throw problem('NOT_FOUND');
  return household;
}

export interface Submission {
  readonly need: NeedRecord;
  readonly caller: Caller;
  readonly actor: Actor;
  readonly now: Instant;
  readonly commandId: string;
}

/** @throws Problem for whatever stands against it; then nothing is kept */
export async function submitDraft(deps: ApiDeps, { need, caller, actor, now, commandId }: Submission): Promise<void> {
  const { models } = deps;
  const household = await householdOf(deps, need);
  await assertMayPost(deps, caller, household, need);
  const { concernsMinor } = assertPostable(deps, household, need, need, now);
  await assertEvidence(deps, household, need, now);
  await assertMatchesDismissed(deps, need, now);
  const proof = need.payee?.proof == null ? [] : [need.payee.proof];
  const { version } = deps.reference.policyIn(need.regionPath, now);
  const command = openingCommand(
    { commandId, actor },
    { caseType: 'need', caseId: need._id, seed: seedOf(deps.reference, need, caller), policyVersion: version },
  );
  await inTransaction(models.db, async (session) => {
    await assertWithinLimits(deps, need, now, session);
    const use = { kind: 'need' as const, id: need._id };
    if (!(await models.photos.use([...need.photos, ...proof], caller.accountId, use, session)))
      throw problem('PHOTO_UNKNOWN');
    await useEvidence(deps, need, session);
    const { modifiedCount } = await models.needs.needs.updateOne(
      { _id: need._id, rev: need.rev, submittedAt: null },
      {
        $set: {
          submittedAt: new Date(now),
          updatedAt: new Date(now),
          policyVersion: version,
          waitingOn: 'system',
          recipientPublicName: household.publicName,
          concernsMinor,
        },
        $unset: { draftExpiresAt: '' },
        $inc: { rev: 1 },
      },
      { session },
    );
    if (modifiedCount === 0) throw problem('VERSION_MISMATCH');
    await models.commands.commands.insertOne(command, { session });
  });
  // Not awaited: the need is kept for certain. What cannot be sent now, the sweeper sends.
  void deps.gateway.dispatch(command);
}
