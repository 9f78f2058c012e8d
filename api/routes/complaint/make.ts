import type { ClientSession } from 'mongoose';
import { complaintBody, complaintMadeSchema } from '../../../contracts/http/complaint.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { mayComplainAbout, visibleTo } from '../../../domain/complaint/subject.ts';
import type { ComplaintSeed } from '../../../domain/complaint/types.ts';
import type { CommandRecord } from '../../../models/command.ts';
import { complaintPlace, type ComplaintRecord, type ComplaintWords } from '../../../models/complaint.ts';
import { assertLength } from '../../case-command.ts';
import { newStanding } from '../../../models/standing.ts';
import { openCase, openingCommand } from '../../open-case.ts';
import { defineRoute, type Ctx } from '../../route.ts';
import { assertOwnPhotos, takePhotos } from '../photo-use.ts';
import { subjectOf, type Subject } from './subject.ts';

type MakeCtx = Ctx<{ readonly signedIn: true; readonly scope: 'none' }, { body: typeof complaintBody }>;

export const makeComplaint = defineRoute({
  method: 'post',
  path: '/v1/complaints',
  operationId: 'makeComplaint',
  summary: 'Complain about a need, a delivery, an offer, somebody, an office, your own score, or the platform',
  description:
    'It goes to the level above those whom it is about; they never see it. You may object once to what is decided.',
  tags: ['Complaints'],
  access: { signedIn: true, scope: 'none' },
  request: { body: complaintBody },
  responses: { 201: complaintMadeSchema },
  problems: [
    'NOT_FOUND',
    'ACCOUNT_FROZEN',
    'COMPLAINT_OPEN',
    'COMPLAINT_LENGTH',
    'TOO_MANY_COMPLAINTS',
    'PHOTO_UNKNOWN',
    'REGION_UNKNOWN',
    'GRANT_LEVEL_MISMATCH',
  ],
  audit: 'complaint.submit',
  async handler(ctx) {
    const { deps, body, caller, actor } = ctx;
    const { accounts, complaints } = deps.models;
    if (!mayComplainAbout(body.about, caller.byNumber === true)) {
      throw fieldProblem(
        'NOT_PERMITTED',
        '/body/about',
        'without an account only about your needs, what was given, an office or your own score',
      );
    }
    checkWords(ctx);
    await assertOwnPhotos(deps, caller.accountId, body.photos ?? [], '/body/photos');
    const _id = ctx.newId('complaint');
    const subject = await subjectOf({ deps, body, caller, actor });
    const { record, command } = recordsFor(ctx, _id, subject);
    const headers = { Location: `/v1/complaints/${_id}` };
    const answer = { status: 201 as const, headers, body: { id: _id, stage: 'draft' as const } };
    // The same request came before and its answer was lost.
    if ((await complaints.find(_id)) !== null) return answer;
    const opened = await openCase(deps, command, async (session) => {
      // Of a household without an account two at once are about the same score, and one may be open.
      await accounts.inTurn(caller.accountId, session);
      await assertWithinLimit(ctx, session);
      await complaints.complaints.insertOne(record, { session });
      const use = { kind: 'complaint', id: _id } as const;
      await takePhotos(
        deps,
        { ids: record.photos, accountId: caller.accountId, use, pointer: '/body/photos' },
        session,
      );
    });
    if (!opened && (await complaints.find(_id)) === null) throw problem('COMPLAINT_OPEN');
    return answer;
  },
});

/** @throws Problem COMPLAINT_LENGTH, PHOTO_UNKNOWN. What it says about people stays: it is sealed. */
function checkWords({ deps, body, now }: MakeCtx): void {
  const { textLength, photosAtMost } = deps.reference.currentPolicy(now).complaint;
  assertLength(body.text, textLength, 'COMPLAINT_LENGTH', '/body/text');
  if ((body.photos?.length ?? 0) > photosAtMost) {
    throw fieldProblem('INVALID_REQUEST', '/body/photos', `at most ${photosAtMost}`);
  }
}

/** @throws Problem TOO_MANY_COMPLAINTS */
async function assertWithinLimit({ deps, caller, now }: MakeCtx, session: ClientSession): Promise<void> {
  const { shared, complaint } = deps.reference.currentPolicy(now);
  const { days, count } = complaint.perAccount;
  const since = new Date(now - days * shared.time.dayMs);
  const made = await deps.models.complaints.madeSince(caller.accountId, since, session);
  if (made >= count) throw problem('TOO_MANY_COMPLAINTS', { members: { limit: count, days } });
}

function recordsFor(ctx: MakeCtx, _id: string, subject: Subject): { record: ComplaintRecord; command: CommandRecord } {
  const { deps, body, caller, now } = ctx;
  const { subjectId, accusedIds, partOf, regionPath } = subject;
  const { version } = deps.reference.policyIn(regionPath, now);
  const at = new Date(now);
  const words: ComplaintWords = { text: body.text };
  const household = caller.byNumber === true && caller.householdId !== null && { householdId: caller.householdId };
  const record: ComplaintRecord = {
    ...newStanding(_id, at),
    handlingLevel: null,
    decidedBy: null,
    objected: false,
    open: true,
    complainantId: caller.accountId,
    ...household,
    about: body.about,
    subjectId,
    kind: body.kind,
    accusedIds: [...accusedIds],
    regionPath: [...visibleTo(subject)],
    regionNames: deps.reference.regions.names(regionPath),
    photos: [...new Set(body.photos)],
    sealed: deps.crypto.fields.seal(complaintPlace(_id), words),
    policyVersion: version,
    createdAt: at,
    updatedAt: at,
  };
  const { accountId: complainantId } = caller;
  const seed: ComplaintSeed = {
    complainantId,
    ...household,
    about: body.about,
    subjectId,
    accusedIds,
    partOf,
    regionPath,
  };
  const command = openingCommand(ctx, { caseType: 'complaint', caseId: _id, seed, policyVersion: version });
  return { record, command };
}
