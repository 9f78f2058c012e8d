import { eventMaker } from '../kernel/events.ts';
import type { CaseState, Instant, Level } from '../kernel/types.ts';
import type { Risk } from './risk.ts';
import type { Following, NeedLine, NeedState, Progress, ReopenedLine, Review, Tier } from './types.ts';

/** An event that starts or changes waiting carries the clock as it stands afterwards. */
type Clock = CaseState['clock'];

export interface Revision {
  readonly revisionId: string;
  readonly lines: readonly NeedLine[];
  readonly amountFen: number;
  /** Ids of its category from the root down; absent in revisions from before it mattered. */
  readonly categoryPath?: readonly string[];
}

/** The household must approve its preview before this content may be published. */
interface Content {
  readonly previewFirst?: true;
}

/** The household is asked to approve it. */
interface Asking {
  readonly asksPreview?: true;
}

/** Words or photos that came with it are kept under this id (`feedback`); absent when there were none. */
export interface Said {
  readonly feedbackId?: string;
  readonly photos?: readonly string[];
}

/** What brought a need (back) to the public. */
export type Opened = Review['of'] | 'restored' | 'withheld' | 'unpaused' | 'dismissed';

/** What can happen to a need: event type → its data. All times are absolute, because `evolve` knows no policy. */
export interface NeedEvents {
  needSubmitted: Content & { clock: Clock };
  needResubmitted: Revision & Content & { clock: Clock };
  /** `skipped`: levels that had nobody who may review this need; reported to the level above them. */
  reviewStarted: Asking & {
    cause: 'screened' | 'screenTimeout';
    eligible: NeedState['eligible'];
    skipped: readonly Level[];
    reviewers?: NonNullable<NeedState['reviewers']>;
    risk?: Risk;
    review: Review;
    clock: Clock;
  };
  /** A screening that answered while the review ran already; `review` has the levels that it added. */
  riskAssessed: { risk: Risk; review: Review };
  reviewerReminded: { level: Level };
  /** `sample`: it may be drawn for a second review. */
  reviewApproved: {
    level: Level;
    revisionId: string;
    of: Review['of'];
    final: boolean;
    /** Needs of the household that ask for the same; the reviewer has looked at them. */
    duplicates?: readonly string[];
    sample?: true;
    /** The reviewer says that no child is to be recognised in its photos. */
    noChildSeen?: true;
    /** Approved for good without that word where a child is concerned: hidden until a cadre has looked, `lookBy` then. */
    hiddenPhotos?: readonly string[];
    lookBy?: Instant;
  };
  /** The next level of the route begins. */
  reviewPassedOn: { review: Review; clock: Clock };
  /** Above the policy's amount: another person of the level, or the level above, must approve too. */
  secondReviewAsked: { from: Level; skipped: readonly Level[]; review: Review; clock: Clock };
  reviewTaken: { taken: NonNullable<Review['taken']> };
  reviewLetGo: Record<never, never>;
  /** Who should decide is gone (frozen, no longer in office): others of the level, or the level above. Nobody slept. */
  reviewRerouted: {
    from: Level;
    to: Level;
    skipped: readonly Level[];
    eligible: NeedState['eligible'];
    review: Review;
    clock: Clock;
  };
  /** By an operator. `from`: null where no review had begun. */
  reviewReassigned: Asking & { from: Level | null; to: Level; review: Review; clock: Clock };
  /** The overall limit has passed: the county decides. Counted against the level that had it. */
  decisionOverdue: { from: Level; to: Level; skipped: readonly Level[]; review: Review; clock: Clock };
  reviewReturned: {
    reasonCode: string;
    level: Level;
    remainingWorkingDays: number;
    decisionWorkingDaysLeft?: number;
    clock: Clock;
  };
  reviewRefused: { reasonCode: string; level: Level; clock: Clock };
  reopeningRefused: { reasonCode: string; level: Level; clock: Clock };
  reviewTransferred: { toAccountId: string };
  adviceAsked: { from: Level; skipped: readonly Level[]; review: Review; clock: Clock };
  adviceGiven: { advice: string; review: Review; clock: Clock };
  /** Overdue: `from` slept and `to` decides instead. */
  reviewTakenOver: { from: Level; to: Level; skipped: readonly Level[]; review: Review; clock: Clock };
  needWithdrawn: { because: 'asked' | 'lapsed' | 'draftExpired' | 'consentRevoked' };
  /** Open to donors. */
  needPublished: { of: Opened; expiresAt: Instant; extended: boolean; tier?: Tier; clock: Clock };
  /** Approved, yet nobody can pay it: it waits without being shown. */
  needWithheld: { of: Opened; reason: 'paymentsMissing'; until: Instant; clock: Clock };
  audienceWidened: { tier: Tier; clock: Clock };
  /** Units that came but did not serve are wanted again: received → free. Comes just before `needPublished`. */
  reopeningApproved: { lines: readonly ReopenedLine[] };
  /** Open again, but with nothing to claim. */
  matchingResumed: { of: Opened; expiresAt: Instant; rest: NeedState['rest']; clock: Clock };
  needEdited: Revision &
    Content &
    Asking & {
      lifetimeLeftMs: number;
      skipped: readonly Level[];
      screen?: true;
      review: Review;
      clock: Clock;
    };
  approvalRevoked: { reasonCode: string; lifetimeLeftMs: number; review: Review; clock: Clock };
  needChallenged: {
    reasonCode: string;
    level: Level;
    skipped: readonly Level[];
    dueAt: Instant;
    lifetimeLeftMs: number;
    clock: Clock;
  };
  /** The next event opens it again. */
  challengeDismissed: { reasonCode: string; level: Level; challengerId: string };
  /** Who should look at the doubt is gone: the level above does. Nobody slept. */
  challengeRerouted: {
    from: Level;
    level: Level;
    skipped: readonly Level[];
    eligible: NeedState['eligible'];
    clock: Clock;
  };
  challengeUpheld: {
    because: 'upheld' | 'expired';
    from: Level;
    skipped: readonly Level[];
    challengerId: string;
    review: Review;
    clock: Clock;
  };
  needPinned: { until: Instant; clock: Clock };
  needUnpinned: { clock: Clock };
  needPaused: {
    reasonCode: string;
    by: 'publisher' | 'cadre' | 'household';
    until: Instant;
    lifetimeLeftMs: number;
    clock: Clock;
  };
  /** The household has approved the preview of this content. `photo`: of the paper it signed when a cadre showed it. */
  consentGiven: { revisionId: string; photo?: string };
  /** The household has taken its consent back: the public sees nothing more. The next event says where the need goes. */
  consentRevoked: Record<never, never>;
  needRenewed: { expiresAt: Instant; clock: Clock };
  closedEarly: { clock: Clock };
  lifetimeEnded: { clock: Clock };
  needTakenDown: { reasonCode: string; level: Level | 'operator'; lifetimeLeftMs: number; clock: Clock };
  needAppealed: { skipped: readonly Level[]; review: Review; clock: Clock };
  progressChanged: { version: number; progress: Progress; openPledges: number };
  allCommitted: { clock: Clock };
  unitsReleased: { expiresAt: Instant; extended: boolean; clock: Clock };
  /** Units came free after the lifetime and its one extension: nobody may claim them any more. */
  shortfallLeft: Record<never, never>;
  /** No pledge is open any more; the next event says where the need goes. */
  allSettled: { rest: NeedState['rest']; received: Progress['received'] };
  needHandedOff: { level: Level; clock: Clock };
  handOffAccepted: { clock: Clock };
  handOffMovedUp: { level: Level; clock: Clock };
  handOffResolved: { outcome: string };
  followingStarted: { following: Following; clock: Clock };
  outcomeAsked: { question: number; clock: Clock };
  visitDue: { question: number };
  outcomeAnswered: { question: number; answer: string; clock: Clock } & Said;
  /** The publisher has added them to what was approved. `lookBy`: when a cadre should have looked at them. */
  photosAdded: { photos: readonly string[]; lookBy?: Instant };
  /** They are hidden since the approval, and now somebody is asked to look. */
  hiddenListed: { photos: readonly string[]; lookBy: Instant };
  photosKept: { photos: readonly string[] };
  photosRemoved: { photos: readonly string[]; reasonCode: string };
  /** Told to those who follow it. */
  newsPosted: { newsId: string; photos: readonly string[] };
  donorThanked: Said;
  needRated: { stars: number };
  reopeningAsked: { lines: readonly ReopenedLine[]; skipped: readonly Level[]; review: Review; clock: Clock };
  needClosed: { outcome: string };
  needCancelled: { reasonCode: string };
}

export type NeedEventType = keyof NeedEvents;

export const happened = eventMaker<NeedEvents>();
