import type { ClientSession } from 'mongoose';
import { z } from 'zod';
import { id, pendingSchema } from '../../../contracts/http/common.ts';
import { contentBody } from '../../../contracts/http/need.ts';
import { problem } from '../../../contracts/problems.ts';
import type { JsonObject } from '../../../domain/kernel/types.ts';
import { isTerminal } from '../../../domain/kernel/table.ts';
import { householdFaults, type PostedBefore } from '../../../domain/need/posting.ts';
import { needTable } from '../../../domain/need/table.ts';
import type { NeedSeed } from '../../../domain/need/types.ts';
import type { Reference } from '../../../infra/reference.ts';
import { isDuplicateKey } from '../../../models/command.ts';
import type { HouseholdRecord } from '../../../models/household.ts';
import type { NeedContent, NeedRecord } from '../../../models/need.ts';
import { caseCommandRoute, pendingAnswer, type PersonalAccess } from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import { startingCommand } from '../../gateway.ts';
import { defineRoute, requireVersion, type AnyRoute, type Caller } from '../../route.ts';
import { inTransaction } from '../../transaction.ts';
import { assertOwnPhotos } from '../photo-use.ts';
import {
  assertMayPost,
  assertPledgedKept,
  assertPostable,
  caseLines,
  contentFrom,
  EMPTY_CONTENT,
  isVillageCadre,
  termsFor,
} from './content.ts';

const params = z.strictObject({ needId: id });

/**
 * The household's needs count against its limits while this is open; the write on its record makes two submissions at
 * the same time follow one another.
 * @throws Problem TOO_MANY_OPEN_NEEDS, RECEIVED_LIMIT, DUPLICATE_NEED
 */
async function assertWithinLimits(
  { models, reference }: ApiDeps,
  need: NeedRecord,
  now: number,
  session: ClientSession,
): Promise<void> {
  const { shared, need: policy } = reference.policyIn(need.regionPath, now);
  const since = new Date(now - policy.duplicateWindowDays * shared.time.dayMs);
  const period = new Date(now - (policy.receivedPerHousehold?.days ?? 0) * shared.time.dayMs);
  await models.households.households.updateOne(
    { _id: need.householdId },
    { $set: { updatedAt: new Date(now) } },
    { session },
  );
  const others = await models.needs.needs
    .find(
      { householdId: need.householdId, submittedAt: { $ne: null }, _id: { $ne: need._id } },
      { session, projection: { title: 1, category: 1, stage: 1, submittedAt: 1, lines: 1 }, maxTimeMS: 3000 },
    )
    .sort({ submittedAt: -1 })
    .limit(100)
    .toArray();
  const [fault] = householdFaults(
    need,
    others.map((other) => ({ ...postedBefore(other, since), receivedFen: receivedSince(other, period) })),
    policy,
  );
  if (fault !== undefined) throw problem(fault.code, { members: fault.members });
}

/** What was withdrawn, refused or cancelled may be asked for again. */
const NOT_COUNTED: readonly string[] = ['withdrawn', 'refused', 'takenDown', 'cancelled'];

const postedBefore = (need: NeedRecord, since: Date): PostedBefore => ({
  id: need._id,
  title: need.title,
  itemNames: need.lines.map((line) => line.name),
  category: need.category,
  open:
    !NOT_COUNTED.includes(need.stage) && !isTerminal(needTable, { ...need, id: need._id, stageSince: 0, clock: {} }),
  recent: !NOT_COUNTED.includes(need.stage) && need.submittedAt !== null && need.submittedAt >= since,
});

const receivedSince = ({ lines, submittedAt }: NeedRecord, since: Date): number =>
  submittedAt === null || submittedAt < since
    ? 0
    : lines.reduce((sum, line) => sum + (line.sent + line.received) * line.unitPriceFen, 0);

const seedOf = ({ regions }: Reference, need: NeedRecord, caller: Caller): NeedSeed => ({
  publisherId: need.publisherId,
  householdId: need.householdId,
  publisherIsVillageCadre: isVillageCadre(caller, need.regionPath),
  regionPath: need.regionPath,
  pairedRegion: regions.pairedRegion(need.regionPath.at(-1) ?? ''),
  category: need.category,
  kind: need.kind,
  urgency: need.urgency,
  revisionId: need.revisionId,
  lines: caseLines(need.lines),
  amountFen: need.amountFen,
});

/** @throws Problem NOT_FOUND */
async function householdOf({ models }: ApiDeps, need: NeedRecord): Promise<HouseholdRecord> {
  const household = await models.households.find(need.householdId);
  if (household === null) throw problem('NOT_FOUND');
  return household;
}

