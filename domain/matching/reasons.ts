import type { FitReason } from '../offer/fit.ts';
import type { Reason, ReasonCode } from './types.ts';

/** Reasons as a donor, or a publisher, reads them. */

type Text = (number: number) => string;

const FIT_TEXTS_FOR_DONOR: { readonly [code in FitReason]: Text } = {
  sameItem: () => '正是对方需要的物品',
  likeItem: () => '与对方需要的物品相近',
  regionNamed: () => '在您指定的地区',
  coversAll: () => '数量足够满足对方所缺',
};

const FOR_DONOR: { readonly [code in ReasonCode]: Text } = {
  offered: () => '与您登记愿意捐赠的类别相符',
  gaveLike: (times) => `您以前帮助过同类求助（${times}次）`,
  gaveAlike: () => '与您以前帮助过的求助相近',
  sameVillage: () => '就在您所在的村',
  sameTownship: () => '就在您所在的乡镇',
  sameCounty: () => '就在您所在的县',
  sameCity: () => '与您同市',
  paired: () => '在您所在地区对口帮扶的地方',
  sameProvince: () => '与您同省',
  urgent: () => '情况紧急',
  waiting: (days) => `已经等待${days}天`,
  fits: () => '所需金额与您以往的捐助相近',
  lastUnits: (units) => `只差最后${units}件`,
  neverHelped: () => '这户人家还没有收到过帮扶',
  seldomSeenVillage: () => '这个村的求助很少有人看到',
  seldomShown: () => '很少有人看到这条求助',
  ...FIT_TEXTS_FOR_DONOR,
};

const FOR_PUBLISHER: { readonly [code in ReasonCode]?: Text } = {
  offered: () => '登记过愿意捐赠这类物品',
  gaveLike: (times) => `捐助过同类求助（${times}次）`,
  gaveAlike: () => '捐助过相近的求助',
  sameVillage: () => '同村',
  sameTownship: () => '同乡镇',
  sameCounty: () => '同县',
  sameCity: () => '同市',
  paired: () => '来自对口帮扶的东部地区',
  sameProvince: () => '同省',
  sameItem: () => '捐的正是所需的物品',
  likeItem: () => '捐的与所需的物品相近',
  regionNamed: () => '指定捐给本地区',
  coversAll: () => '数量足够',
};

/** Most reasons that are worth reading in a list; one match is looked at more closely. */
const AT_MOST = 4;
export const OF_ONE_MATCH = 6;

/** A reason as a record keeps it. */
export type ReasonRecord = Pick<Reason, 'code' | 'number'>;

const told = (reasons: readonly ReasonRecord[], texts: { readonly [code in ReasonCode]?: Text }, most: number) =>
  reasons
    .flatMap(({ code, number = 0 }) => {
      const text = texts[code];
      return text === undefined ? [] : [{ code, text: text(number) }];
    })
    .slice(0, most);

export const reasonsForDonor = (
  reasons: readonly ReasonRecord[],
  most = AT_MOST,
): { code: ReasonCode; text: string }[] => told(reasons, FOR_DONOR, most);

export const reasonsForPublisher = (
  reasons: readonly ReasonRecord[],
  most = AT_MOST,
): { code: ReasonCode; text: string }[] => told(reasons, FOR_PUBLISHER, most);
