import { sentence, type Why } from '../need/why-waiting.ts';
import type { RequestStage } from '../reviewed/types.ts';
import { nextInWords, whyReviewWaits } from '../reviewed/waiting.ts';
import type { ApplicationState } from './types.ts';
import { applicationWaitsFor } from './view.ts';

export const whyApplicationWaits = (state: ApplicationState): Why =>
  whyReviewWaits(state, state.review, applicationWaitsFor(state));

const WHAT: Record<RequestStage, string> = {
  draft: '申请正在登记',
  submitted: '申请已提交，平台正在安排审批',
  underReview: '申请正在审批',
  parked: '平台工作人员正在处理',
  approved: '申请已通过，您现在可以履行该职责',
  refused: '申请未通过',
  withdrawn: '申请已撤回',
  cancelled: '申请已取消',
};

const NEXT = nextInWords('审批');

/** One plain Chinese sentence, without names. */
export const whyApplicationSentence = (why: Why): string => sentence(why, WHAT, NEXT);
