import type { NeedKind } from './kind.ts';
import type { CasePolicy, CaseState, Instant, Level } from '../kernel/types.ts';
import type { EndorsementPolicy } from './endorsement.ts';
import type { LikelyMatchPolicy } from './likely-match.ts';
import type { RecheckPolicy } from './recheck.ts';
import type { Risk, RiskPolicy } from './risk.ts';

export type NeedStage =
  | 'draft'
  | 'submitted'
  | 'underReview'
  | 'returned'
  | 'withheld'
  | 'published'
  | 'paused'
  | 'challenged'
  | 'matched'
  | 'refused'
  | 'takenDown'
  | 'handedOff'
  | 'following'
  | 'parked'
  | 'closed'
  | 'withdrawn'
  | 'cancelled';

export type Urgency = 'urgent' | 'normal' | 'low';
/** How far a published need may be seen: its township, county, both sides of the eastern partnership, everybody. */
export type Tier = 'township' | 'county' | 'paired' | 'nation';
export type Extent = 'none' | 'part' | 'all';

/** How far the need's units have come. Kept beside the stage; `partlyMatched` or `delivered` are labels of this. */
export interface Progress {
  readonly committed: Extent;
  readonly sent: Extent;
  readonly received: Extent;
}

/** One wanted item: ids and numbers only, its name stays in MongoDB. */
export interface NeedLine {
  readonly id: string;
  readonly quantity: number;
  readonly unitPriceFen: number;
}

/** Start data of a need's case, and what a revision (edit, resubmission) replaces: `revisionId`, `lines`, `amountFen`. */
export interface NeedSeed {
  readonly publisherId: string;
  readonly householdId: string;
  /** True when the publisher is a cadre of the recipient's own village: another level must review first. */
  readonly publisherIsVillageCadre: boolean;
  /** Codes from the province down to the village: 5 entries. */
  readonly regionPath: readonly string[];
  /** The region above the village that has an eastern partner; null or absent: none, so no tier of its own. */
  readonly pairedRegion?: string | null;
  readonly category: string;
  /** Absent in cases from before there were others: goods. */
  readonly kind?: NeedKind;
  readonly urgency: Urgency;
  readonly revisionId: string;
  readonly lines: readonly NeedLine[];
  readonly amountFen: number;
  /** Ids from the root of the tree down to the category; absent in cases from before it mattered. */
  readonly categoryPath?: readonly string[];
}

export interface Review {
  /** Levels whose approval this need takes, lowest first, levels without an eligible cadre left out. */
  readonly route: readonly Level[];
  /** Whose turn it is. Normally in `route`; a takeover or an escalation puts a higher one here. */
  readonly level: Level;
  readonly since: Instant;
  readonly dueAt: Instant;
  /** The one cadre it was transferred to; null = any eligible cadre of the level. */
  readonly assigneeId: string | null;
  /** Set while a level above is asked for advice: where the case goes back to. */
  readonly askedBy: {
    readonly level: Level;
    readonly assigneeId: string | null;
    readonly remainingWorkingDays: number;
  } | null;
  readonly advice: string | null;
  /** What this review decides: the first posting, an edit, an appeal, a reopening, one that was revoked, or a doubt. */
  readonly of: 'posting' | 'edit' | 'appeal' | 'reopening' | 'revoked' | 'challenge';
  /** The claim lock: until then only he decides. A lapsed one means nothing. */
  readonly taken?: { readonly by: string; readonly until: Instant };
  /** Who has approved already, where two reviewers must agree. */
  readonly first?: { readonly by: string; readonly level: Level };
  /** When the whole review must have come to a decision, whatever level it is on. */
  readonly decideBy?: Instant;
}

/** Time after receipt: questions asked at `outcomeDays` (numbered from 1), the household's answers, thanks and rating. */
export interface Following {
  readonly since: Instant;
  readonly asked: number;
  /** Numbers of the questions that were answered. */
  readonly answered: readonly number[];
  /** A cadre's visit is due, because a question stayed unanswered. */
  readonly visitDue: boolean;
  readonly thanked: boolean;
  readonly stars: number | null;
  readonly reopened: boolean;
}

export interface ReopenedLine {
  readonly lineId: string;
  readonly quantity: number;
}

