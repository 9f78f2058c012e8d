import type { NeedEvents, NeedEventType } from '../need/events.ts';
import { previewMissing } from '../need/preview.ts';
import type { NeedState, Review } from '../need/types.ts';
import { cadres, family, nobody, onSite, to, type Notice, type NoticeArgs, type Notify } from './notice.ts';
import type { Template } from './texts.ts';

/** Those whose turn it is: one cadre when it was transferred to him, else every cadre of the level. */
const reviewers = (review: Review, template: Template, args: NoticeArgs = {}): Notice =>
  cadres(review.level, template, { of: review.of, dueAt: review.dueAt, ...args }, review.assigneeId);

const ASK: Notice = { ...to('recipient', 'need.previewAsked'), evenActor: true };
const AWAITED = to('helper', 'need.previewAwaited');

/**
 * The review goes on, but in the end it waits for the household, which must look and agree: also where it posted or edited
 * by its own account.
 */
const unlessPreviewed = (after: NeedState, template: Template, args: NoticeArgs): readonly Notice[] =>
  previewMissing(after) ? [ASK, to('publisher', template, args), AWAITED] : family(template, args);

const askPreview = (after: NeedState): readonly Notice[] => (previewMissing(after) ? [ASK, AWAITED] : []);

/** Nobody looks at the doubt any more: who had it hears what has become of the need. */
const doubtAnswered = ({ stage, challenge }: NeedState, template: Template): readonly Notice[] =>
  stage === 'challenged' && challenge !== undefined ? [{ ...to('challenger', template), accountId: challenge.by }] : [];

const untilOf = (at: number | undefined): NoticeArgs => (at === undefined ? {} : { until: at });

const skippedNote = (skipped: readonly string[]): NoticeArgs =>
  skipped.length === 0 ? {} : { skipped: skipped.join(',') };

