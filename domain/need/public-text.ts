import { findForbidden, findForbiddenWishes, type ForbiddenItems } from '../content/forbidden-items.ts';
import { findPersonalData, lengthOf } from '../content/text-rules.ts';
import { fault, type Fault } from './fault.ts';
import type { Posting, PostingRules } from './posting.ts';

/** What strangers must not read, and what nobody may ask for: in a posting, and in whatever its owners tell later. */

type TextRules = Pick<PostingRules, 'forbidden' | 'householdNames' | 'childNames' | 'concernsMinor'>;

/** A school with its own name; 上小学, 镇上的中学 or 县里的高中 tell nobody which one it is. */
const NAMED_SCHOOL =
  /(?:[\u4e00-\u9fff]{2}(?:县|市|区|镇|乡|村)(?![里上的内读念办])[\u4e00-\u9fff]{0,4}|第[一二三四五六七八九十]+|[\u4e00-\u9fff]{2,4}(?:实验|希望|中心|附属)|实验|希望)(?:完全)?(?:小学|初中|中学|高中|学校|幼儿园|一中|二中)/;

type Text = Pick<Posting, 'title' | 'details' | 'lines'>;

const headingsOf = ({ title, lines }: Text) => [
  { pointer: '/title', text: title },
  ...lines.flatMap(({ name, unit = '' }, i) => [
    { pointer: `/lines/${i}/name`, text: name },
    { pointer: `/lines/${i}/unit`, text: unit },
  ]),
];

export function publicTextFaults(posting: Posting, rules: TextRules): Fault[] {
  const when = posting.arrangement == null ? [] : [{ pointer: '/arrangement/when', text: posting.arrangement.when }];
  return [
    ...forbiddenFaults(posting, rules),
    ...[...headingsOf(posting), { pointer: '/details', text: posting.details }, ...when].flatMap(({ pointer, text }) =>
      disclosureFaults(pointer, text, rules),
    ),
  ];
}

/** What nobody may ask for, in a heading or as a wish of the details. */
export const forbiddenFaults = (posting: Text, rules: Pick<TextRules, 'forbidden'>): Fault[] => [
  ...headingsOf(posting).flatMap(({ pointer, text }) =>
    findForbidden(text, rules.forbidden).map((found) => forbidden(pointer, found.group, found.word, rules.forbidden)),
  ),
  ...wishFaults('/details', posting.details, rules),
];

/** The same for a text that tells a story. */
export const storyFaults = (pointer: string, text: string, rules: TextRules): Fault[] => [
  ...wishFaults(pointer, text, rules),
  ...disclosureFaults(pointer, text, rules),
];

const wishFaults = (pointer: string, text: string, rules: Pick<TextRules, 'forbidden'>): Fault[] =>
  findForbiddenWishes(text, rules.forbidden).map(({ group, word }) => forbidden(pointer, group, word, rules.forbidden));

/** What tells strangers who somebody is: numbers, names, and of a child its school. */
export function disclosureFaults(pointer: string, text: string, rules: Omit<TextRules, 'forbidden'>): Fault[] {
  const kinds = new Set(findPersonalData(text).map((found) => found.kind));
  const faults = [...kinds].map((kind) =>
    fault(pointer, 'PERSONAL_DATA', '请不要填写证件号、电话、银行卡号、车牌或微信号', { kind }),
  );
  if (rules.householdNames.some((name) => lengthOf(name) > 1 && text.includes(name))) {
    faults.push(fault(pointer, 'PERSONAL_DATA', '请不要写出家庭成员的全名', { kind: 'name' }));
  } else if (rules.childNames.some((name) => text.includes(name))) {
    faults.push(fault(pointer, 'PERSONAL_DATA', '请不要写出孩子的名字', { kind: 'name' }));
  }
  if (rules.concernsMinor && NAMED_SCHOOL.test(text)) {
    faults.push(fault(pointer, 'SCHOOL_NAMED', '涉及未成年人，请不要写出学校名称'));
  }
  return faults;
}

function forbidden(pointer: string, group: string, word: string, items: ForbiddenItems): Fault {
  const reason = items.groups.find((g) => g.id === group)?.reason ?? '不在帮扶范围内';
  return fault(pointer, 'FORBIDDEN_ITEM', reason, { group, word });
}