export interface NeedState extends CaseState, NeedSeed {
  readonly stage: NeedStage;
  /** Levels with at least one cadre who may review this need (not its publisher, not of its household). */
  readonly eligible: { readonly [level in Level]?: boolean };
  /** Absent until a screening under a policy that scores has answered. */
  readonly risk?: Risk;
  readonly review: Review | null;
  /** Kept while the household corrects: the same level goes on with this much of its time, at least one working day. */
  readonly pausedReview:
    | (Review & {
        readonly remainingWorkingDays: number;
        /** What is left of the overall limit. */
        readonly decisionWorkingDaysLeft?: number;
      })
    | null;
  /** How many cadres of a level may review it; what is not named was not counted. */
  readonly reviewers?: { readonly [level in Level]?: number };
  readonly resubmissions: number;
  readonly approvals: readonly { readonly level: Level; readonly by: string; readonly at: Instant }[];
  /** The cadre whose approval published it, and until when he may revoke it. */
  readonly approver: { readonly id: string; readonly level: Level; readonly at: Instant } | null;
  /** Who refused or took it down; an appeal goes to the level above him. */
  readonly decidedBy: { readonly id: string; readonly level: Level | 'operator' } | null;
  readonly appealed: boolean;
  readonly publishedAt: Instant | null;
  /** End of the lifetime; null before the first publication. While off the public list, `lifetimeLeftMs` keeps the rest. */
  readonly expiresAt: Instant | null;
  readonly lifetimeLeftMs: number | null;
  /** While challenged: whose doubt, and the level that looks at it. */
  readonly challenge?: {
    readonly by: string;
    readonly reasonCode: string;
    readonly level: Level;
    readonly at: Instant;
  };
  /** Photos that were added since the content was approved. */
  readonly addedPhotos?: number;
  /** Photos that no cadre has looked at, and by when one should; `posted`: those of them that were not added later. */
  readonly photosToLook?: {
    readonly photos: readonly string[];
    readonly dueAt: Instant;
    readonly posted?: readonly string[];
  };
  /** How often its owners have told news. */
  readonly news?: number;
  /** Accounts that have challenged it: each may once. */
  readonly challengers?: readonly string[];
  /** While it stands at the top of the public list. */
  readonly pin?: { readonly at: Instant; readonly until: Instant };
  /** The audience; absent while it was never published in tiers. While it is not published the window's rest stands. */
  readonly tier?: Tier;
  readonly widenLeftMs?: number;
  readonly renewed: boolean;
  /** While paused: who stopped it. A cadre's pause is not for the publisher to end, the household's for nobody else. */
  readonly pausedBy?: 'publisher' | 'cadre' | 'household';
  /** Since when the household must approve its preview: before that the content is not published. */
  readonly previewAsked?: Instant;
  /** Since when it is asked, which the review does that begins; time with the operators moves it. Older cases have none. */
  readonly previewSince?: Instant;
  /** The content whose preview the household has approved; `photo`: of the paper it signed when a cadre showed it. */
  readonly previewApproved?: { readonly revisionId: string; readonly at: Instant; readonly photo?: string };
  /** Since when the household's consent is taken back. */
  readonly consentRevoked?: Instant;
  readonly extended: boolean;
  /** The unpledged rest is no longer wanted: closed early by its publisher (waived), or left over at expiry (shortfall). */
  readonly rest: 'open' | 'waived' | 'shortfall';
  readonly progress: Progress;
  /** Version of the newest tally heard; older facts are ignored. */
  readonly tallyVersion: number;
  /** Pledges that have neither been received nor freed. */
  readonly openPledges: number;
  readonly handOff: { readonly level: Level; readonly acceptedBy: string | null; readonly expired: number } | null;
  readonly following: Following | null;
  /** Units asked for again after receipt; they are wanted from the moment the township approves. */
  readonly reopening: readonly ReopenedLine[] | null;
  readonly outcome: string | null;
}