/** Every event of a need, and whom it concerns. A new event type does not compile before it has its entry here. */
export const NEED_NOTICES: { readonly [K in NeedEventType]: Notify<NeedState, NeedEvents[K]> } = {
  needSubmitted: () => [to('recipient', 'need.submitted'), to('helper', 'need.submitted')],
  needResubmitted: () => [
    to('publisher', 'need.correctedForYou'),
    to('recipient', 'need.resubmitted'),
    to('helper', 'need.resubmitted'),
  ],
  reviewStarted: ({ review, skipped }, { after }) => [
    reviewers(review, 'review.assigned', skippedNote(skipped)),
    ...unlessPreviewed(after, 'need.underReview', { level: review.level, dueAt: review.dueAt }),
  ],
  // The reviewer reads the new reasons with the need; nobody else learns of them.
  riskAssessed: nobody,
  reviewerReminded: ({ level }, { after }) => [
    after.review === null ? cadres(level, 'review.reminder') : reviewers(after.review, 'review.reminder'),
    ...askPreview(after),
  ],
  // The next event says where it goes: to the next level, or open.
  reviewApproved: ({ hiddenPhotos }) => (hiddenPhotos === undefined ? [] : [onSite('need.photosHidden')]),
  reviewPassedOn: ({ review }) => [
    reviewers(review, 'review.assigned'),
    ...family('need.passedOn', { level: review.level, dueAt: review.dueAt }),
  ],
  secondReviewAsked: ({ review, skipped }) => [
    reviewers(review, 'review.second', skippedNote(skipped)),
    ...family('need.passedOn', { level: review.level, dueAt: review.dueAt }),
  ],
  reviewTaken: nobody,
  reviewLetGo: nobody,
  reviewRerouted: ({ review, skipped }) => [reviewers(review, 'review.assigned', skippedNote(skipped))],
  reviewReassigned: ({ review: { level, dueAt }, review, from }, { after }) => [
    reviewers(review, 'review.assigned'),
    ...(from === null
      ? unlessPreviewed(after, 'need.passedOn', { level, dueAt })
      : family('need.passedOn', { level, dueAt })),
  ],
  decisionOverdue: ({ review, from, skipped }) => [
    reviewers(review, 'review.decisionOverdue', { from, ...skippedNote(skipped) }),
    ...(from === review.level ? [] : [cadres(from, 'review.lost', { by: review.level })]),
    ...family('need.takenOver', { from, level: review.level, dueAt: review.dueAt }),
    to('operators', 'review.limitPassed', { level: review.level }),
  ],
  reviewReturned: ({ reasonCode, level }, { after }) =>
    family('need.returned', { reasonCode, level, ...untilOf(after.clock['lapse']) }),
  reviewRefused: ({ reasonCode, level }) => family('need.refused', { reasonCode, level }),
  reopeningRefused: ({ reasonCode, level }) => family('need.reopeningRefused', { reasonCode, level }),
  reviewTransferred: (_data, { after }) =>
    after.review === null ? [] : [reviewers(after.review, 'review.transferred')],
  adviceAsked: ({ review, from, skipped }) => [
    reviewers(review, 'review.adviceAsked', { from, ...skippedNote(skipped) }),
  ],
  adviceGiven: ({ review, advice }) => [reviewers(review, 'review.adviceGiven', { advice })],
  reviewTakenOver: ({ review, from, skipped }) => [
    reviewers(review, 'review.takenOver', { from, ...skippedNote(skipped) }),
    cadres(from, 'review.lost', { by: review.level }),
    ...family('need.takenOver', { from, level: review.level, dueAt: review.dueAt }),
  ],
  needWithdrawn: ({ because }) => family('need.withdrawn', { because }),
  needWithheld: ({ until }) => [...family('need.withheld', { until }), to('operators', 'need.withheldForPayments')],
  needPublished: ({ of, expiresAt }) => [
    ...family('need.published', { of, expiresAt }),
    to('offerDonors', 'offer.needFits'),
  ],
  audienceWidened: ({ tier }) => [...family('need.widened', { tier }), to('offerDonors', 'offer.needFits')],
  matchingResumed: ({ expiresAt }) => family('need.matchingResumed', { expiresAt }),
  needEdited: ({ review, skipped }, { after }) => [
    reviewers(review, 'review.assigned', skippedNote(skipped)),
    ...unlessPreviewed(after, 'need.edited', { level: review.level }),
  ],
  approvalRevoked: ({ reasonCode, review }) => [
    reviewers(review, 'review.assigned'),
    ...family('need.approvalRevoked', { reasonCode, level: review.level }),
  ],
  needChallenged: ({ reasonCode, level, skipped, dueAt }) => [
    cadres(level, 'challenge.assigned', { reasonCode, dueAt, ...skippedNote(skipped) }),
    ...family('need.challenged', { reasonCode, level }),
  ],
  challengeDismissed: ({ challengerId }) => [
    ...family('need.challengeDismissed'),
    { ...to('challenger', 'challenge.dismissed'), accountId: challengerId },
  ],
  challengeRerouted: ({ level, skipped }, { after }) => [
    cadres(level, 'challenge.assigned', {
      reasonCode: after.challenge?.reasonCode ?? '',
      dueAt: after.clock['expireChallenge'] ?? 0,
      ...skippedNote(skipped),
    }),
  ],
  challengeUpheld: ({ from, skipped, challengerId, review }) => [
    reviewers(review, 'review.assigned', skippedNote(skipped)),
    ...family('need.challengeUpheld', { level: review.level, from }),
    { ...to('challenger', 'challenge.upheld', { level: review.level }), accountId: challengerId },
  ],
  needPinned: ({ until }) => family('need.pinned', { until }),
  // It is on the list as before.
  needUnpinned: nobody,
  // The household's own pause comes with its reason, the consent taken back.
  needPaused: ({ reasonCode, until, by }) => (by === 'household' ? [] : family('need.paused', { reasonCode, until })),
  consentGiven: ({ photo }, { before, after }) => [
    ...(previewMissing(before) && after.review !== null ? [reviewers(after.review, 'review.previewApproved')] : []),
    to('publisher', 'need.previewApproved'),
    ...(photo === undefined ? [] : [to('recipient', 'need.previewRecorded'), to('helper', 'need.previewRecorded')]),
  ],
  consentRevoked: (_data, { after }) => [
    to('publisher', 'need.consentRevoked'),
    cadres(after.review?.level ?? 'village', 'need.consentRevokedAtPlace'),
  ],
  needRenewed: ({ expiresAt }) => family('need.renewed', { expiresAt }),
  closedEarly: () => family('need.closedEarly'),
  lifetimeEnded: () => family('need.lifetimeEnded'),
  needTakenDown: ({ reasonCode }, { before }) => [
    ...family('need.takenDown', { reasonCode }),
    to('approver', 'need.takenDown', { reasonCode }),
    ...doubtAnswered(before, 'challenge.takenDown'),
  ],
  needAppealed: ({ review, skipped }) => [
    reviewers(review, 'review.assigned', skippedNote(skipped)),
    ...family('need.appealed', { level: review.level }),
  ],
  // The single pledges have told their people already.
  progressChanged: nobody,
  allCommitted: () => family('need.allCommitted'),
  unitsReleased: ({ expiresAt }) => family('need.unitsReleased', { expiresAt }),
  shortfallLeft: () => family('need.shortfallLeft'),
  // The next event says where the need goes.
  allSettled: nobody,
  needHandedOff: ({ level }) => [
    { ...to('aidUnits', 'handOff.opened', { level }), level },
    ...family('need.handedOff'),
  ],
  handOffAccepted: () => family('need.handOffAccepted'),
  handOffMovedUp: ({ level }) => [{ ...to('aidUnits', 'handOff.movedUp', { level }), level }],
  // The next event says how it ends.
  handOffResolved: nobody,
  followingStarted: () => family('need.followingStarted'),
  outcomeAsked: ({ question }) => family('need.outcomeAsked', { question }),
  visitDue: ({ question }) => [onSite('need.visitDue', { question })],
  outcomeAnswered: nobody,
  // Nobody reviews them: those who know the house should at least look.
  hiddenListed: () => [onSite('need.photosHidden')],
  photosAdded: () => [onSite('need.photosAdded')],
  // They stay where they are.
  photosKept: nobody,
  photosRemoved: ({ reasonCode }) => family('need.photosRemoved', { reasonCode }),
  newsPosted: () => [to('followers', 'need.news')],
  donorThanked: () => [to('donors', 'need.thanked')],
  needRated: ({ stars }) => [to('donors', 'need.rated', { stars })],
  reopeningAsked: ({ review, skipped }) => [
    reviewers(review, 'review.assigned', skippedNote(skipped)),
    to('publisher', 'need.reopened', { level: review.level }),
  ],
  needClosed: ({ outcome }) => family('need.closed', { outcome }),
  // The publication that follows says it.
  reopeningApproved: nobody,
  needCancelled: ({ reasonCode }) => family('need.cancelled', { reasonCode }),
};
