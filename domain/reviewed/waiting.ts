import { earliest } from '../kernel/table.ts';
import type { CaseState, WaitingOn } from '../kernel/types.ts';
import { REVIEWER } from '../need/view.ts';
import type { Why } from '../need/why-waiting.ts';
import type { Turn } from './types.ts';

/** Whom a case waits for in the stages that all reviewed cases have; a kind names its others before. */
export function reviewWaitsFor(stage: string, turn: Turn | null): WaitingOn {
  if (stage === 'draft' || stage === 'submitted') return 'system';
  if (stage === 'parked') return 'operator';
  if (stage !== 'underReview' && stage !== 'handling') return 'nobody';
  return turn === null || turn.level === 'operator' ? 'operator' : REVIEWER[turn.level];
}

/** Why it waits: who must act now, since when, until when, and what the clock does otherwise; a reminder changes nothing. */
export function whyReviewWaits({ stage, stageSince, clock }: CaseState, turn: Turn | null, waitingOn: WaitingOn): Why {
  const { remindReviewer: _reviewer, remindHandler: _handler, ...acts } = clock;
  const due = earliest(acts);
  return {
    code: stage,
    waitingOn,
    since: turn?.since ?? stageSince,
    until: due?.at ?? null,
    next: due?.command ?? null,
  };
}

/** What the clock does next, in plain Chinese; `work` is what the level in turn does. */
export const nextInWords = (work: string): { readonly [command: string]: string } => ({
  routeTimeout: `逾期将直接进入${work}`,
  expireReview: '逾期将由上一级接手',
  remindOperator: '届时再次提醒平台工作人员',
});
