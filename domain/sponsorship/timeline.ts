import type { JsonObject } from '../kernel/types.ts';
import { textOf, type Text } from '../need/timeline.ts';
import type { SponsorshipTotals } from './types.ts';

/** A sponsorship's history in plain Chinese, without names. */

const totals = (data: JsonObject): SponsorshipTotals => data['totals'] as unknown as SponsorshipTotals;

const STOPPED: Readonly<Record<string, string>> = { donor: '捐赠方停止了认领', operator: '平台停止了认领' };

const ENDS: Readonly<Record<string, string>> = {
  nothingFound: '没有可以认领的求助',
  sent: '全部登记寄出，批量认领已完成',
  closed: '寄出期限已到，批量认领结束',
};

const TEXTS: Readonly<Record<string, Text>> = {
  sponsorshipSubmitted: '提交了批量认领申请',
  sponsorshipApproved: '平台审核通过，开始认领',
  sponsorshipRefused: '平台审核未通过',
  sponsorshipPlanned: (d) => `找到${Number(d['planned'])}条符合条件的求助`,
  chunkClaimed: (d) => `已处理${totals(d).tried}条，认领${totals(d).claimed}条`,
  workContinued: '平台恢复了认领',
  sponsorshipClaimed: (d) => `${STOPPED[d['by'] as string] ?? '认领完毕'}，共认领${totals(d).claimed}条，等待寄出`,
  sendingAsked: '捐赠方开始批量登记寄出',
  chunkSent: (d) => `已登记寄出${Number(d['sent'])}条`,
  sendingContinued: '平台恢复了寄出登记',
  sendingFinished: (d) => `本次登记完成，共寄出${Number(d['sent'])}条，还有${Number(d['held'])}条待寄出`,
  sponsorshipCompleted: (d) => ENDS[d['outcome'] as string] ?? '批量认领已完成',
  sponsorshipStopped: (d) => (d['by'] === 'operator' ? '平台停止了认领' : '捐赠方停止了认领'),
  sponsorshipWithdrawn: (d) => (d['because'] === 'lapsed' ? '申请已失效' : '捐赠方撤回了申请'),
  sponsorshipCancelled: '平台取消了申请',
};

export const sponsorshipEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);
