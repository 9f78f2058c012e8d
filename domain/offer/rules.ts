import { findForbidden, type ForbiddenItems } from '../content/forbidden-items.ts';
import { findPersonalData, hasChinese } from '../content/text-rules.ts';
import type { Category } from '../category/category.ts';
import type { Instant } from '../kernel/types.ts';
import { addDays } from '../time/calendar.ts';
import type { OfferPolicy } from './types.ts';

/** What may be offered at all, before anybody looks at it. */

export interface OfferFault {
  readonly pointer: string;
  readonly code: string;
  readonly detail: string;
}

export interface OfferText {
  readonly itemName: string;
  readonly unit: string;
  readonly quantity: number;
  readonly until: Instant;
}

export function offerFaults(
  offer: OfferText,
  category: Category | null,
  { forbidden, policy, now }: { forbidden: ForbiddenItems; policy: OfferPolicy; now: Instant },
): readonly OfferFault[] {
  const { itemName, unit, quantity, until } = offer;
  const faults: OfferFault[] = [];
  const fault = (pointer: string, code: string, detail: string) => faults.push({ pointer, code, detail });
  if (category === null) fault('/category', 'CATEGORY_UNKNOWN', '没有这个类别');
  else if (!category.leaf) fault('/category', 'CATEGORY_NOT_LEAF', '请选择最末一级类别');
  else if (category.kind === 'money') fault('/category', 'KIND_MISMATCH', '资金不能登记为捐赠意向');
  if (!hasChinese(itemName)) fault('/itemName', 'CHINESE_TEXT_REQUIRED', '物品名称请用中文填写');
  for (const [pointer, text] of [
    ['/itemName', itemName],
    ['/unit', unit],
  ] as const) {
    for (const { word } of findForbidden(text, forbidden)) {
      fault(pointer, 'FORBIDDEN_ITEM', `“${word}”不在帮扶范围内`);
    }
    if (findPersonalData(text).length > 0)
      fault(pointer, 'PERSONAL_DATA', '请不要填写证件号、电话、银行卡号、车牌或微信号');
  }
  if (quantity > policy.quantityAtMost) {
    fault('/quantity', 'QUANTITY_OUT_OF_RANGE', `数量应为1至${policy.quantityAtMost}`);
  }
  if (until <= now || until > addDays(now, policy.daysAtMost, policy.time)) {
    fault('/until', 'UNTIL_OUT_OF_RANGE', `截止日期应在今后${policy.daysAtMost}天以内`);
  }
  return faults;
}
