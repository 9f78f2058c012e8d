import { evolveBy, type Evolve } from '../kernel/events.ts';
import type { CaseEvent, Instant, JsonObject } from '../kernel/types.ts';
import { countAdded, lookedAtPhotos, withApprovedPhotos, withHiddenPhotos, withPhotosToLook } from './added-photos.ts';
import type { NeedEvents } from './events.ts';
import type { Extent, NeedSeed, NeedStage, NeedState, Progress, Review } from './types.ts';

/** The state before the first event; `seed` was checked when the need's record was made. */
export function initialNeed(id: string, seed: JsonObject): NeedState {
  const start = seed as unknown as NeedSeed;
  return {
    publisherId: start.publisherId,
    householdId: start.householdId,
    publisherIsVillageCadre: start.publisherIsVillageCadre,
    regionPath: start.regionPath,
    category: start.category,
    urgency: start.urgency,
    revisionId: start.revisionId,
    lines: start.lines,
    amountFen: start.amountFen,
    ...(start.kind !== undefined && { kind: start.kind }),
    ...(start.categoryPath !== undefined && { categoryPath: start.categoryPath }),
    ...(start.pairedRegion !== undefined && { pairedRegion: start.pairedRegion }),
    id,
    stage: 'draft',
    stageSince: 0,
    clock: {},
    eligible: {},
    review: null,
    pausedReview: null,
    resubmissions: 0,
    approvals: [],
    approver: null,
    decidedBy: null,
    appealed: false,
    publishedAt: null,
    expiresAt: null,
    lifetimeLeftMs: null,
    renewed: false,
    extended: false,
    rest: 'open',
    progress: { committed: 'none', sent: 'none', received: 'none' },
    tallyVersion: 0,
    openPledges: 0,
    handOff: null,
    following: null,
    reopening: null,
    outcome: null,
  };
}

const moved = (state: NeedState, stage: NeedStage, data: { clock: NeedState['clock'] }): NeedState => ({
  ...state,
  stage,
  clock: data.clock,
});

const reviewed = (state: NeedState, data: { review: Review; clock: NeedState['clock'] }): NeedState => ({
  ...moved(state, 'underReview', data),
  review: data.review,
  pausedReview: null,
});

/** A review that begins asks the household, too, where its word is missing. */
const asked = ({ asksPreview }: { readonly asksPreview?: true }, { at }: CaseEvent): { previewSince?: Instant } =>
  asksPreview === true ? { previewSince: at } : {};

/** With another content. */
function revised(before: NeedState, data: NeedEvents['needResubmitted'], at: Instant): NeedState {
  // Photos that came later are part of the new content now, which is reviewed.
  const { previewAsked: _asked, previewSince: _since, addedPhotos: _in, photosToLook: _seen, ...state } = before;
  const { revisionId, lines, amountFen, categoryPath, previewFirst } = data;
  const found = { ...(categoryPath && { categoryPath }), ...(previewFirst && { previewAsked: at }) };
  return { ...state, ...found, revisionId, lines, amountFen };
}

/** Open again, to whomever. */
const opened = ({ pausedBy: _by, challenge: _challenge, ...state }: NeedState): NeedState => state;

const ended = ({ parked: _parked, ...state }: NeedState, stage: NeedStage, outcome: string): NeedState => ({
  ...opened(state),
  stage,
  clock: {},
  review: null,
  pausedReview: null,
  outcome,
});

const without = (state: NeedState, command: string): NeedState => ({
  ...state,
  clock: Object.fromEntries(Object.entries(state.clock).filter(([name]) => name !== command)),
});

const lessThanAll = (extent: Extent): Extent => (extent === 'all' ? 'part' : extent);
const withMoreWanted = (progress: Progress): Progress => ({
  committed: lessThanAll(progress.committed),
  sent: lessThanAll(progress.sent),
  received: lessThanAll(progress.received),
});

const refusedBy = (state: NeedState, level: Review['level'], event: CaseEvent): NeedState => ({
  ...state,
  review: null,
  decidedBy: { id: event.actor.id, level },
});

const withReview = (state: NeedState, change: Partial<Review>): NeedState =>
  state.review === null ? state : { ...state, review: { ...state.review, ...change } };

const withFollowing = (state: NeedState, change: Partial<NonNullable<NeedState['following']>>): NeedState =>
  state.following === null ? state : { ...state, following: { ...state.following, ...change } };

