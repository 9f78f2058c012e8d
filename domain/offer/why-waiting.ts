import { earliest } from '../kernel/table.ts';
import { sentence, type Why } from '../need/why-waiting.ts';
import type { OfferStage, OfferState } from './types.ts';
import { offerWaitsFor } from './view.ts';

/** Why an offer waits: who must act now, since when, until when, and what the clock does otherwise. */
export function whyOfferWaits(state: OfferState): Why {
  const { remindReviewer: _remind, ...acts } = state.clock;
  const due = earliest(acts);
  return {
    code: state.stage,
    waitingOn: offerWaitsFor(state),
    since: state.review?.since ?? state.stageSince,
    until: due?.at ?? null,
    next: due?.command ?? null,
  };
}

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

const NEXT: { readonly [command: string]: string } = {
  routeTimeout: '逾期将直接进入审核',
  expireReview: '逾期将由上一级接手',
  expire: '届时捐赠意向到期结束',
  remindOperator: '届时再次提醒平台工作人员',
};

/** One plain Chinese sentence, without names. */
export const whyOfferSentence = (why: Why): string => sentence(why, WHAT, NEXT);
