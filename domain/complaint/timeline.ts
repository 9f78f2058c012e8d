import { AUTHORITIES, authorityIn } from '../application/timeline.ts';
import type { Actor, JsonObject } from '../kernel/types.ts';
import { textOf, type Text } from '../need/timeline.ts';

/** A complaint's history in plain Chinese, without names. */

const TEXTS: Readonly<Record<string, Text>> = {
  complaintSubmitted: '提交了投诉',
  handlingStarted: (d) => `开始由${authorityIn((d['handling'] ?? {}) as JsonObject, 'level')}办理`,
  handlerReminded: (d) => `已提醒${authorityIn(d, 'level')}尽快办理`,
  handlingTakenOver: (d) => `${authorityIn(d, 'from')}逾期未办理，由${authorityIn(d, 'to')}接手`,
  complaintUpheld: (d) => `${authorityIn(d, 'by')}认定投诉成立`,
  complaintDismissed: (d) => `${authorityIn(d, 'by')}认定投诉不成立`,
  complaintObjected: (d) => `对处理结果有异议，由${authorityIn((d['handling'] ?? {}) as JsonObject, 'level')}复查`,
  complaintClosed: '投诉已办结',
  complaintWithdrawn: '撤回了投诉',
  complaintCancelled: '平台取消了投诉',
};

export const complaintEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);

/** In which part somebody acted. */
export function complaintPartOf({ id, role, level }: Actor, complainantId: string): string {
  if (id === complainantId) return '投诉人';
  if (role === 'clock') return '到期自动处理';
  if (role === 'system') return '系统';
  if (role === 'operator') return '平台管理员';
  return level === undefined ? '干部' : `${AUTHORITIES[level]}干部`;
}
