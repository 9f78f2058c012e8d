import { applicationTable } from './application/table.ts';
import type { ApplicationPolicy } from './application/types.ts';
import { certificationTable } from './certification/table.ts';
import type { CertificationPolicy } from './certification/types.ts';
import { handoverTable } from './handover/table.ts';
import type { HandoverPolicy } from './handover/types.ts';
import { findingTable } from './finding/table.ts';
import type { FindingPolicy } from './finding/types.ts';
import { complaintTable } from './complaint/table.ts';
import type { ComplaintPolicy } from './complaint/types.ts';
import type { CasePolicy, CaseTable } from './kernel/types.ts';
import { offerTable } from './offer/table.ts';
import type { OfferPolicy } from './offer/types.ts';
import { needTable } from './need/table.ts';
import type { NeedPolicy } from './need/types.ts';
import { pledgeTable } from './pledge/table.ts';
import type { PledgePolicy } from './pledge/types.ts';
import type { ScorePolicy } from './score/types.ts';
import { sponsorshipTable } from './sponsorship/table.ts';
import type { SponsorshipPolicy } from './sponsorship/types.ts';
import type { SmsRules } from './sms/rules.ts';

/** One dated version of all the numbers of the rules (data/policies/*.json). A case keeps the version it started with. */
export interface Policy {
  readonly version: string;
  readonly validFrom: string;
  readonly validTo: string | null;
  readonly note: string;
  readonly shared: Omit<CasePolicy, 'version'>;
  readonly need: Omit<NeedPolicy, keyof CasePolicy>;
  readonly pledge: Omit<PledgePolicy, keyof CasePolicy>;
  readonly application: Omit<ApplicationPolicy, keyof CasePolicy>;
  readonly certification: Omit<CertificationPolicy, keyof CasePolicy>;
  readonly handover: Omit<HandoverPolicy, keyof CasePolicy>;
  readonly finding: Omit<FindingPolicy, keyof CasePolicy>;
  readonly sponsorship: Omit<SponsorshipPolicy, keyof CasePolicy>;
  /** Text messages; no case takes them along. */
  readonly sms: SmsRules;
  readonly complaint: Omit<ComplaintPolicy, keyof CasePolicy>;
  readonly offer: Omit<OfferPolicy, keyof CasePolicy>;
  /** What a fact is worth; no case takes it along: the version in force when it happened counts. */
  readonly score: ScorePolicy;
}

/** The parts of a policy besides what all cases share: one for each kind of case, and whatever else has numbers. */
export type PolicyPart = Exclude<keyof Policy, 'version' | 'validFrom' | 'validTo' | 'note' | 'shared'>;

/** A policy without its name, dates and note: what must never change under one name. */
export function rulesOf({ version: _v, validFrom: _f, validTo: _t, note: _n, ...rules }: Policy) {
  return rules;
}

/** The slice of a policy that one kind of case takes along in its start input. */
export const policyOf = <K extends PolicyPart>(policy: Policy, kind: K): CasePolicy & Policy[K] => ({
  version: policy.version,
  ...policy.shared,
  ...policy[kind],
});

/** What a number is for: the clock's command whose time it sets, or a limit that a decision or the API checks. */
export type Use = { readonly timer: string } | 'limit';

const timer = (command: string): Use => ({ timer: command });

