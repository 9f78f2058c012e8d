import { sentence, type Why } from '../need/why-waiting.ts';
import { nextInWords, whyReviewWaits } from '../reviewed/waiting.ts';
import type { ComplaintStage, ComplaintState } from './types.ts';
import { complaintWaitsFor } from './view.ts';

export const whyComplaintWaits = (state: ComplaintState): Why =>
  whyReviewWaits(state, state.handling, complaintWaitsFor(state));

const WHAT: Record<ComplaintStage, string> = {
  draft: '投诉正在登记',
  submitted: '投诉已提交，平台正在安排办理',
  handling: '投诉正在办理',
  decided: '投诉已有处理结果，您如有异议可以提出一次',
  parked: '平台工作人员正在处理',
  closed: '投诉已办结',
  withdrawn: '投诉已撤回',
  cancelled: '投诉已取消',
};

const NEXT = { ...nextInWords('办理'), expireHandling: '逾期将由上一级接手', finish: '到期将自动办结' };

/** One plain Chinese sentence, without names. */
export const whyComplaintSentence = (why: Why): string => sentence(why, WHAT, NEXT);
