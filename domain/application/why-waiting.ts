import { earliest } from '../kernel/table.ts';
import { sentence, type Why } from '../need/why-waiting.ts';
import type { ApplicationStage, ApplicationState } from './types.ts';
import { applicationWaitsFor } from './view.ts';

/** Why an application waits: who must act now, since when, until when, and what the clock does otherwise. */
export function whyApplicationWaits(state: ApplicationState): Why {
  const { remindReviewer: _remind, ...acts } = state.clock;
  const due = earliest(acts);
  return {
    code: state.stage,
    waitingOn: applicationWaitsFor(state),
    since: state.review?.since ?? state.stageSince,
    until: due?.at ?? null,
    next: due?.command ?? null,
  };
}

const WHAT: Record<ApplicationStage, string> = {
  draft: '申请正在登记',
  submitted: '申请已提交，平台正在安排审批',
  underReview: '申请正在审批',
  parked: '平台工作人员正在处理',
  approved: '申请已通过，您现在可以履行该职责',
  refused: '申请未通过',
  withdrawn: '申请已撤回',
  cancelled: '申请已取消',
};

const NEXT: { readonly [command: string]: string } = {
  routeTimeout: '逾期将直接进入审批',
  expireReview: '逾期将由上一级接手',
  remindOperator: '届时再次提醒平台工作人员',
};

/** One plain Chinese sentence, without names. */
export const whyApplicationSentence = (why: Why): string => sentence(why, WHAT, NEXT);