const EVOLVE: Evolve<NeedEvents, NeedState> = {
  needSubmitted: (state, data, { at }) => ({
    ...moved(state, 'submitted', data),
    ...(data.previewFirst && { previewAsked: at }),
  }),
  needResubmitted: (state, data, { at }) => ({
    ...moved(revised(state, data, at), 'submitted', data),
    resubmissions: state.resubmissions + 1,
  }),
  reviewStarted: (state, data, event) => ({
    ...reviewed(state, data),
    ...asked(data, event),
    eligible: data.eligible,
    ...(data.reviewers !== undefined && { reviewers: data.reviewers }),
    ...(data.risk !== undefined && { risk: data.risk }),
  }),
  riskAssessed: (state, { risk, review }) => ({ ...state, risk, review }),
  reviewerReminded: (state) => without(state, 'remindReviewer'),
  reviewApproved: (state, { level, final, ...said }, event) => ({
    ...withApprovedPhotos(state, said),
    approvals: [...state.approvals, { level, by: event.actor.id, at: event.at }],
    review: final ? null : state.review,
    approver: final ? { id: event.actor.id, level, at: event.at } : state.approver,
  }),
  reviewPassedOn: reviewed,
  secondReviewAsked: reviewed,
  reviewTaken: (state, { taken }) => withReview(state, { taken }),
  reviewLetGo: (state) => {
    if (state.review === null) return state;
    const { taken: _taken, ...review } = state.review;
    return { ...state, review };
  },
  reviewRerouted: (state, data) => ({ ...reviewed(state, data), eligible: data.eligible }),
  reviewReassigned: (state, data, event) => ({ ...reviewed(state, data), ...asked(data, event) }),
  decisionOverdue: reviewed,
  reviewReturned: (state, { remainingWorkingDays, decisionWorkingDaysLeft, clock }) => ({
    ...moved(state, 'returned', { clock }),
    review: null,
    pausedReview:
      state.review === null
        ? null
        : {
            ...state.review,
            remainingWorkingDays,
            ...(decisionWorkingDaysLeft !== undefined && { decisionWorkingDaysLeft }),
          },
  }),
  reviewRefused: (state, data, event) => refusedBy(moved(state, 'refused', data), data.level, event),
  reopeningRefused: (state, data) => ({ ...moved(state, 'following', data), review: null, reopening: null }),
  reviewTransferred: (state, { toAccountId }) => {
    if (state.review === null) return state;
    const { taken: _taken, ...review } = state.review;
    return { ...state, review: { ...review, assigneeId: toAccountId } };
  },
  adviceAsked: reviewed,
  adviceGiven: reviewed,
  reviewTakenOver: reviewed,
  needWithdrawn: (state, { because }) => ended(state, 'withdrawn', because),
  needPublished: (state, { expiresAt, extended, tier, clock }, event) => ({
    ...moved(opened(state), 'published', { clock }),
    publishedAt: state.publishedAt ?? event.at,
    expiresAt,
    lifetimeLeftMs: null,
    extended,
    rest: 'open',
    ...(tier !== undefined && { tier }),
  }),
  needWithheld: (state, data) => moved(opened(state), 'withheld', data),
  audienceWidened: (state, { tier, clock }) => ({ ...state, tier, clock }),
  // How many are left of each line only the tally knows; that not everything is received any more is sure.
  reopeningApproved: (state) => ({ ...state, progress: withMoreWanted(state.progress), rest: 'open', reopening: null }),
  matchingResumed: (state, { expiresAt, rest, clock }, event) => ({
    ...moved(opened(state), 'matched', { clock }),
    publishedAt: state.publishedAt ?? event.at,
    expiresAt,
    lifetimeLeftMs: null,
    rest,
  }),
  needEdited: (state, data, event) => ({
    ...reviewed(revised(state, data, event.at), data),
    ...asked(data, event),
    lifetimeLeftMs: data.lifetimeLeftMs,
  }),
  approvalRevoked: (state, data) => ({ ...reviewed(state, data), lifetimeLeftMs: data.lifetimeLeftMs, approver: null }),
  needChallenged: (state, { reasonCode, level, lifetimeLeftMs, clock }, { actor, at }) => ({
    ...moved(state, 'challenged', { clock }),
    lifetimeLeftMs,
    challenge: { by: actor.id, reasonCode, level, at },
    challengers: [...(state.challengers ?? []), actor.id],
  }),
  challengeDismissed: (state) => opened(state),
  challengeRerouted: (state, { level, eligible, clock }) => ({
    ...state,
    clock,
    eligible,
    ...(state.challenge !== undefined && { challenge: { ...state.challenge, level } }),
  }),
  challengeUpheld: (state, data) => reviewed(opened(state), data),
  needPinned: (state, { until, clock }, { at }) => ({ ...state, clock, pin: { at, until } }),
  needUnpinned: ({ pin: _pin, ...state }, { clock }) => ({ ...state, clock }),
  needPaused: (state, data) => ({
    ...moved(state, 'paused', data),
    lifetimeLeftMs: data.lifetimeLeftMs,
    pausedBy: data.by,
  }),
  consentGiven: ({ consentRevoked: _revoked, ...state }, { revisionId, photo }, { at }) => ({
    ...state,
    previewApproved: { revisionId, at, ...(photo !== undefined && { photo }) },
  }),
  consentRevoked: ({ previewApproved: _approved, ...state }, _data, { at }) => ({ ...state, consentRevoked: at }),
  needRenewed: (state, { expiresAt, clock }) => ({ ...state, clock, expiresAt, renewed: true }),
  closedEarly: (state, data) => ({ ...moved(state, 'matched', data), rest: 'waived' }),
  lifetimeEnded: (state, data) => ({ ...moved(state, 'matched', data), rest: 'shortfall' }),
  needTakenDown: (state, data, event) => ({
    ...moved(opened(state), 'takenDown', data),
    lifetimeLeftMs: data.lifetimeLeftMs,
    decidedBy: { id: event.actor.id, level: data.level },
  }),
  needAppealed: (state, data) => ({ ...reviewed(state, data), appealed: true }),
  progressChanged: (state, { version, progress, openPledges }) => ({
    ...state,
    tallyVersion: version,
    progress,
    openPledges,
  }),
  allCommitted: (state, data) => moved(state, 'matched', data),
  unitsReleased: (state, { expiresAt, extended, clock }) => ({
    ...moved(state, 'published', { clock }),
    expiresAt,
    extended,
  }),
  shortfallLeft: (state) => ({ ...state, rest: 'shortfall' }),
  allSettled: (state) => state,
  needHandedOff: (state, { level, clock }) => ({
    ...moved(state, 'handedOff', { clock }),
    handOff: { level, acceptedBy: null, expired: 0 },
  }),
  handOffAccepted: (state, { clock }, event) => ({
    ...state,
    clock,
    handOff: state.handOff === null ? null : { ...state.handOff, acceptedBy: event.actor.id },
  }),
  handOffMovedUp: (state, { level, clock }) => ({
    ...state,
    clock,
    handOff: { level, acceptedBy: null, expired: (state.handOff?.expired ?? 0) + 1 },
  }),
  handOffResolved: (state, { outcome }) => ({ ...state, handOff: null, outcome }),
  followingStarted: (state, { following, clock }) => ({ ...moved(state, 'following', { clock }), following }),
  outcomeAsked: (state, { question, clock }) => ({ ...withFollowing(state, { asked: question }), clock }),
  visitDue: (state) => without(withFollowing(state, { visitDue: true }), 'dueVisit'),
  outcomeAnswered: (state, { question, clock }) => {
    const answered = [...(state.following?.answered ?? []), question];
    const silent = (state.following?.asked ?? 0) > answered.length;
    return { ...withFollowing(state, { answered, visitDue: silent && (state.following?.visitDue ?? false) }), clock };
  },
  photosAdded: (state, { photos, lookBy }) =>
    withPhotosToLook({ ...state, addedPhotos: (state.addedPhotos ?? 0) + photos.length }, photos, lookBy),
  hiddenListed: (state, { photos, lookBy }) => withHiddenPhotos(state, photos, lookBy),
  photosKept: (state, { photos }) => lookedAtPhotos(state, photos),
  photosRemoved: (state, { photos }) => ({
    ...lookedAtPhotos(state, photos),
    addedPhotos: Math.max(0, (state.addedPhotos ?? 0) - countAdded(state, photos)),
  }),
  newsPosted: (state) => ({ ...state, news: (state.news ?? 0) + 1 }),
  donorThanked: (state) => withFollowing(state, { thanked: true }),
  needRated: (state, { stars }) => withFollowing(state, { stars }),
  reopeningAsked: (state, data) => ({
    ...withFollowing(reviewed(state, data), { reopened: true }),
    reopening: data.lines,
  }),
  needClosed: (state, { outcome }) => ended(state, 'closed', outcome),
  needCancelled: (state, { reasonCode }) => ended(state, 'cancelled', reasonCode),
};

export const NEED_EVENT_TYPES = Object.keys(EVOLVE);

const evolved = evolveBy('need', EVOLVE);

/** The next state. @throws Error for an event type that no need has */
export const evolveNeed = (state: NeedState, event: CaseEvent): NeedState =>
  withWindow(state, evolved(state, event), event.at);

/** Its place at the top ends with the publication, and the window of an audience counts only while the need is published. */
function withWindow(before: NeedState, after: NeedState, at: Instant): NeedState {
  if (before.stage === after.stage) return after;
  if (after.stage === 'published') {
    const { widenLeftMs: _left, ...state } = after;
    return state;
  }
  if (before.stage !== 'published') return after;
  const { pin: _pin, ...state } = after;
  const due = before.clock['widen'];
  return due === undefined ? state : { ...state, widenLeftMs: Math.max(0, due - at) };
}
