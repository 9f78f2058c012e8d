import { earliest } from '../kernel/table.ts';
import type { Actor, JsonObject } from '../kernel/types.ts';
import { textOf, type Text } from '../need/timeline.ts';
import { sentence, type Why } from '../need/why-waiting.ts';
import type { HandoverStage, HandoverState } from './types.ts';
import { handoverWaitsFor } from './view.ts';

/** A handing over in plain Chinese, without names: what happened, and why it waits. */

const TEXTS: Readonly<Record<string, Text>> = {
  handoverOffered: '提出移交',
  receiverReminded: '已提醒接收人尽快答复',
  handoverAccepted: '接收人已接收',
  handoverRefused: '接收人未接收',
  handoverWithdrawn: '移交人撤回了移交',
  handoverLapsed: '逾期未答复，移交失效，工作仍由原经办人办理',
  handoverCancelled: '平台取消了移交',
};

export const handoverEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);

const PARTS: Readonly<Record<string, string>> = {
  clock: '到期自动处理',
  system: '系统',
  operator: '平台管理员',
};

/** In which part somebody acted. */
export const handoverPartOf = ({ id, role }: Actor, giverId: string): string =>
  id === giverId ? '移交人' : (PARTS[role] ?? '接收人');

/** Why it waits: who must act now, since when, until when, and what the clock does otherwise. */
export function whyHandoverWaits(state: HandoverState): Why {
  const { remindReceiver: _remind, ...acts } = state.clock;
  const due = earliest(acts);
  return {
    code: state.stage,
    waitingOn: handoverWaitsFor(state),
    since: state.stageSince,
    until: due?.at ?? null,
    next: due?.command ?? null,
  };
}

const WHAT: Record<HandoverStage, string> = {
  draft: '移交正在登记',
  offered: '等待接收人答复',
  parked: '平台工作人员正在处理',
  accepted: '接收人已接收，相关审核转由其办理',
  refused: '接收人未接收，工作仍由原经办人办理',
  withdrawn: '移交已撤回',
  lapsed: '逾期未答复，移交已失效',
  cancelled: '移交已取消',
};

const NEXT: { readonly [command: string]: string } = {
  lapse: '逾期移交失效，工作仍由原经办人办理',
  remindOperator: '届时再次提醒平台工作人员',
};

/** One plain Chinese sentence, without names. */
export const whyHandoverSentence = (why: Why): string => sentence(why, WHAT, NEXT);
