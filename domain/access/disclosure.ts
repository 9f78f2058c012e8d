import type { Actor } from '../kernel/types.ts';
import { isStaff } from './scope.ts';

/** Why somebody who serves looks at what is another's own. Kept with every such reading; the person can see it. */

/** What a reader may state himself. */
export const STATED_PURPOSES = [
  'verification',
  'delivery',
  'visit',
  'complaint',
  'correction',
  'review',
  'supervision',
] as const;

/** The rest comes with the route: there is one reason only to use it. */
export const PURPOSES = [...STATED_PURPOSES, 'administration', 'operations'] as const;
export type Purpose = (typeof PURPOSES)[number];

const PURPOSE_TEXTS: Readonly<Record<Purpose, string>> = {
  verification: '核实身份',
  delivery: '配送与收货',
  visit: '入户走访',
  complaint: '处理投诉',
  correction: '更正信息',
  review: '审核',
  supervision: '监督检查',
  administration: '账号与户籍管理',
  operations: '平台运行维护',
};

/** Readings by their audit name, for the person whose data it was. */
const READING_TEXTS: Readonly<Record<string, string>> = {
  'need.endorsements.read': '查看了为求助作的证明',
  'household.personal.read': '查看了家庭成员的个人信息',
  'household.read': '查看了家庭登记信息（已脱敏）',
  'household.list': '查看了登记名册（已脱敏）',
  'account.read': '查看了账号信息（已脱敏）',
  'account.lookup': '按手机号查找了账号',
  'application.read': '查看了任职申请',
  'certification.read': '查看了实名认证申请',
  'certification.timeline': '查看了实名认证的办理过程',
  'certification.photo.read': '查看了实名认证的证件照片',
  'need.read': '查看了求助全文',
  'need.timeline': '查看了求助的办理过程',
  'recheck.list': '抽查复审了求助内容',
  'pledge.read': '查看了认领和配送信息',
  'operator.case.read': '查看了事项的处理情况',
  'audit.search': '查询了查阅记录',
};

export const purposeText = (purpose: string): string => PURPOSE_TEXTS[purpose as Purpose] ?? purpose;
export const readingText = (action: string): string => READING_TEXTS[action] ?? '查看了您的信息';
export const isKnownReading = (action: string): boolean => Object.hasOwn(READING_TEXTS, action);

/** Whose data it is: a reference that is no personal data itself. */
export const accountRef = (accountId: string): string => `account:${accountId}`;
export const householdRef = (householdId: string): string => `household:${householdId}`;

interface Concerned {
  readonly accounts?: readonly (string | null | undefined)[];
  readonly households?: readonly (string | null | undefined)[];
}

const isId = (id: string | null | undefined): id is string => typeof id === 'string' && id !== '';

/** Those whose data is shown to somebody who serves; who reads for himself is shown nothing of others. */
export function shownTo(actor: Actor, { accounts = [], households = [] }: Concerned): string[] {
  const serves = isStaff(actor) || actor.role === 'helper' || actor.role === 'aidUnit';
  if (!serves) return [];
  return [...new Set([...accounts.filter(isId).map(accountRef), ...households.filter(isId).map(householdRef)])];
}
