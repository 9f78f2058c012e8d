import type { Actor, JsonObject } from '../kernel/types.ts';
import { textOf, type Text } from '../need/timeline.ts';
import { authorityIn, partOf, reviewTexts } from '../reviewed/timeline.ts';

/** An offer's history in plain Chinese, without names. */
const TEXTS: Readonly<Record<string, Text>> = {
  offerSubmitted: '登记了捐赠意向',
  ...reviewTexts('审核'),
  offerApproved: (d) => `${authorityIn(d, 'by')}审核通过，开始匹配需求`,
  offerRefused: (d) => `${authorityIn(d, 'by')}审核未通过`,
  offerWithdrawn: '撤回了捐赠意向',
  offerUsedUp: '登记的物品已全部捐出',
  offerExpired: '捐赠意向到期结束',
  offerCancelled: '平台取消了捐赠意向',
};

export const offerEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);

export const offerPartOf = (actor: Actor, donorId: string): string => partOf(actor, donorId, '爱心人士');
