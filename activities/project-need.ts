import { isDeepStrictEqual } from 'node:util';
import type { ClientSession, Connection } from 'mongoose';
import type { CaseEvent, Level } from '../domain/kernel/types.ts';
import { audienceKey } from '../domain/need/audience.ts';
import { barredFrom } from '../domain/need/second-thought.ts';
import type { NeedState } from '../domain/need/types.ts';
import type { Policy } from '../domain/policy.ts';
import type { CalendarData } from '../domain/time/calendar.ts';
import { accountRepository } from '../models/account.ts';
import type { CaseRecord } from '../models/case.ts';
import type { NewCommand } from '../models/command.ts';
import { needRepository, type NeedLineRecord, type NeedRecord } from '../models/need.ts';
import { progressOf } from '../models/need-units.ts';
import { photoRepository } from '../models/photo.ts';
import { revisionRepository } from '../models/revision.ts';
import type { Projector } from './kinds.ts';
import { createKeepConsent } from './keep-consent.ts';
import { createKeepFeedback } from './keep-feedback.ts';
import { createKeepNews } from './keep-news.ts';
import { createSampleOutcome } from './sample-outcome.ts';
import { createSampleRecheck } from './sample-recheck.ts';
import { createRevokedClaims } from './revoked-claims.ts';
import { createStandby, type Promotion } from './standby.ts';
import { reportTally } from './tally.ts';

/** Stages in which the need acts on its tally. */
const ACTS_ON_TALLY: readonly string[] = ['published', 'matched'];
/** Stages in which it takes nothing more from donors. */
const TAKES_NOTHING: readonly string[] = [
  'following',
  'handedOff',
  'refused',
  'takenDown',
  'withdrawn',
  'cancelled',
  'closed',
];

/** What no event touches, except with a revision; its search terms alone are larger than all the rest. */
const LEFT_ALONE = { searchTerms: 0, details: 0, photos: 0 } as const;

interface Rules {
  readonly policyFor: (version: string) => Policy;
  readonly calendar: CalendarData;
}

