import { sentence, type Why } from '../need/why-waiting.ts';
import { nextInWords, whyReviewWaits } from '../reviewed/waiting.ts';
import type { OfferStage, OfferState } from './types.ts';
import { offerWaitsFor } from './view.ts';

export const whyOfferWaits = (state: OfferState): Why => whyReviewWaits(state, state.review, offerWaitsFor(state));

const WHAT: Record<OfferStage, string> = {
  draft: '捐赠意向正在登记',
  submitted: '捐赠意向已提交，平台正在安排审核',
  underReview: '捐赠意向正在审核',
  open: '捐赠意向已公开，您可以随时发起匹配，有合适的新需求时会通知您',
  parked: '平台工作人员正在处理',
  usedUp: '登记的物品已全部捐出，感谢您的帮助',
  expired: '捐赠意向已到期结束',
  withdrawn: '捐赠意向已撤回',
  refused: '捐赠意向未通过审核',
  cancelled: '捐赠意向已取消',
};

const NEXT = { ...nextInWords('审核'), expire: '届时捐赠意向到期结束' };

/** One plain Chinese sentence, without names. */
export const whyOfferSentence = (why: Why): string => sentence(why, WHAT, NEXT);
