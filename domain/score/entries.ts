import type { Instant } from '../kernel/types.ts';
import { scoreName } from './merits.ts';
import {
  STAR_RULES,
  type FixedRule,
  type Merit,
  type ScoreEntry,
  type ScoreKind,
  type ScorePolicy,
  type ScoreRule,
  type StarRule,
} from './types.ts';

/** What the policy in force when it happened makes of a fact. */
export interface Fact {
  readonly source: string;
  readonly at: Instant;
  /** The version in force when it happened; that one never changes again. */
  readonly policy: { readonly version: string; readonly score: ScorePolicy };
}

function pointsOf({ rule, stars, points = 0 }: Merit, policy: ScorePolicy): number {
  if (rule === 'correction') return points;
  if (isStarRule(rule)) return policy.starPoints[(stars ?? 0) - 1] ?? 0;
  return policy.points[rule];
}

const isStarRule = (rule: ScoreRule): rule is StarRule => (STAR_RULES as readonly string[]).includes(rule);

/** The lines of the ledger; a rule that the policy gives no points leaves none. */
export const entriesOf = (merits: readonly Merit[], { source, at, policy }: Fact): ScoreEntry[] =>
  merits
    .map((merit) => ({
      id: `${source}|${merit.rule}|${scoreName(merit.subject)}`,
      subject: merit.subject,
      rule: merit.rule,
      points: pointsOf(merit, policy.score),
      source,
      at,
      policyVersion: policy.version,
    }))
    .filter(({ points }) => points !== 0);

export const SCORE_LEVELS = ['low', 'ordinary', 'good', 'veryGood', 'excellent'] as const;
export type ScoreLevel = (typeof SCORE_LEVELS)[number];

/** Below nothing `low`; then as many levels up as bounds are reached. */
export function levelFor(points: number, { levels }: Pick<ScorePolicy, 'levels'>): ScoreLevel {
  if (points < 0) return 'low';
  const reached = levels.filter((from) => points >= from).length;
  return SCORE_LEVELS[1 + reached] ?? 'excellent';
}

const LEVEL_TEXTS: Readonly<Record<ScoreLevel, string>> = {
  low: '有待改进',
  ordinary: '一般',
  good: '良好',
  veryGood: '优秀',
  excellent: '模范',
};
export const levelText = (level: ScoreLevel): string => LEVEL_TEXTS[level];

const KIND_TEXTS: Readonly<Record<ScoreKind, string>> = {
  donor: '爱心人士评分',
  household: '家庭评分',
  reviewer: '审核评分',
  village: '村评分',
};
export const kindText = (kind: ScoreKind): string => KIND_TEXTS[kind];

const RULE_TEXTS: Readonly<Record<FixedRule | StarRule | 'correction', string>> = {
  donorDelivered: '捐助的物品已确认收到',
  donorServed: '捐助的物品，回访反馈有帮助',
  donorLapsed: '认领后逾期没有寄出',
  donorFailed: '经核实物品没有送到',
  householdConfirmed: '亲自确认了收货',
  householdAnswered: '回答了回访问题（不论答案）',
  householdThanked: '向爱心人士致谢',
  approvalServed: '批准的求助，回访反馈有帮助',
  approvalUnused: '批准的求助，回访反馈没有使用',
  approvalDoubted: '批准的求助，质疑经核实成立',
  recheckAgreed: '抽查复审意见一致',
  recheckDiffered: '抽查复审意见不一致',
  villageServed: '本村求助，回访反馈有帮助',
  villageUnused: '本村求助，回访反馈没有使用',
  villageSlept: '村级逾期未审核',
  villageCheckAgreed: '回访抽查结果一致',
  villageCheckDiffered: '回访抽查结果不一致',
  villageRated: '家庭对本次帮扶的评分',
  donorRated: '受助家庭对捐助的评分',
  householdRated: '爱心人士对家庭的评分',
  correction: '评分申诉成立，更正分值',
};
/** The rule in plain Chinese. */
export const ruleText = (rule: ScoreRule): string => RULE_TEXTS[rule];
