import type { ForbiddenItems } from '../content/forbidden-items.ts';
import { hasChinese, lengthOf } from '../content/text-rules.ts';
import { arrangementFaults, type Arrangement } from './arrangement.ts';
import { fault, type Fault, type PostingFaultCode } from './fault.ts';
import { kindOf, type NeedKind } from './kind.ts';
import { lineFaults, yuan } from './line-rules.ts';
import { payeeFaults, type PayeeFacts } from './payee.ts';
import { forbiddenFaults, publicTextFaults } from './public-text.ts';
import type { Instant } from '../kernel/types.ts';
import type { NeedPolicy, Urgency } from './types.ts';

/**
 * The rules for what may be posted. Pure; checked when a need is submitted, edited or corrected,
 * and what can change meanwhile once more when it is approved.
 * All faults are found at once, so that a publisher corrects everything in one go.
 */

/**
 * What the publisher is to the household. Everything but `self` is posting on behalf and needs evidence of consent: a photo of
 * paper, a recording or a code by text message, never his own word alone.
 */
export const RELATIONS = [
  'self',
  'helperCadre',
  'villageCadre',
  'son',
  'daughter',
  'spouse',
  'parent',
  'relative',
  'friend',
  'neighbour',
  'other',
] as const;
export type Relation = (typeof RELATIONS)[number];

/** People around a household, who need not be of it: they post with its consent by a code to its own phone. */
const AROUND: readonly string[] = ['son', 'daughter', 'spouse', 'parent', 'relative', 'friend', 'neighbour', 'other'];
export const mayPostByCode = (relation: string): boolean => AROUND.includes(relation);

export type { Fault, PostingFaultCode } from './fault.ts';

export interface PostingLine {
  readonly name: string;
  readonly unit?: string;
  readonly quantity: number;
  readonly unitPriceFen: number;
}

export interface PostingConsent {
  readonly kind: string;
  readonly reference: string;
  /** The day on which the household gave it. */
  readonly givenAt?: Date;
  readonly sensitive: boolean;
  readonly guardian: boolean;
}

/** A need as somebody wants to post it. */
export interface Posting {
  /** Goods where it does not say. */
  readonly kind?: NeedKind;
  readonly title: string;
  readonly details: string;
  readonly category: string;
  readonly urgency: Urgency;
  readonly lines: readonly PostingLine[];
  /** Services and jobs only. */
  readonly arrangement?: Arrangement | null;
  /** Money only. */
  readonly payee?: PayeeFacts | null;
  readonly photos: readonly string[];
  readonly relation: string;
  readonly consent: PostingConsent | null;
}

/** Prices that such a thing really has, per piece. */
export interface PriceBand {
  readonly minFen: number;
  readonly maxFen: number;
}

/** What the category tree says about the chosen category. */
export interface PostingCategory {
  readonly leaf: boolean;
  /** Health or poverty details: the separate consent is needed, and the public sees the category only. */
  readonly sensitive: boolean;
  readonly kind: NeedKind;
  /** Such a service brings strangers and children together. */
  readonly withMinors: boolean;
  /** The cap that holds for this category in the household's region. */
  readonly capFen: number;
  /** For what has no price: how many times, hours or places at most. */
  readonly capUnits: number | null;
  readonly maxQuantity: number;
  /** The band of an item by its name; the category's own band when the item is not known. */
  bandOf(itemName: string): PriceBand;
}

export interface PostingRules extends Pick<NeedPolicy, 'titleLength' | 'detailsLength' | 'photos'> {
  /** null: no such category. */
  readonly category: PostingCategory | null;
  readonly forbidden: ForbiddenItems;
  /** Somebody under 14 is concerned: a guardian consents separately. */
  readonly concernsChild: boolean;
  /** Somebody under 18 is concerned: no school in public. */
  readonly concernsMinor: boolean;
  /** A change of what was posted when somebody's word was evidence enough: that was looked at then. */
  readonly evidenceKept?: boolean;
  readonly now: Instant;
  /** Full names of the household's members: the public sees surnames only. */
  readonly householdNames: readonly string[];
  /** Given names of those of them who are under 18: of a child the public reads no name at all. */
  readonly childNames: readonly string[];
}

export const amountOf = (lines: readonly PostingLine[]): number =>
  lines.reduce((sum, line) => sum + line.quantity * line.unitPriceFen, 0);

/** Every rule that this posting breaks; empty: it may be submitted. */
export function postingFaults(posting: Posting, rules: PostingRules): Fault[] {
  return [
    ...textFaults(posting, rules),
    ...categoryFaults(posting, rules),
    ...lineFaults(posting, rules.category),
    ...arrangementFaults(kindOf(posting), posting.arrangement ?? null, rules.category),
    ...payeeFaults(kindOf(posting), posting.payee ?? null),
    ...publicTextFaults(posting, rules),
    ...photoFaults(posting, rules),
    ...consentFaults(posting, rules),
  ];
}

/** Lists of what nobody may ask for, caps and prices change while a need waits. */
const LOOKED_AT_AGAIN: readonly PostingFaultCode[] = [
  'FORBIDDEN_ITEM',
  'AMOUNT_OVER_CAP',
  'UNITS_OVER_CAP',
  'QUANTITY_OUT_OF_RANGE',
  'PRICE_OUT_OF_BAND',
];

