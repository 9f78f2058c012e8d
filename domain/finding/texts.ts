import type { JsonObject } from '../kernel/types.ts';
import { textOf, type Text } from '../need/timeline.ts';

/** Findings in plain Chinese. */

const KINDS: Readonly<Record<string, string>> = {
  oldCase: '办理停留过久',
  lostWorkflow: '有记录但流程丢失',
  lostRecord: '有流程但记录丢失',
  recordConflict: '流程与记录不一致',
  brokenCheckpoint: '事件记录与签名不符',
  smsFailed: '短信没有送达',
};
export const findingKindText = (kind: string): string => KINDS[kind] ?? kind;

const OUTCOMES: Readonly<Record<string, string>> = {
  fixed: '已修复',
  harmless: '无影响',
  knownFault: '已知问题',
  duplicate: '重复',
  gone: '已自行消失',
  expired: '未登记',
};
const outcome = ({ outcome: code }: JsonObject): string => (typeof code === 'string' ? (OUTCOMES[code] ?? '') : '');

const TEXTS: Readonly<Record<string, Text>> = {
  findingReported: '巡检发现问题',
  findingTaken: '平台管理员领取办理',
  findingAssigned: '转交平台管理员办理',
  findingLetGo: '放回待领取',
  ownerReminded: '已提醒办理',
  findingSettled: (d) => `办结：${outcome(d)}`,
  findingReopened: '再次发现，重新办理',
  findingClosed: (d) => `已归档：${outcome(d)}`,
  findingCancelled: '平台取消',
};

export const findingEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);
