import { earliest } from '../kernel/table.ts';
import { sentence, type Why } from '../need/why-waiting.ts';
import { mannerOf } from './manner.ts';
import type { PledgeStage, PledgeState } from './types.ts';
import { pledgeWaitsFor } from './view.ts';

/** Why a pledge waits: who must act now, since when, until when, and what the clock does otherwise. */
export function whyPledgeWaits(state: PledgeState): Why {
  const { remind: _remind, ...acts } = state.clock;
  const due = earliest(acts);
  return {
    code: codeOf(state),
    waitingOn: pledgeWaitsFor(state),
    since: state.stageSince,
    until: due?.at ?? null,
    next: due?.command ?? null,
    manner: mannerOf(state),
  };
}

type Code = PledgeStage | 'paused' | 'proposed' | 'sent.visit' | 'atPoint.visit' | 'atPoint.locked';

function codeOf({ stage, holdLeft, proposed, visitDue, codeLocked }: PledgeState): Code {
  if (visitDue === true && (stage === 'sent' || stage === 'atPoint')) return `${stage}.visit`;
  if (codeLocked === true && stage === 'atPoint') return 'atPoint.locked';
  if (stage !== 'held') return stage;
  if (holdLeft !== undefined) return 'paused';
  return proposed === true ? 'proposed' : 'held';
}

const WHAT: Record<Code, string> = {
  offered: '认领正在登记',
  waiting: '您已加入候补，有{spare}放出时会按先后顺序自动为您保留',
  held: '{thing}已为您保留，请尽快{give}',
  proposed: '您登记的物品可以帮到这个家庭，已为您保留，请确认是否捐出',
  paused: '需求正在核实，保留时间暂停计算，请先不要{give}',
  sent: '{thing}已{gave}，正在等待确认{got}',
  atPoint: '物品已到村级服务点，凭取件码领取',
  'atPoint.locked': '物品在村级服务点，取件码已锁定，由村干部核对身份、拍照后代为交付',
  'sent.visit': '{thing}已{gave}，很久没有确认{got}，需要村干部上门了解',
  'atPoint.visit': '物品在村级服务点很久没有人领取，需要村干部上门了解',
  disputed: '双方对是否{got}有不同说法，正在核实',
  parked: '平台工作人员正在处理',
  received: '{thing}已{got}，感谢您的帮助',
  released: '认领已取消，{thing}可由他人认领',
  failed: '捐助没有完成，{thing}可由他人认领',
};

const NEXT: { readonly [command: string]: string } = {
  lapse: '逾期未{give}将取消保留',
  endPause: '届时保留时间继续计算',
  dueVisit: '逾期将由村干部上门了解',
  expireReceipt: '逾期将转由县级核实',
  escalateDispute: '逾期将上报一级',
  remindOperator: '届时再次提醒平台工作人员',
};

const NEXT_IN_QUEUE: typeof NEXT = { ...NEXT, lapse: '届时仍无{spare}放出则候补结束' };

const NEXT_OF_PROPOSAL: typeof NEXT = { ...NEXT, lapse: '逾期未确认将自动取消，不计入履约记录' };
const NEXT_BY_CODE: { readonly [code: string]: typeof NEXT } = { waiting: NEXT_IN_QUEUE, proposed: NEXT_OF_PROPOSAL };

/** One plain Chinese sentence, without names. */
export const whyPledgeSentence = (why: Why): string => sentence(why, WHAT, NEXT_BY_CODE[why.code] ?? NEXT);
