import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { partsOf, type Policy } from '../domain/policy.ts';
import { policyFaults, type PolicyFault } from '../domain/policy/check.ts';
import type { PolicyOverride } from '../domain/policy/override.ts';
import { isLaterReason, RISK_REASONS, type EarlyRiskCode, type LaterRiskCode } from '../domain/need/risk.ts';
import { FIXED_RULES, type FixedRule } from '../domain/score/types.ts';
import type { Instant } from '../domain/kernel/types.ts';
import { createSnapshot, type Dated } from './policy-snapshot.ts';

/** `default` in earnest, `demo` with days of seconds. */
export type PolicySet = 'default' | 'demo';

/**
 * The versions of the files and, once the process has read them, those that operators published. Synchronous on purpose:
 * a rule on a hot path never waits for a look-up.
 */
export interface Policies {
  /** Those of the files. */
  readonly all: readonly Policy[];
  /** A national version, or one with a region's overrides (`2026-01+360735.1`). @throws UnknownPolicyError */
  policyFor(version: string): Policy;
  /** The national version in force on the Shanghai day of an instant. @throws UnknownPolicyError when there is none */
  currentPolicy(now: Instant): Policy;
  /** The same with what the regions of this path, from the province down, set for themselves. */
  policyIn(regionPath: readonly string[], now: Instant): Policy;
  /** Takes over what is stored. @throws Error naming the faults; then everything stays as it was */
  adopt(stored: StoredPolicies): void;
}

/** What MongoDB holds besides the files: versions of operators, overrides, and the ends that they set. */
export interface StoredPolicies {
  readonly versions: readonly {
    readonly policy: unknown;
    readonly publishedAt: Instant | null;
    readonly endsOn: string | null;
  }[];
  readonly overrides: readonly Dated<PolicyOverride>[];
}

export class UnknownPolicyError extends Error {
  override name = 'UnknownPolicyError';
}

const count = z.number().int().min(0);
/** Days may be fractions: half-time reminders, and the short days of a demo. */
const days = z.number().positive();
const percent = z.number().min(0).max(100);
const range = z.strictObject({ min: count, max: count }).refine(({ min, max }) => min <= max, 'min is above max');
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);
const perUrgency = z.strictObject({ urgent: days, normal: days, low: days });
const perLevel = z.strictObject({ village: days, township: days, county: days, city: days, province: days });

/** Reasons that came later count nothing under a policy that does not name them. */
const points = Object.fromEntries(
  RISK_REASONS.map((code) => [code, isLaterReason(code) ? count.optional() : count]),
) as Record<EarlyRiskCode, typeof count> & Record<LaterRiskCode, z.ZodOptional<typeof count>>;
const risk = z.strictObject({
  points: z.strictObject(points),
  mediumFrom: count,
  highFrom: count,
  capPercent: count,
  perHeadFen: count,
  pricePercent: count,
  postedBefore: count,
  periodDays: days,
  publisherDecisions: count,
  publisherPercent: count,
});

const scorePoints = Object.fromEntries(FIXED_RULES.map((rule) => [rule, z.int()])) as Record<FixedRule, z.ZodInt>;

