import { z } from 'zod';
import { isLaterReason, RISK_REASONS, type EarlyRiskCode, type LaterRiskCode } from '../domain/need/risk.ts';
import type { Policy } from '../domain/policy.ts';
import { FIXED_RULES, type FixedRule } from '../domain/score/types.ts';

/** The shape of a policy as it is written in a file or published by an operator. */

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
export const policySchema: z.ZodType<Policy> = z.strictObject({
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
    operatorsImpartial: z.boolean().optional(),
    tiedAbstain: z.boolean().optional(),
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
    previewFirst: z
      .strictObject({ categories: z.array(z.string()), answerDays: days, sinceAsked: z.boolean().optional() })
      .optional(),
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
      alikePercent: percent.optional(),
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