export function createProjectNeed(db: Connection, { policyFor, calendar }: Rules): Projector {
  const sampleRecheck = createSampleRecheck(db, policyFor, calendar);
  const sampleOutcome = createSampleOutcome(db, policyFor, calendar);
  const keepNews = createKeepNews(db);
  const keepFeedback = createKeepFeedback(db);
  const keepConsent = createKeepConsent(db);
  const { needs } = needRepository(db);
  const { revisions } = revisionRepository(db);
  const { accounts } = accountRepository(db);
  const standby = createStandby(db);
  const revokedClaims = createRevokedClaims(db);
  const photoStore = photoRepository(db);

  return async function projectNeed({ session, record, events }) {
    const before = await needs.findOne({ _id: record.caseId }, { session, projection: LEFT_ALONE });
    if (before === null) throw new Error(`need ${record.caseId} has no details`);
    const state = record.state as NeedState;
    const lines = reopened(before.lines, events);
    const content = await revised({ ...before, lines }, state, session);
    const progress = progressOf(content.lines ?? lines);
    const { draftExpiresAt, ...details } = { ...before, lines, ...content };
    const after: NeedRecord = {
      ...details,
      ...caseFields(record, state),
      ...turningPoints(before, events),
      barred: barredFrom(state, policyFor(record.policyVersion).need),
      reviewTaken: await takenBy(state, before, session),
      rev: before.rev + 1,
      tallyVersion: before.tallyVersion + 1,
      progress,
      updatedAt: record.updatedAt,
    };
    await needs.updateOne(
      { _id: before._id },
      { $set: changes(before, after), ...(draftExpiresAt !== undefined && { $unset: { draftExpiresAt: true } }) },
      { session },
    );
    await sampleRecheck(after, events, session);
    await sampleOutcome(after, state, events, session);
    await keepAddedPhotos(after, events, session);
    await keepNews(after, events, session);
    await keepFeedback(after, events, session);
    await keepConsent(after, events, session);
    const entered = ACTS_ON_TALLY.includes(after.stage) && before.stage !== after.stage;
    const changed = (content.lines ?? lines) !== before.lines;
    // A claim moves units before its pledge's case tells: whoever writes the extents first tells the need of them.
    const moved = ACTS_ON_TALLY.includes(after.stage) && !isDeepStrictEqual(progress, before.progress);
    const served = entered || changed ? await serveQueue(after, session) : { need: after, told: [] };
    const { need } = served;
    const told = [
      ...served.told,
      ...(await dissolveQueue(before, need, session)),
      ...(await revokedClaims(need, events, session)),
    ];
    return (entered || changed || moved) && !knows(state, need, events) ? [...told, reportTally(need)] : told;
  };

  /** A content that came after them has brought its own. What was taken down nobody needs any more. */
  async function keepAddedPhotos({ _id, updatedAt }: NeedRecord, events: readonly CaseEvent[], session: ClientSession) {
    const edited = events.findLastIndex(({ type }) => type === 'needEdited' || type === 'needResubmitted');
    const use = { kind: 'need', id: _id } as const;
    for (const { type, data, actor } of events.slice(edited + 1)) {
      if (type === 'reviewApproved' && data['noChildSeen'] === true) {
        await needs.updateOne({ _id }, [{ $set: { photosShown: '$photos' } }], { session });
      }
      if (type === 'photosKept') {
        const kept = data['photos'] as unknown as string[];
        await needs.updateOne({ _id }, { $addToSet: { photosShown: { $each: kept } } }, { session });
      }
      if (type !== 'photosAdded' && type !== 'photosRemoved') continue;
      const photos = data['photos'] as unknown as string[];
      const change = type === 'photosAdded' ? { $push: { photos: { $each: photos } } } : { $pullAll: { photos } };
      await needs.updateOne({ _id }, change, { session });
      if (type === 'photosAdded') await photoStore.use(photos, actor.id, use, session);
      else await photoStore.release(photos, use, updatedAt, session);
    }
  }

  /** Open (again), or with more on offer: whoever waits comes first. */
  async function serveQueue(after: NeedRecord, session: ClientSession): Promise<Promotion> {
    const { need, told } = await standby.promote(after, session);
    if (told.length === 0) return { need, told };
    const progress = progressOf(need.lines);
    await needs.updateOne({ _id: need._id }, { $set: { progress } }, { session });
    return { need: { ...need, progress }, told };
  }

  async function dissolveQueue(
    before: NeedRecord,
    { _id, stage, seq, waiting = 0 }: NeedRecord,
    session: ClientSession,
  ): Promise<readonly NewCommand[]> {
    const over = before.stage !== stage && TAKES_NOTHING.includes(stage) && waiting > 0;
    return over ? standby.dissolve(_id, `${_id}-${seq}`, session) : [];
  }

  /** Who has taken it, by the name that colleagues may see. */
  async function takenBy(
    { review }: NeedState,
    { reviewTaken: before = null }: NeedRecord,
    session: ClientSession,
  ): Promise<NonNullable<NeedRecord['reviewTaken']> | null> {
    const taken = review?.taken;
    if (taken === undefined) return null;
    if (before?.by === taken.by) return { ...before, until: new Date(taken.until) };
    const account = await accounts.findOne({ _id: taken.by }, { session, projection: { publicName: 1 } });
    return { by: taken.by, name: account?.publicName ?? '', until: new Date(taken.until) };
  }

  /** The content of a revision that the case has taken over. Units that are pledged stay, whatever the revision says. */
  async function revised(need: NeedRecord, state: NeedState, session: ClientSession): Promise<Partial<NeedRecord>> {
    if (state.revisionId === need.revisionId) return {};
    const revision = await revisions.findOne({ _id: state.revisionId, needId: need._id }, { session });
    if (revision === null) throw new Error(`revision ${state.revisionId} is missing`);
    const { title, details, category, urgency, amountFen, photos, searchTerms, arrangement = null } = revision;
    const { concernsMinor, consent, payee, relation } = revision;
    const lines = mergedLines(need.lines, revision.lines);
    const content = { title, details, category, urgency, amountFen, photos, searchTerms, arrangement, lines };
    return {
      ...content,
      ...(concernsMinor !== undefined && { concernsMinor }),
      ...(consent !== undefined && { consent }),
      ...(payee != null && { payee }),
      ...(relation !== undefined && { relation }),
      revisionId: revision._id,
    };
  }
}