/** What a reviewer must not approve, by the rules of the day on which he would. Words and evidence were checked when they came. */
export function approvalFaults(
  posting: Pick<Posting, 'kind' | 'title' | 'details' | 'lines'>,
  rules: Pick<PostingRules, 'category' | 'forbidden'>,
): Fault[] {
  return [
    ...forbiddenFaults(posting, rules),
    ...categoryFaults(posting, rules),
    ...lineFaults(posting, rules.category),
  ].filter(({ code }) => LOOKED_AT_AGAIN.includes(code));
}

function textFaults({ title, details }: Posting, { titleLength, detailsLength }: PostingRules): Fault[] {
  const faults: Fault[] = [];
  const outside = (text: string, range: { min: number; max: number }): boolean =>
    lengthOf(text) < range.min || lengthOf(text) > range.max;
  if (outside(title, titleLength)) {
    faults.push(fault('/title', 'TITLE_LENGTH', `标题应为${titleLength.min}至${titleLength.max}个字`, titleLength));
  }
  if (outside(details, detailsLength)) {
    const detail = `说明应为${detailsLength.min}至${detailsLength.max}个字`;
    faults.push(fault('/details', 'DETAILS_LENGTH', detail, detailsLength));
  }
  if (!hasChinese(title)) faults.push(fault('/title', 'CHINESE_TEXT_REQUIRED', '标题请用中文填写'));
  if (!hasChinese(details)) faults.push(fault('/details', 'CHINESE_TEXT_REQUIRED', '说明请用中文填写'));
  // Of a template.
  if (/【[^】]*】/.test(details)) faults.push(fault('/details', 'BLANK_LEFT', '请填写或删去【】中的内容'));
  return faults;
}

function categoryFaults(
  posting: Pick<Posting, 'kind' | 'lines'>,
  { category }: Pick<PostingRules, 'category'>,
): Fault[] {
  if (category === null) return [fault('/category', 'CATEGORY_UNKNOWN', '没有这个类别')];
  if (!category.leaf) return [fault('/category', 'CATEGORY_NOT_LEAF', '请选择最末一级类别')];
  if (category.kind !== kindOf(posting)) return [fault('/category', 'KIND_MISMATCH', '所选类别与求助的类型不符')];
  return category.capUnits === null ? amountFaults(posting, category.capFen) : unitFaults(posting, category.capUnits);
}

function amountFaults({ lines }: Pick<Posting, 'lines'>, capFen: number): Fault[] {
  const amountFen = amountOf(lines);
  if (amountFen <= capFen) return [];
  return [fault('/lines', 'AMOUNT_OVER_CAP', `总金额超过该类别在本地区的上限${yuan(capFen)}元`, { capFen, amountFen })];
}

function unitFaults({ lines }: Pick<Posting, 'lines'>, capUnits: number): Fault[] {
  const units = lines.reduce((sum, line) => sum + line.quantity, 0);
  if (units <= capUnits) return [];
  return [fault('/lines', 'UNITS_OVER_CAP', `总数超过该类别在本地区的上限${capUnits}`, { capUnits, units })];
}

function photoFaults({ photos }: Posting, rules: PostingRules): Fault[] {
  const { min, max } = rules.photos;
  const faults: Fault[] = [];
  if (photos.length < min || photos.length > max) {
    faults.push(fault('/photos', 'PHOTO_COUNT', `请上传${min}至${max}张照片`, { min, max }));
  }
  photos.forEach((photo, i) => {
    if (photos.indexOf(photo) < i) faults.push(fault(`/photos/${i}`, 'PHOTO_DUPLICATE', '同一张照片只需上传一次'));
  });
  return faults;
}

const NO_EVIDENCE = '代为发布须提交家庭同意的凭证（同意书照片、录音编号或短信验证）';

function consentFaults(
  { relation, consent }: Posting,
  { category, concernsChild, evidenceKept = false, now }: PostingRules,
): Fault[] {
  const faults: Fault[] = [];
  if (!RELATIONS.some((known) => known === relation)) {
    return [fault('/relation', 'RELATION_UNKNOWN', '请选择与求助家庭的关系')];
  }
  if (relation !== 'self' && (consent === null || consent.reference.trim() === '')) {
    faults.push(fault('/consent', 'CONSENT_REQUIRED', NO_EVIDENCE));
  } else if (relation !== 'self' && consent?.kind === 'inPerson' && !evidenceKept) {
    faults.push(fault('/consent/kind', 'CONSENT_REQUIRED', `口头同意不能作为凭证。${NO_EVIDENCE}`));
  }
  if (consent?.givenAt !== undefined && consent.givenAt.getTime() > now) {
    faults.push(fault('/consent/givenOn', 'CONSENT_DATE', '家庭同意的日期不能晚于今天'));
  }
  if (category?.sensitive === true && consent?.sensitive !== true) {
    faults.push(fault('/consent/sensitive', 'SENSITIVE_CONSENT_REQUIRED', '涉及健康或贫困状况，须另行取得同意'));
  }
  if (concernsChild && consent?.guardian !== true) {
    faults.push(fault('/consent/guardian', 'GUARDIAN_CONSENT_REQUIRED', '涉及14岁以下儿童，须监护人另行同意'));
  }
  return faults;
}