/** Numbers of the need's rules. Days are those of `time`; "WorkingDays" are counted on the working calendar. */
export interface NeedPolicy extends CasePolicy {
  readonly screeningHours: number;
  readonly reviewWorkingDays: { readonly [level in Level]: number };
  /** Above this amount the township reviews after the village. */
  readonly townshipReviewAboveFen: number;
  readonly resubmissionsAtMost: number;
  readonly returnedDays: number;
  readonly lifetimeDays: { readonly [urgency in Urgency]: number };
  readonly extensionDays: number;
  readonly revokeHours: number;
  /**
   * An approved money need is withheld so long, because nobody can pay it yet; then civil affairs looks after it. A policy
   * without it publishes money needs.
   */
  readonly moneyHeldDays?: number | undefined;
  /** For the level above the approver to look at a challenge; older policies knew none. */
  readonly challengeWorkingDays?: number | undefined;
  /** How often one account may challenge needs; without it, not at all. */
  readonly challengesPerAccount?: { readonly days: number; readonly count: number } | undefined;
  /** Longest time at the top of the public list; older policies knew none. */
  readonly pinDaysAtMost?: number | undefined;
  /** Days in each audience before it widens; older policies show a need to the whole country at once. */
  readonly widenDays?: { readonly [urgency in Urgency]: number } | undefined;
  /** A paused need opens again by itself after this; older policies knew no pause. */
  readonly pauseDays?: number | undefined;
  readonly matchedDays: number;
  readonly appealDays: number;
  readonly handOffAcceptWorkingDays: number;
  readonly handOffResolveWorkingDays: number;
  readonly outcomeDays: readonly number[];
  readonly answerDays: number;
  readonly followingDays: number;
  readonly reopenDays: number;
  readonly titleLength: { readonly min: number; readonly max: number };
  readonly detailsLength: { readonly min: number; readonly max: number };
  readonly reasonLength: { readonly min: number; readonly max: number };
  readonly photos: { readonly min: number; readonly max: number };
  /** For a cadre to look at photos that were added after the approval; older policies had nobody look. */
  readonly photoLookWorkingDays?: number | undefined;
  readonly openNeedsPerHousehold: number;
  readonly duplicateWindowDays: number;
  /** How alike two requests of a household are in title and items when they ask for the same; absent: 60. */
  readonly duplicatePercent?: number | undefined;
  /** A draft is deleted after this; absent: 30. */
  readonly draftDays?: number | undefined;
  /** How long a household's consent by a code is good for a posting; absent: 30. */
  readonly consentDays?: number | undefined;
  /** What somebody who vouches may write and show. */
  readonly endorsement?: EndorsementPolicy | undefined;
  /** What is shown to a publisher before he submits; older policies show nothing. */
  readonly likelyMatches?: LikelyMatchPolicy | undefined;
  /** How long somebody keeps the home that he said, before he may say another; absent: no time at all. */
  readonly homeChangeDays?: number | undefined;
  /** How often one account may vouch for needs; without it, not at all. */
  readonly endorsementsPerAccount?: { readonly days: number; readonly count: number } | undefined;
  /** What a household may get in a period, the new need included; older policies set no bound. */
  readonly receivedPerHousehold?: { readonly days: number; readonly fen: number } | undefined;
  /** Percent of answered outcomes that somebody else asks again; older policies asked none. */
  readonly outcomeCheckPercent?: number | undefined;
  /** For a second review or a second asking, before the next level up is asked as well; older policies set no time. */
  readonly secondLookWorkingDays?: number | undefined;
  /** How often the owners of a need may tell news; older policies knew none. */
  readonly news?: { readonly perNeed: number } | undefined;
  /** Second, blind reviews of a share of the approvals. */
  readonly recheck?: RecheckPolicy | undefined;
  /** How long a reviewer keeps a need that he has taken; without it nobody can. */
  readonly takeMinutes?: number | undefined;
  /** Whoever refused, took down or approved does not decide the appeal or the upheld challenge; older policies let him. */
  readonly othersDecideAgain?: boolean | undefined;
  /** Operators, too, decide nothing about what they posted or what is for their household; older policies let them. */
  readonly operatorsImpartial?: boolean | undefined;
  /**
   * A helper restores or pins nothing of the households he helps, and no stand-in looks at a doubt in the place of the one
   * who approved or who doubts; older policies let them.
   */
  readonly tiedAbstain?: boolean | undefined;
  /**
   * Categories, and all below them, that are published only once the household has approved its preview; older policies
   * asked nobody. After `answerDays` without a word by its phone a cadre may go and show it; they are counted from when
   * the household is asked (`sinceAsked`), in older policies from the submission.
   */
  readonly previewFirst?:
    | { readonly categories: readonly string[]; readonly answerDays: number; readonly sinceAsked?: boolean | undefined }
    | undefined;
  /** Above this amount two reviewers must agree. */
  readonly twoReviewersAboveFen?: number | undefined;
  /** From the submission to the decision, over all levels; the household's time to correct is not counted. */
  readonly decisionWorkingDays?: number | undefined;
  /** Policies from before there was a score have none: the amount alone makes the route. */
  readonly risk?: RiskPolicy | undefined;
}
