import type { JsonObject, Level } from '../kernel/types.ts';
import type { NeedPolicy } from './types.ts';

/**
 * How closely a posting must be looked at. Screening measures facts, the policy gives points for each that stands out,
 * and the sum says how many levels review. Reasons are codes and numbers: the same facts give the same score in a replay.
 */

/** What screening measures, in fen, percent or counts. */
export const RISK_FACTS = [
  'amountFen',
  'capFen',
  /** People of the household, at least 1. */
  'people',
  /** How high in its price band the dearest line is: 0 at its lower end, 100 at its upper one. */
  'pricePercent',
  'brandWords',
  /** Photos that stand, alike, in another need as well. */
  'photosReused',
  /** 1: the household is monitored, 低保 or 特困; 0: none of these. */
  'registered',
  /** Other needs that the household asked for in the period. */
  'postedBefore',
  /** Needs of the household that ask for the same, or of the publisher that tell the same story. */
  'alike',
  /** Needs of the publisher that came to a decision, and those of them that were refused or taken down. */
  'decided',
  'declined',
] as const;
/** Measured since there are services and money, and addresses in the register; a screening from before has none of them. */
export const LATER_RISK_FACTS = [
  /** 1: a stranger would meet somebody under 18. */
  'meetsMinor',
  /** 1: money would be paid to somebody else than the household. */
  'otherPayee',
  /** Other households whose needs name the same account, and those that are registered at the same address and ask too. */
  'samePayee',
  'sameAddress',
] as const;
export type RiskFacts = { readonly [fact in (typeof RISK_FACTS)[number]]: number } & {
  readonly [fact in (typeof LATER_RISK_FACTS)[number]]?: number;
};

export const RISK_REASONS = [
  'largeAmount',
  'nearCap',
  'muchPerHead',
  'highPrice',
  'brandWords',
  'photoReused',
  'notRegistered',
  'repeatPosting',
  'alike',
  'publisherRecord',
  'meetsMinor',
  'otherPayee',
  'samePayee',
  'sameAddress',
] as const;
export type RiskCode = (typeof RISK_REASONS)[number];
/** Reasons that older policies don't know: there they give no points. */
export type LaterRiskCode = (typeof LATER_RISK_FACTS)[number];
export type EarlyRiskCode = Exclude<RiskCode, LaterRiskCode>;
export const isLaterReason = (code: RiskCode): code is LaterRiskCode =>
  LATER_RISK_FACTS.some((later) => later === code);

export interface RiskPolicy {
  readonly points: { readonly [code in EarlyRiskCode]: number } & {
    readonly [code in LaterRiskCode]?: number | undefined;
  };
  /** From these scores on the township, and the county, review as well. */
  readonly mediumFrom: number;
  readonly highFrom: number;
  readonly capPercent: number;
  readonly perHeadFen: number;
  readonly pricePercent: number;
  readonly postedBefore: number;
  /** Days in which the needs of the household and the publisher count, and texts are compared. */
  readonly periodDays: number;
  /** The publisher's record counts from so many decisions on, when so much of them was declined. */
  readonly publisherDecisions: number;
  readonly publisherPercent: number;
}

/** `value` is what was measured and `limit` what it reached, both as the code says. */
export interface RiskReason {
  readonly code: RiskCode;
  readonly points: number;
  readonly value: number;
  readonly limit: number;
}

export type RiskBand = 'low' | 'medium' | 'high';

export interface Risk {
  readonly score: number;
  readonly band: RiskBand;
  readonly reasons: readonly RiskReason[];
}

type Measure = readonly [code: RiskCode, value: number, limit: number];

const percent = (part: number, whole: number): number => (whole === 0 ? 0 : Math.floor((part * 100) / whole));