/** Every number of the policy and its use: a new one without an entry here does not compile. */
const NEED_USES: { readonly [K in keyof Policy['need']]-?: Use } = {
  screeningHours: timer('screenTimeout'),
  reviewWorkingDays: timer('expireReview'),
  townshipReviewAboveFen: 'limit',
  resubmissionsAtMost: 'limit',
  returnedDays: timer('lapse'),
  lifetimeDays: timer('expire'),
  extensionDays: timer('expire'),
  revokeHours: 'limit',
  moneyHeldDays: timer('endWithholding'),
  widenDays: timer('widen'),
  challengeWorkingDays: timer('expireChallenge'),
  challengesPerAccount: 'limit',
  othersDecideAgain: 'limit',
  operatorsImpartial: 'limit',
  tiedAbstain: 'limit',
  pinDaysAtMost: timer('endPin'),
  pauseDays: timer('endPause'),
  matchedDays: timer('stall'),
  appealDays: timer('finish'),
  handOffAcceptWorkingDays: timer('expireHandoff'),
  handOffResolveWorkingDays: timer('expireHandoff'),
  outcomeDays: timer('askOutcome'),
  answerDays: timer('dueVisit'),
  followingDays: timer('finish'),
  reopenDays: 'limit',
  titleLength: 'limit',
  detailsLength: 'limit',
  reasonLength: 'limit',
  photos: 'limit',
  photoLookWorkingDays: 'limit',
  openNeedsPerHousehold: 'limit',
  duplicateWindowDays: 'limit',
  duplicatePercent: 'limit',
  draftDays: timer('deleteDraft'),
  consentDays: 'limit',
  endorsement: 'limit',
  likelyMatches: 'limit',
  homeChangeDays: 'limit',
  endorsementsPerAccount: 'limit',
  risk: 'limit',
  outcomeCheckPercent: 'limit',
  secondLookWorkingDays: 'limit',
  news: 'limit',
  takeMinutes: 'limit',
  recheck: 'limit',
  twoReviewersAboveFen: 'limit',
  previewFirst: 'limit',
  decisionWorkingDays: timer('expireDecision'),
  receivedPerHousehold: 'limit',
};

const PLEDGE_USES: { readonly [K in keyof Policy['pledge']]-?: Use } = {
  holdDays: timer('lapse'),
  extensionDays: timer('lapse'),
  holdPauseDays: timer('endPause'),
  sentReminderDays: timer('remind'),
  sentVisitDays: timer('dueVisit'),
  sentExpiryDays: timer('expireReceipt'),
  pointReminderDays: timer('remind'),
  pointVisitDays: timer('dueVisit'),
  pointExpiryDays: timer('expireReceipt'),
  visitTask: 'limit',
  pickupTries: 'limit',
  disputeWorkingDays: timer('escalateDispute'),
  proposalDays: timer('lapse'),
  standbyDays: timer('lapse'),
  standbyPerNeed: 'limit',
  holdsPerDonor: 'limit',
  reliability: 'limit',
  marks: 'limit',
};

const APPLICATION_USES: { readonly [K in keyof Policy['application']]-?: Use } = {
  routingHours: timer('routeTimeout'),
  reviewWorkingDays: timer('expireReview'),
  statementLength: 'limit',
};

const CERTIFICATION_USES: { readonly [K in keyof Policy['certification']]-?: Use } = {
  routingHours: timer('routeTimeout'),
  reviewWorkingDays: timer('expireReview'),
  statementLength: 'limit',
  photosAtMost: 'limit',
  perAccount: 'limit',
};

const HANDOVER_USES: { readonly [K in keyof Policy['handover']]-?: Use } = {
  answerWorkingDays: timer('lapse'),
  needsAtMost: 'limit',
};

const FINDING_USES: { readonly [K in keyof Policy['finding']]-?: Use } = {
  openWorkingDays: timer('remindOwner'),
  takenWorkingDays: timer('remindOwner'),
  quietDays: 'limit',
  settledDays: timer('close'),
};

const SPONSORSHIP_USES: { readonly [K in keyof Policy['sponsorship']]-?: Use } = {
  reviewWorkingDays: timer('expireReview'),
  runDays: timer('stall'),
  sendDays: timer('close'),
  needsAtMost: 'limit',
};

const SMS_USES: { readonly [K in keyof SmsRules]: Use } = {
  quietHours: 'limit',
  noticesPerDay: 'limit',
  codeMinutes: 'limit',
  codeTries: 'limit',
};

const COMPLAINT_USES: { readonly [K in keyof Policy['complaint']]-?: Use } = {
  routingHours: timer('routeTimeout'),
  handlingWorkingDays: timer('expireHandling'),
  objectionDays: timer('finish'),
  textLength: 'limit',
  photosAtMost: 'limit',
  perAccount: 'limit',
  correctionAtMost: 'limit',
};