/** Strict on purpose: a deadline that nothing uses, or a misspelt one, is refused when the process starts. */
const schema: z.ZodType<Policy> = z.strictObject({
  version: z.string().min(1),
  validFrom: date,
  validTo: date.nullable(),
  note: z.string(),
  shared: z.strictObject({
    time: z.strictObject({ dayMs: z.number().int().positive(), workingDays: z.enum(['calendar', 'every']) }),
    jitterMs: count,
    parkedReminderWorkingDays: days,
    migrationNoticeWorkingDays: days.optional(),
  }),
  need: z.strictObject({
    screeningHours: days,
    reviewWorkingDays: perLevel,
    townshipReviewAboveFen: count,
    resubmissionsAtMost: count,
    returnedDays: days,
    lifetimeDays: perUrgency,
    extensionDays: days,
    revokeHours: days,
    moneyHeldDays: days.optional(),
    widenDays: perUrgency.optional(),
    challengeWorkingDays: days.optional(),
    challengesPerAccount: z.strictObject({ days, count }).optional(),
    othersDecideAgain: z.boolean().optional(),
    pinDaysAtMost: count.optional(),
    pauseDays: days.optional(),
    matchedDays: days,
    appealDays: days,
    handOffAcceptWorkingDays: days,
    handOffResolveWorkingDays: days,
    outcomeDays: z.array(days).min(1),
    answerDays: days,
    followingDays: days,
    reopenDays: days,
    titleLength: range,
    detailsLength: range,
    reasonLength: range,
    photos: range,
    photoLookWorkingDays: days.optional(),
    openNeedsPerHousehold: count,
    duplicateWindowDays: days,
    duplicatePercent: percent.optional(),
    draftDays: days.optional(),
    consentDays: days.optional(),
    endorsement: z.strictObject({ textLength: range, photosAtMost: count }).optional(),
    recheck: z
      .strictObject({
        percent,
        judgedFrom: count,
        goodAccuracy: percent,
        goodPercent: percent,
        poorAccuracy: percent,
        poorPercent: percent,
      })
      .optional(),
    likelyMatches: z.strictObject({ householdPercent: percent, areaPercent: percent, shown: count }).optional(),
    homeChangeDays: days.optional(),
    endorsementsPerAccount: z.strictObject({ days, count }).optional(),
    outcomeCheckPercent: percent.optional(),
    secondLookWorkingDays: days.optional(),
    news: z.strictObject({ perNeed: count }).optional(),
    takeMinutes: days.optional(),
    twoReviewersAboveFen: count.optional(),
    previewFirst: z.strictObject({ categories: z.array(z.string()), answerDays: days }).optional(),
    decisionWorkingDays: days.optional(),
    risk: risk.optional(),
    receivedPerHousehold: z.strictObject({ days, fen: count }).optional(),
  }),
  pledge: z.strictObject({
    holdDays: days,
    extensionDays: days,
    holdPauseDays: days,
    sentReminderDays: days,
    sentVisitDays: days,
    sentExpiryDays: days,
    pointReminderDays: days,
    pointVisitDays: days,
    pointExpiryDays: days,
    visitTask: z.boolean().optional(),
    pickupTries: count.min(1).optional(),
    disputeWorkingDays: days,
    proposalDays: days.optional(),
    standbyDays: days,
    standbyPerNeed: count,
    holdsPerDonor: count,
    reliability: z.strictObject({
      judgedFrom: count,
      goodPercent: count,
      goodHolds: count,
      poorPercent: count,
      poorHolds: count,
    }),
    marks: z.strictObject({ minutesAfterPublication: count, minutesToReceipt: count.optional(), floorValueFen: count }),
  }),
  application: z.strictObject({
    routingHours: days,
    reviewWorkingDays: z.strictObject({ township: days, county: days, city: days, province: days, operator: days }),
    statementLength: range,
  }),
  // Versions that were stored before there were certifications have these.
  certification: z
    .strictObject({
      routingHours: days,
      reviewWorkingDays: z.strictObject({ township: days, county: days, city: days, province: days, operator: days }),
      statementLength: range,
      photosAtMost: count.min(1).max(9),
      perAccount: z.strictObject({ days, count }),
    })
    .default({
      routingHours: 1,
      reviewWorkingDays: { township: 3, county: 3, city: 3, province: 3, operator: 3 },
      statementLength: { min: 10, max: 500 },
      photosAtMost: 9,
      perAccount: { days: 30, count: 5 },
    }),
  handover: z.strictObject({ answerWorkingDays: days, needsAtMost: count }),
  finding: z.strictObject({ openWorkingDays: days, takenWorkingDays: days, quietDays: days, settledDays: days }),
  // Versions that were stored before there were sponsorships have these.
  sponsorship: z
    .strictObject({ reviewWorkingDays: days, runDays: days, sendDays: days.optional(), needsAtMost: count })
    .default({ reviewWorkingDays: 5, runDays: 7, needsAtMost: 50_000 }),
  sms: z.strictObject({
    quietHours: z.strictObject({ from: z.int().min(0).max(23), to: z.int().min(0).max(23) }),
    noticesPerDay: count.min(1),
    codeMinutes: count.min(1).max(60),
    codeTries: count.min(1).max(10),
  }),
  complaint: z.strictObject({
    routingHours: days,
    handlingWorkingDays: perLevel.extend({ operator: days }),
    objectionDays: days,
    textLength: range,
    photosAtMost: count,
    perAccount: z.strictObject({ days, count }),
    correctionAtMost: count,
  }),
  offer: z
    .strictObject({
      routingHours: days,
      reviewWorkingDays: z.strictObject({ county: days, city: days, province: days, operator: days }),
      daysAtMost: days,
      openPerDonor: count,
      quantityAtMost: count,
      proposalsPerMatch: count,
    })
    .default({
      routingHours: 1,
      reviewWorkingDays: { county: 3, city: 3, province: 3, operator: 3 },
      daysAtMost: 365,
      openPerDonor: 5,
      quantityAtMost: 1000,
      proposalsPerMatch: 20,
    }),
  score: z.strictObject({
    points: z.strictObject(scorePoints),
    starPoints: z.array(z.int()).length(5),
    levels: z.array(count).length(3),
    ratingDays: days,
  }),
});

const RISING = [
  ['sentReminderDays', 'sentVisitDays'],
  ['sentVisitDays', 'sentExpiryDays'],
  ['pointReminderDays', 'pointVisitDays'],
  ['pointVisitDays', 'pointExpiryDays'],
] as const;