/** Fields that differ. A whole record written anew would have every index entry of its search terms looked at again. */
const changes = (before: NeedRecord, after: NeedRecord): Partial<NeedRecord> =>
  Object.fromEntries(
    Object.entries(after).filter(([name, value]) => !isDeepStrictEqual(value, before[name as keyof NeedRecord])),
  );

/**
 * A published need hears only changes of extent, so on entering a stage that acts on the tally it is told the newest,
 * unless it has just acted on the same. A message to itself that says nothing new would cost it a whole recording.
 */
function knows(state: NeedState, need: NeedRecord, events: readonly CaseEvent[]): boolean {
  const { committed, sent, received } = state.progress;
  const same = JSON.stringify({ committed, sent, received }) === JSON.stringify(need.progress);
  const acted = need.stage === 'published' || events.some((event) => event.type === 'allCommitted');
  return same && acted && (need.stage === 'published' || state.openPledges === need.openPledges);
}

const caseFields = (record: CaseRecord, state: NeedState) => ({
  stage: state.stage,
  seq: record.seq,
  stageSince: record.stageSince,
  dueAt: record.dueAt,
  waitingOn: record.waitingOn,
  reviewLevel: levelOf(state),
  reviewAssigneeId: state.review?.assigneeId ?? null,
  audience: audienceKey(state),
  pinnedAt: dateOrNull(state.pin?.at ?? null),
  photosToLook: state.photosToLook === undefined ? null : photosToLookOf(state.photosToLook),
  publishedAt: dateOrNull(state.publishedAt),
  expiresAt: dateOrNull(state.expiresAt),
  policyVersion: record.policyVersion,
});

/** What ledgers count by long after the stage has changed. */
function turningPoints(
  { refusedAt = null, handedOffAt = null }: NeedRecord,
  events: readonly CaseEvent[],
): Pick<NeedRecord, 'refusedAt' | 'handedOffAt'> {
  for (const { type, at } of events) {
    if (type === 'reviewRefused') refusedAt = new Date(at);
    if (type === 'needAppealed') refusedAt = null;
    if (type === 'needHandedOff') handedOffAt = new Date(at);
  }
  return { refusedAt, handedOffAt };
}

/** Whose turn it is, in every stage in which somebody of a level must act. */
function levelOf({ stage, review, challenge, handOff }: NeedState): Level | null {
  if (stage === 'handedOff') return handOff?.level ?? null;
  return (stage === 'challenged' ? challenge?.level : review?.level) ?? null;
}

const photosToLookOf = ({ photos, dueAt }: NonNullable<NeedState['photosToLook']>) => ({
  photos: [...photos],
  dueAt: new Date(dueAt),
});

const dateOrNull = (at: number | null): Date | null => (at === null ? null : new Date(at));

const committed = (line: NeedLineRecord): number => line.held + line.sent + line.received;

function mergedLines(old: readonly NeedLineRecord[], wanted: readonly NeedLineRecord[]): NeedLineRecord[] {
  const kept = old.filter((line) => committed(line) > 0 && !wanted.some((w) => w.id === line.id));
  const merged = wanted.map((line) => {
    const { held, sent, received } = old.find((o) => o.id === line.id) ?? { held: 0, sent: 0, received: 0 };
    const quantity = Math.max(line.quantity, held + sent + received);
    return { ...line, quantity, held, sent, received, free: quantity - held - sent - received };
  });
  return [...merged, ...kept.map((line) => ({ ...line, quantity: committed(line), free: 0 }))];
}

/** A reopening puts units that came but did not serve back on offer. */
function reopened(lines: NeedLineRecord[], events: readonly CaseEvent[]): NeedLineRecord[] {
  const again = events
    .filter((e) => e.type === 'reopeningApproved')
    .flatMap((e) => e.data['lines'] as unknown as ReopenedLine[]);
  if (again.length === 0) return lines;
  return lines.map((line) => {
    const units = again.filter((l) => l.lineId === line.id).reduce((sum, l) => sum + l.quantity, 0);
    const back = Math.min(units, line.received);
    return { ...line, received: line.received - back, free: line.free + back };
  });
}

interface ReopenedLine {
  lineId: string;
  quantity: number;
}
