import { isPersonal, type NeedKind } from '../need/kind.ts';
import type { Delivery } from './types.ts';

/** What a donor should know before he claims, in plain Chinese. */

export type Condition = 'new' | 'usedGood' | 'any';

const ACCEPTED: Readonly<Record<Condition, string>> = {
  new: '只接受全新物品',
  usedGood: '接受干净、能正常使用的八成新以上旧物',
  any: '新旧不限，须干净、能正常使用',
};

export const acceptedText = (condition: Condition): string => ACCEPTED[condition];

/** Who pays for sending. A household never does: that would be a price for being helped. */
export const POSTAGE = {
  paidBy: 'donor',
  text: '邮费由爱心人士承担，受助家庭不需要支付任何费用，请勿使用到付',
} as const;

/** How what was claimed may come: help between people happens face to face, and money is not claimed at all. */
export const deliveriesOf = (kind: NeedKind): readonly Delivery[] =>
  kind === 'money' ? [] : isPersonal(kind) ? ['faceToFace'] : ['villagePoint', 'faceToFace'];

/** The village's own point: parcels go there, and never to a home. Names from the province down to the village. */
export const pointOf = (regionNames: readonly string[], regionPath: readonly string[]) => ({
  name: `${regionNames.at(-1) ?? ''}村级服务点`,
  address: regionNames.join(''),
  regionCode: regionPath.at(-1) ?? '',
});
