import type { Actor, JsonObject } from '../kernel/types.ts';
import { LEVEL_NAMES, textOf, type Text } from '../need/timeline.ts';
import type { Authority } from './types.ts';

/** An application's history in plain Chinese, without names. */

/** Who decides, in words. */
export const AUTHORITIES: Readonly<Record<Authority, string>> = { ...LEVEL_NAMES, operator: '平台' };

export const authorityIn = (data: JsonObject, member: string): string => AUTHORITIES[data[member] as Authority] ?? '';

const TEXTS: Readonly<Record<string, Text>> = {
  applicationSubmitted: '提交了任职申请',
  reviewStarted: (d) => `开始由${authorityIn((d['review'] ?? {}) as JsonObject, 'level')}审批`,
  reviewerReminded: (d) => `已提醒${authorityIn(d, 'level')}尽快审批`,
  reviewTakenOver: (d) => `${authorityIn(d, 'from')}逾期未审批，由${authorityIn(d, 'to')}接手`,
  reviewReassigned: (d) => `平台改由${authorityIn(d, 'to')}审批`,
  applicationApproved: (d) => `${authorityIn(d, 'by')}审批通过`,
  applicationRefused: (d) => `${authorityIn(d, 'by')}审批未通过`,
  applicationWithdrawn: '撤回了申请',
  applicationCancelled: '平台取消了申请',
};

export const applicationEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);

/** In which part somebody acted. */
export function applicationPartOf({ id, role, level }: Actor, applicantId: string): string {
  if (id === applicantId) return '申请人';
  if (role === 'clock') return '到期自动处理';
  if (role === 'system') return '系统';
  if (role === 'operator') return '平台管理员';
  return level === undefined ? '干部' : `${LEVEL_NAMES[level]}干部`;
}
