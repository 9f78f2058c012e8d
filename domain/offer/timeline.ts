import type { Authority } from '../application/types.ts';
import type { Actor, JsonObject } from '../kernel/types.ts';
import { LEVEL_NAMES, textOf, type Text } from '../need/timeline.ts';

/** An offer's history in plain Chinese, without names. */

const AUTHORITIES: Readonly<Record<Authority, string>> = { ...LEVEL_NAMES, operator: '平台' };

const authority = (data: JsonObject, member: string): string => AUTHORITIES[data[member] as Authority] ?? '';

const TEXTS: Readonly<Record<string, Text>> = {
  offerSubmitted: '登记了捐赠意向',
  reviewStarted: (d) => `开始由${authority((d['review'] ?? {}) as JsonObject, 'level')}审核`,
  reviewerReminded: (d) => `已提醒${authority(d, 'level')}尽快审核`,
  reviewTakenOver: (d) => `${authority(d, 'from')}逾期未审核，由${authority(d, 'to')}接手`,
  offerApproved: (d) => `${authority(d, 'by')}审核通过，开始匹配需求`,
  offerRefused: (d) => `${authority(d, 'by')}审核未通过`,
  offerWithdrawn: '撤回了捐赠意向',
  offerUsedUp: '登记的物品已全部捐出',
  offerExpired: '捐赠意向到期结束',
  offerCancelled: '平台取消了捐赠意向',
};

export const offerEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);

/** In which part somebody acted. */
export function offerPartOf({ id, role, level }: Actor, donorId: string): string {
  if (id === donorId) return '爱心人士';
  if (role === 'clock') return '到期自动处理';
  if (role === 'system') return '系统';
  if (role === 'operator') return '平台管理员';
  return level === undefined ? '干部' : `${LEVEL_NAMES[level]}干部`;
}