/** The score of these facts; the weightiest reasons come first. */
export function riskOf(
  facts: RiskFacts,
  { townshipReviewAboveFen }: Pick<NeedPolicy, 'townshipReviewAboveFen'>,
  policy: RiskPolicy,
): Risk {
  const { amountFen, decided, declined } = facts;
  const measures: Measure[] = [
    ['largeAmount', amountFen, townshipReviewAboveFen + 1],
    ['nearCap', percent(amountFen, facts.capFen), policy.capPercent],
    ['muchPerHead', Math.floor(amountFen / Math.max(1, facts.people)), policy.perHeadFen],
    ['highPrice', facts.pricePercent, policy.pricePercent],
    ['brandWords', facts.brandWords, 1],
    ['photoReused', facts.photosReused, 1],
    ['notRegistered', facts.registered === 0 ? 1 : 0, 1],
    ['repeatPosting', facts.postedBefore, policy.postedBefore],
    ['alike', facts.alike, 1],
    ['publisherRecord', decided >= policy.publisherDecisions ? percent(declined, decided) : 0, policy.publisherPercent],
    ...LATER_RISK_FACTS.map((code): Measure => [code, facts[code] ?? 0, 1]),
  ];
  const reasons = measures
    .filter(([, value, limit]) => value >= limit)
    .map(([code, value, limit]): RiskReason => ({ code, points: policy.points[code] ?? 0, value, limit }))
    .filter((reason) => reason.points > 0)
    .sort((a, b) => b.points - a.points || RISK_REASONS.indexOf(a.code) - RISK_REASONS.indexOf(b.code));
  const score = reasons.reduce((sum, reason) => sum + reason.points, 0);
  return { score, band: bandOf(score, policy), reasons };
}

const bandOf = (score: number, { mediumFrom, highFrom }: RiskPolicy): RiskBand =>
  score >= highFrom ? 'high' : score >= mediumFrom ? 'medium' : 'low';

/** Levels that a need of this band is looked at by, before the absent ones are replaced. */
export const LEVELS_OF_BAND: { readonly [band in RiskBand]: readonly Level[] } = {
  low: ['village'],
  medium: ['village', 'township'],
  high: ['village', 'township', 'county'],
};

/** Facts out of a command's data; null when they are not all there as whole numbers from 0. */
export function riskFactsIn(data: JsonObject): RiskFacts | null {
  const given = data['facts'];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null;
  const entries = RISK_FACTS.map((fact) => [fact, given[fact]] as const);
  if (!entries.every(([, value]) => Number.isSafeInteger(value) && Number(value) >= 0)) return null;
  const later = LATER_RISK_FACTS.map((fact) => [fact, given[fact]] as const).filter(([, value]) => value !== undefined);
  if (!later.every(([, value]) => Number.isSafeInteger(value) && Number(value) >= 0)) return null;
  return Object.fromEntries([...entries, ...later]) as RiskFacts;
}

const yuan = (fen: number): string => `${(fen / 100).toFixed(fen % 100 === 0 ? 0 : 2)}元`;

const TEXTS: { readonly [code in RiskCode]: (reason: RiskReason) => string } = {
  largeAmount: ({ value, limit }) => `总金额${yuan(value)}，超过${yuan(limit - 1)}`,
  nearCap: ({ value, limit }) => `总金额为该类别上限的${value}%（达到${limit}%须留意）`,
  muchPerHead: ({ value, limit }) => `按家庭人口平均每人${yuan(value)}（达到${yuan(limit)}须留意）`,
  highPrice: ({ value, limit }) => `单价处于参考价格区间的${value}%位置（达到${limit}%须留意）`,
  brandWords: ({ value }) => `文字中有${value}处品牌名称`,
  photoReused: ({ value }) => `${value}张照片与其他求助的照片相同或极相似`,
  notRegistered: () => '该户不是低保、特困或监测对象',
  repeatPosting: ({ value }) => `该户近期另有${value}条求助`,
  alike: ({ value }) => `有${value}条内容几乎相同的求助`,
  publisherRecord: ({ value }) => `发布人以往的求助有${value}%未通过或被下架`,
  meetsMinor: () => '服务者会接触未成年人',
  otherPayee: () => '收款人不是受助家庭本人，须由县级核对',
  samePayee: ({ value }) => `另有${value}户的求助使用同一收款账号`,
  sameAddress: ({ value }) => `另有${value}户登记在同一住址并提出求助`,
};

/** A reason for the reviewer, with its numbers. */
export const riskReasonInChinese = (reason: RiskReason): string => TEXTS[reason.code](reason);

const BANDS: { readonly [band in RiskBand]: string } = { low: '低', medium: '中', high: '高' };
export const riskBandInChinese = (band: RiskBand): string => `${BANDS[band]}风险`;
