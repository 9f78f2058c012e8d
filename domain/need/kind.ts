/** What a need asks for. Goods are sent, services and jobs happen between people, money goes through a provider. */
export const NEED_KINDS = ['goods', 'service', 'employment', 'money'] as const;
export type NeedKind = (typeof NEED_KINDS)[number];

export const kindOf = ({ kind = 'goods' }: { readonly kind?: NeedKind }): NeedKind => kind;

/** Given face to face, by whoever claims it: nothing is sent, nothing has a price. */
export const isPersonal = (kind: NeedKind): boolean => kind === 'service' || kind === 'employment';

const NAMES: { readonly [kind in NeedKind]: string } = {
  goods: '物品',
  service: '服务',
  employment: '就业',
  money: '资金',
};
export const kindInChinese = (kind: NeedKind): string => NAMES[kind];
