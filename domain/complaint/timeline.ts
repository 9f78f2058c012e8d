import type { Actor, JsonObject } from '../kernel/types.ts';
import { textOf, type Text } from '../need/timeline.ts';
import { authorityIn, partOf } from '../reviewed/timeline.ts';

/** A complaint's history in plain Chinese, without names. */

const TEXTS: Readonly<Record<string, Text>> = {
  complaintSubmitted: '提交了投诉',
  handlingStarted: (d) => `开始由${authorityIn((d['handling'] ?? {}) as JsonObject, 'level')}办理`,
  handlerReminded: (d) => `已提醒${authorityIn(d, 'level')}尽快办理`,
  handlingTakenOver: (d) => `${authorityIn(d, 'from')}逾期未办理，由${authorityIn(d, 'to')}接手`,
  handlingRerouted: (d) => `${authorityIn(d, 'from')}已无人办理，由${authorityIn(d, 'to')}办理`,
  complaintUpheld: (d) => `${authorityIn(d, 'by')}认定投诉成立`,
  complaintDismissed: (d) => `${authorityIn(d, 'by')}认定投诉不成立`,
  complaintObjected: (d) => `对处理结果有异议，由${authorityIn((d['handling'] ?? {}) as JsonObject, 'level')}复查`,
  complaintClosed: '投诉已办结',
  complaintWithdrawn: '撤回了投诉',
  complaintCancelled: '平台取消了投诉',
};

export const complaintEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);

export const complaintPartOf = (actor: Actor, complainantId: string): string => partOf(actor, complainantId, '投诉人');