const OFFER_USES: { readonly [K in keyof Policy['offer']]-?: Use } = {
  routingHours: timer('routeTimeout'),
  reviewWorkingDays: timer('expireReview'),
  daysAtMost: 'limit',
  openPerDonor: 'limit',
  quantityAtMost: 'limit',
  proposalsPerMatch: 'limit',
  alikePercent: 'limit',
};

const SCORE_USES: { readonly [K in keyof ScorePolicy]-?: Use } = {
  points: 'limit',
  starPoints: 'limit',
  levels: 'limit',
  ratingDays: 'limit',
};

interface Part<K extends PolicyPart> {
  readonly uses: { readonly [V in keyof Policy[K]]-?: Use };
  /** Whose clock commands the part's deadlines set; a part without one has limits only. */
  readonly table?: CaseTable;
  /** What a province, city, county … may set for itself; the rest is the same everywhere. */
  readonly regional: readonly (keyof Policy[K])[];
}

/** A new part of the policy is one more entry here, or it does not compile. */
export const PARTS: { readonly [K in PolicyPart]: Part<K> } = {
  need: {
    uses: NEED_USES,
    table: needTable,
    // The overall limit of decisionWorkingDays is a promise of the whole country.
    regional: [
      'reviewWorkingDays',
      'townshipReviewAboveFen',
      'twoReviewersAboveFen',
      'resubmissionsAtMost',
      'returnedDays',
      'lifetimeDays',
      'extensionDays',
      'widenDays',
      'pinDaysAtMost',
      'pauseDays',
      'matchedDays',
      'appealDays',
      'handOffAcceptWorkingDays',
      'handOffResolveWorkingDays',
      'outcomeDays',
      'answerDays',
      'followingDays',
      'reopenDays',
      'photoLookWorkingDays',
      'openNeedsPerHousehold',
      'receivedPerHousehold',
      'duplicateWindowDays',
      'duplicatePercent',
      'risk',
      'recheck',
      'secondLookWorkingDays',
      'takeMinutes',
    ],
  },
  pledge: {
    uses: PLEDGE_USES,
    table: pledgeTable,
    // A donor's holds and his reliability are counted over all regions.
    regional: [
      'holdDays',
      'extensionDays',
      'sentReminderDays',
      'sentVisitDays',
      'sentExpiryDays',
      'pointReminderDays',
      'pointVisitDays',
      'pointExpiryDays',
      'disputeWorkingDays',
      'proposalDays',
      'standbyDays',
      'standbyPerNeed',
    ],
  },
  application: { uses: APPLICATION_USES, table: applicationTable, regional: ['reviewWorkingDays'] },
  certification: { uses: CERTIFICATION_USES, table: certificationTable, regional: ['reviewWorkingDays'] },
  handover: { uses: HANDOVER_USES, table: handoverTable, regional: ['answerWorkingDays'] },
  finding: { uses: FINDING_USES, table: findingTable, regional: [] },
  sponsorship: { uses: SPONSORSHIP_USES, table: sponsorshipTable, regional: [] },
  sms: { uses: SMS_USES, regional: [] },
  complaint: { uses: COMPLAINT_USES, table: complaintTable, regional: ['handlingWorkingDays', 'objectionDays'] },
  offer: { uses: OFFER_USES, table: offerTable, regional: ['reviewWorkingDays'] },
  // Points must be worth the same everywhere.
  score: { uses: SCORE_USES, regional: [] },
};

export const POLICY_PARTS = Object.keys(PARTS) as PolicyPart[];

/** The clock's commands whose times a part of the policy sets. */
export const timersOf = (part: PolicyPart): string[] => {
  const uses: { readonly [value: string]: Use } = PARTS[part].uses;
  return Object.values(uses).flatMap((use) => (use === 'limit' ? [] : use.timer));
};

/** The values that a region may set for itself, by part. */
export const REGIONAL_VALUES: Readonly<Record<PolicyPart, readonly string[]>> = Object.fromEntries(
  POLICY_PARTS.map((part) => [part, PARTS[part].regional]),
) as Record<PolicyPart, readonly string[]>;

export const partsOf = (policy: Policy): Pick<Policy, PolicyPart> =>
  Object.fromEntries(POLICY_PARTS.map((part) => [part, policy[part]])) as unknown as Pick<Policy, PolicyPart>;
