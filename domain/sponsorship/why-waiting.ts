import { earliest } from '../kernel/table.ts';
import { sentence, type Why } from '../need/why-waiting.ts';
import type { SponsorshipStage, SponsorshipState } from './types.ts';
import { sponsorshipView } from './view.ts';

/** Why a sponsorship waits: who must act now, since when, until when, and what the clock does otherwise. */
export function whySponsorshipWaits(state: SponsorshipState): Why {
  const due = earliest(state.clock);
  return {
    code: state.stage,
    waitingOn: sponsorshipView(state).waitingOn,
    since: state.stageSince,
    until: due?.at ?? null,
    next: due?.command ?? null,
  };
}

const WHAT: Record<SponsorshipStage, string> = {
  draft: '申请正在登记',
  underReview: '申请正在由平台审核',
  running: '平台正在分批认领',
  claimed: '已认领完毕，等待捐赠方登记寄出',
  sending: '平台正在分批登记寄出',
  parked: '平台工作人员正在处理',
  completed: '批量认领已结束',
  stopped: '认领已停止，已认领的继续有效',
  refused: '申请未通过',
  withdrawn: '申请已撤回',
  cancelled: '申请已取消',
};

const NEXT: { readonly [command: string]: string } = {
  expireReview: '逾期将提醒平台工作人员',
  stall: '逾期将由平台工作人员处理',
  close: '届时批量认领结束，尚未寄出的按各自期限处理',
  remindOperator: '届时再次提醒平台工作人员',
};

/** One plain Chinese sentence, without names. */
export const whySponsorshipSentence = (why: Why): string => sentence(why, WHAT, NEXT);