/** A policy as somebody wrote it: parsed, or with everything that is wrong with it. */
export type Checked = { readonly policy: Policy } | { readonly faults: readonly PolicyFault[] };

export function checkedPolicy(json: unknown): Checked {
  const parsed = schema.safeParse(json);
  if (!parsed.success) return { faults: parsed.error.issues.flatMap(faultsOfIssue) };
  const faults = [...orderFaults(parsed.data), ...policyFaults(parsed.data)];
  return faults.length > 0 ? { faults } : { policy: parsed.data };
}

/** Of unknown values each one is named, not the record that holds them. */
function faultsOfIssue(issue: z.core.$ZodIssue): PolicyFault[] {
  const at = issue.path.map((key) => `/${String(key)}`).join('');
  if (issue.code !== 'unrecognized_keys') return [{ pointer: at, detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: `${at}/${key}`, detail: `nothing uses ${key}` }));
}

const rises = (numbers: readonly number[]): boolean => numbers.every((n, i) => i === 0 || n > (numbers[i - 1] ?? 0));

/** What must come before what. */
function orderFaults({ pledge, need, score }: Policy): PolicyFault[] {
  const faults: PolicyFault[] = [];
  for (const [earlier, later] of RISING) {
    if (pledge[earlier] >= pledge[later])
      faults.push({ pointer: `/pledge/${earlier}`, detail: `${earlier} must be before ${later}` });
  }
  for (const urgency of ['urgent', 'normal', 'low'] as const) {
    if (3 * (need.widenDays?.[urgency] ?? 0) >= need.lifetimeDays[urgency]) {
      const detail = 'widenDays must reach the whole country within lifetimeDays';
      faults.push({ pointer: `/need/widenDays/${urgency}`, detail });
    }
  }
  if (!rises(score.levels)) faults.push({ pointer: '/score/levels', detail: 'levels must rise' });
  const outcome = need.outcomeDays;
  if (!rises(outcome) || (outcome.at(-1) ?? 0) >= need.followingDays) {
    faults.push({ pointer: '/need/outcomeDays', detail: 'outcomeDays must rise and end before followingDays' });
  }
  return faults;
}

/** @throws Error naming the faulty values */
export function parsePolicy(json: unknown, source: string): Policy {
  const checked = checkedPolicy(json);
  if ('policy' in checked) return checked.policy;
  const faults = checked.faults.map(({ pointer, detail }) => `${pointer}: ${detail}`);
  throw new Error(`${source} is no policy: ${faults.join('; ')}`);
}

/** Reads data/policies. Versions that begin with `demo` form the demo set; both sets can be looked up by version. */
export function loadPolicies(set: PolicySet): Policies {
  const folder = new URL('../data/policies/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const read = (name: string): Policy =>
    parsePolicy(JSON.parse(readFileSync(new URL(name, folder), 'utf8')), `data/policies/${name}`);
  return createPolicies(files.map(read), set);
}

export function createPolicies(
  files: readonly Policy[],
  set: PolicySet,
  { leadMs }: { leadMs?: number } = {},
): Policies {
  const options = {
    set,
    check: (policy: Policy) => parsePolicy(policy, policy.version),
    ...(leadMs !== undefined && { leadMs }),
  };
  const plain = files.map((is) => ({ is, publishedAt: null }));
  let snapshot = createSnapshot({ versions: plain, overrides: [], ...options });
  return {
    all: files,
    policyFor: (version) => snapshot.policyFor(version),
    currentPolicy: (now) => snapshot.currentPolicy(now),
    policyIn: (regionPath, now) => snapshot.policyIn(regionPath, now),
    adopt({ versions, overrides }) {
      snapshot = createSnapshot({ versions: withStored(files, versions), overrides, ...options });
    },
  };
}

/** The numbers of a version that came with this release are those of its file; its end may be set by an operator. */
function withStored(files: readonly Policy[], stored: StoredPolicies['versions']): Dated<Policy>[] {
  const byVersion = new Map(
    files.map((policy): [string, Dated<Policy>] => [policy.version, { is: policy, publishedAt: null }]),
  );
  for (const { policy: json, publishedAt, endsOn } of stored) {
    const { version } = json as Policy;
    const known =
      byVersion.get(version)?.is ?? parsePolicy(withNewParts(json as Policy, files), `stored policy ${version}`);
    const ends = [known.validTo, endsOn].filter((end) => end !== null).sort();
    byVersion.set(version, { is: { ...known, validTo: ends[0] ?? null }, publishedAt });
  }
  return [...byVersion.values()];
}

/** A part that came with a later release: no case of it has started under this version, so it takes the file's numbers. */
export function withNewParts(policy: Policy, files: readonly Policy[]): Policy {
  const demo = policy.version.startsWith('demo');
  const [newest] = files
    .filter(({ version }) => version.startsWith('demo') === demo)
    .sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1));
  return newest === undefined ? policy : { ...partsOf(newest), ...policy };
}
