import type { Actor, JsonObject } from '../kernel/types.ts';
import { LEVEL_NAMES, type Text } from '../need/timeline.ts';
import type { Authority } from './types.ts';

/** Who decides, in words. */
export const AUTHORITIES: Readonly<Record<Authority, string>> = { ...LEVEL_NAMES, operator: '平台' };

export const authorityIn = (data: JsonObject, member: string): string => AUTHORITIES[data[member] as Authority] ?? '';

/** A review in plain Chinese, without names; `work` is what the level in turn does. */
export const reviewTexts = (work: string): Readonly<Record<string, Text>> => ({
  reviewStarted: (d) => `开始由${authorityIn((d['review'] ?? {}) as JsonObject, 'level')}${work}`,
  reviewerReminded: (d) => `已提醒${authorityIn(d, 'level')}尽快${work}`,
  reviewTakenOver: (d) => `${authorityIn(d, 'from')}逾期未${work}，由${authorityIn(d, 'to')}接手`,
  reviewRerouted: (d) => `${authorityIn(d, 'from')}已无人办理，由${authorityIn(d, 'to')}${work}`,
  reviewReassigned: (d) => `平台改由${authorityIn(d, 'to')}${work}`,
});

/** In which part somebody acted; `asker` is how the one who asked is called. */
export function partOf({ id, role, level }: Actor, askerId: string, asker: string): string {
  if (id === askerId) return asker;
  if (role === 'clock') return '到期自动处理';
  if (role === 'system') return '系统';
  if (role === 'operator') return '平台管理员';
  return level === undefined ? '干部' : `${LEVEL_NAMES[level]}干部`;
}
