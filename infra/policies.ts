import { readdirSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { checkPolicy, type Policy } from '../domain/policy.ts';
import { RISK_REASONS, type RiskCode } from '../domain/need/risk.ts';
import type { Instant } from '../domain/kernel/types.ts';
import { dateInShanghai } from '../domain/time/calendar.ts';

/** `default` in earnest, `demo` with days of seconds. */
export type PolicySet = 'default' | 'demo';

export interface Policies {
  readonly all: readonly Policy[];
  /** @throws UnknownPolicyError */
  policyFor(version: string): Policy;
  /** The version in force on the Shanghai day of an instant. @throws UnknownPolicyError when there is none */
  currentPolicy(now: Instant): Policy;
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

const points = Object.fromEntries(RISK_REASONS.map((code) => [code, count])) as Record<RiskCode, typeof count>;
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
    widenDays: perUrgency.optional(),
    challengeWorkingDays: days.optional(),
    challengesPerAccount: z.strictObject({ days, count }).optional(),
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
    openNeedsPerHousehold: count,
    duplicateWindowDays: days,
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
    takeMinutes: days.optional(),
    twoReviewersAboveFen: count.optional(),
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
    disputeWorkingDays: days,
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
    marks: z.strictObject({ minutesAfterPublication: count, floorValueFen: count }),
  }),
  application: z.strictObject({
    routingHours: days,
    reviewWorkingDays: z.strictObject({ township: days, county: days, city: days, province: days, operator: days }),
    statementLength: range,
  }),
});

const RISING = [
  ['sentReminderDays', 'sentVisitDays'],
  ['sentVisitDays', 'sentExpiryDays'],
  ['pointReminderDays', 'pointVisitDays'],
  ['pointVisitDays', 'pointExpiryDays'],
] as const;

/** @throws Error naming the file's faulty values */
export function parsePolicy(json: unknown, source: string): Policy {
  const parsed = schema.safeParse(json);
  if (!parsed.success) throw new Error(`${source} is no policy:\n${z.prettifyError(parsed.error)}`);
  const { pledge, need } = parsed.data;
  for (const [earlier, later] of RISING) {
    if (pledge[earlier] >= pledge[later]) throw new Error(`${source}: ${earlier} must be before ${later}`);
  }
  for (const urgency of ['urgent', 'normal', 'low'] as const) {
    if (3 * (need.widenDays?.[urgency] ?? 0) >= need.lifetimeDays[urgency]) {
      throw new Error(`${source}: widenDays must reach the whole country within lifetimeDays`);
    }
  }
  const outcome = need.outcomeDays;
  if (outcome.some((day, i) => i > 0 && day <= (outcome[i - 1] ?? 0)) || (outcome.at(-1) ?? 0) >= need.followingDays) {
    throw new Error(`${source}: outcomeDays must rise and end before followingDays`);
  }
  return checkPolicy(parsed.data);
}

/** Reads data/policies. Versions that begin with `demo` form the demo set; both sets can be looked up by version. */
export function loadPolicies(set: PolicySet): Policies {
  const folder = new URL('../data/policies/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const read = (name: string): Policy =>
    parsePolicy(JSON.parse(readFileSync(new URL(name, folder), 'utf8')), `data/policies/${name}`);
  return createPolicies(files.map(read), set);
}

export function createPolicies(all: readonly Policy[], set: PolicySet): Policies {
  const byVersion = new Map(all.map((policy) => [policy.version, policy]));
  if (byVersion.size !== all.length) throw new Error('two policies have the same version');
  const inSet = all
    .filter(({ version }) => version.startsWith('demo') === (set === 'demo'))
    .sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1));
  return {
    all,
    policyFor(version) {
      const policy = byVersion.get(version);
      if (policy === undefined) throw new UnknownPolicyError(`no policy has the version ${version}`);
      return policy;
    },
    currentPolicy(now) {
      const today = dateInShanghai(now);
      const policy = inSet.find((p) => p.validFrom <= today && (p.validTo === null || today < p.validTo));
      if (policy === undefined) throw new UnknownPolicyError(`no policy of the set ${set} is in force on ${today}`);
      return policy;
    },
  };
}