const submitNeed = defineRoute({
  method: 'post',
  path: '/v1/needs/{needId}/submit',
  operationId: 'submitNeed',
  summary: 'Submit your draft for review',
  description:
    'Checks every rule for postings. The answer is 202: the need is accepted for certain, and its case starts at once or, ' +
    'when Temporal is away, as soon as it is back.',
  tags: ['Needs'],
  access: { signedIn: true, scope: 'own' },
  request: { params },
  responses: { 202: pendingSchema },
  problems: [
    'POSTING_RULES_BROKEN',
    'TOO_MANY_OPEN_NEEDS',
    'RECEIVED_LIMIT',
    'DUPLICATE_NEED',
    'PHOTO_UNKNOWN',
    'HOUSEHOLD_NOT_YOURS',
    'GONE',
  ],
  audit: 'need.submit',
  async handler(ctx) {
    const { deps, caller, now, commandId, actor } = ctx;
    const { models } = deps;
    const own = { _id: ctx.params.needId, publisherId: caller.accountId };
    const need = await models.needs.needs.findOne(own, { maxTimeMS: 3000 });
    if (need === null) throw problem('NOT_FOUND');
    if (need.submittedAt !== null) return submittedBefore(deps, commandId);
    // The sweeper deletes it, yet not to the minute.
    if (need.draftExpiresAt !== undefined && need.draftExpiresAt.getTime() <= now) throw problem('GONE');
    requireVersion(ctx, need.rev);
    const household = await householdOf(deps, need);
    assertMayPost(caller, household, need.relation);
    assertPostable(deps, household, need, need, now);
    const paper = need.consent?.kind === 'paper' ? [need.consent.reference] : [];
    await assertOwnPhotos(deps, caller.accountId, paper, '/body/consent/reference');
    const proof = need.payee?.proof == null ? [] : [need.payee.proof];
    const { version } = deps.reference.policyIn(need.regionPath, now);
    const command = startingCommand({
      commandId,
      caseType: 'need',
      caseId: need._id,
      name: 'submit',
      actor,
      data: {},
      seed: seedOf(deps.reference, need, caller) as unknown as JsonObject,
      policyVersion: version,
    });
    await inTransaction(models.db, async (session) => {
      await assertWithinLimits(deps, need, now, session);
      const use = { kind: 'need' as const, id: need._id };
      if (!(await models.photos.use([...need.photos, ...paper, ...proof], caller.accountId, use, session)))
        throw problem('PHOTO_UNKNOWN');
      const { modifiedCount } = await models.needs.needs.updateOne(
        { _id: need._id, rev: need.rev, submittedAt: null },
        {
          $set: {
            submittedAt: new Date(now),
            updatedAt: new Date(now),
            policyVersion: version,
            waitingOn: 'system',
            recipientPublicName: household.publicName,
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
    return pendingAnswer(commandId);
  },
});

/** The same request again after its answer was lost, or a second submission. */
async function submittedBefore({ models }: ApiDeps, commandId: string) {
  if ((await models.commands.find(commandId)) === null) throw problem('ALREADY_DONE');
  return pendingAnswer(commandId);
}

/** A new content is checked like a posting and kept as a revision; nothing changes until the case has taken it. */
async function keepRevision(
  deps: ApiDeps,
  need: NeedRecord,
  content: NeedContent,
  { caller, now, revisionId }: { caller: Caller; now: number; revisionId: string },
): Promise<void> {
  const household = await householdOf(deps, need);
  assertMayPost(caller, household, need.relation);
  assertPostable(deps, household, content, need, now);
  assertPledgedKept(need.lines, content.lines);
  const added = content.photos.filter((photo) => !need.photos.includes(photo));
  await assertOwnPhotos(deps, caller.accountId, added, '/body/photos');
  const { models } = deps;
  try {
    await models.revisions.revisions.insertOne({
      _id: revisionId,
      needId: need._id,
      ...content,
      searchTerms: termsFor(deps, content, need.regionNames),
      createdBy: caller.accountId,
      createdAt: new Date(now),
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
  await models.photos.use(added, caller.accountId, { kind: 'need', id: need._id });
}

/** In which stage a new content is taken; elsewhere the case refuses, and nothing is kept. */
const TAKEN_IN = { edit: 'published', resubmit: 'returned' } as const;
const PUBLISHER: PersonalAccess = { signedIn: true, scope: 'party' };

function revisionRoute(command: 'edit' | 'resubmit', operationId: string, summary: string): AnyRoute {
  return caseCommandRoute({
    caseType: 'need',
    command,
    path: `/v1/needs/{needId}/${command}`,
    operationId,
    summary,
    tag: 'Needs',
    access: PUBLISHER,
    params,
    caseId: 'needId',
    body: contentBody,
    problems: ['POSTING_RULES_BROKEN', 'PHOTO_UNKNOWN', 'HOUSEHOLD_NOT_YOURS'],
    async message({ deps, body, caller, now, newId }, need) {
      const content = contentFrom(body, EMPTY_CONTENT, newId);
      const revisionId = newId('revision');
      if (need.stage === TAKEN_IN[command] && need.publisherId === caller.accountId) {
        await keepRevision(deps, need, content, { caller, now, revisionId });
      }
      const lines = caseLines(content.lines).map((line) => ({ ...line }));
      return { data: { revisionId, lines, amountFen: content.amountFen } };
    },
  });
}

export const submitRoutes: readonly AnyRoute[] = [
  submitNeed,
  revisionRoute('resubmit', 'resubmitNeed', 'Send a corrected content after a return'),
  revisionRoute('edit', 'editNeed', 'Change a published need; it goes back to review'),
];
