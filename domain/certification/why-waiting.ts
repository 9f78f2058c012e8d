import { sentence, type Why } from '../need/why-waiting.ts';
import type { RequestStage } from '../reviewed/types.ts';
import { nextInWords, whyReviewWaits } from '../reviewed/waiting.ts';
import type { CertificationState } from './types.ts';
import { certificationWaitsFor } from './view.ts';

export const whyCertificationWaits = (state: CertificationState): Why =>
  whyReviewWaits(state, state.review, certificationWaitsFor(state));

const WHAT: Record<RequestStage, string> = {
  draft: '实名认证申请正在登记',
  submitted: '实名认证申请已提交，平台正在安排核实',
  underReview: '实名认证申请正在核实',
  parked: '平台工作人员正在处理',
  approved: '实名认证已通过',
  refused: '实名认证未通过，您可以补齐材料后再次申请',
  withdrawn: '实名认证申请已撤回',
  cancelled: '实名认证申请已取消',
};

const NEXT = nextInWords('核实');

/** One plain Chinese sentence, without names. */
export const whyCertificationSentence = (why: Why): string => sentence(why, WHAT, NEXT);
