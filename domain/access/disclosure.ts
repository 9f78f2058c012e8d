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
export const PURPOSES = [...STATED_PURPOSES, 'help', 'administration', 'operations'] as const;
export type Purpose = (typeof PURPOSES)[number];

const PURPOSE_TEXTS: Readonly<Record<Purpose, string>> = {
  verification: '核实身份',
  delivery: '配送与收货',
  visit: '入户走访',
  complaint: '处理投诉',
  correction: '更正信息',
  review: '审核',
  supervision: '监督检查',
  help: '落实帮扶',
  administration: '账号与户籍管理',
  operations: '平台运行维护',
};

/** Readings by their audit name, for the person whose data it was. */
const READING_TEXTS: Readonly<Record<string, string>> = {
  'need.endorsements.read': '查看了为求助作的证明',
  'household.personal.read': '查看了家庭成员的个人信息',
  'household.read': '查看了家庭登记信息（已脱敏）',
  'household.helper.assign': '指定了家庭的帮扶干部',
  'household.address.set': '登记了家庭住址',
  'household.list': '查看了登记名册（已脱敏）',
  'account.read': '查看了账号信息（已脱敏）',
  'account.lookup': '按手机号查找了账号',
  'account.grant': '授予了账号一项职务',
  'account.withdrawGrant': '收回了账号的一项职务',
  'account.freeze': '冻结了账号',
  'account.unfreeze': '解冻了账号',
  'account.realName.confirm': '核对证件并确认了实名',
  'account.vet': '登记了未成年人服务资格',
  'application.read': '查看了任职申请',
  'certification.read': '查看了实名认证申请',
  'certification.timeline': '查看了实名认证的办理过程',
  'certification.photo.read': '查看了实名认证的证件照片',
  'need.read': '查看了求助全文',
  'need.preview': '查看了求助的公开样式',
  'need.timeline': '查看了求助的办理过程',
  'need.why': '查看了求助在等谁办理',
  'need.pledges': '查看了求助的认领情况',
  'news.read': '查看了求助的进展',
  'feedback.read': '查看了家庭的感谢和回访回答',
  'need.donors': '查看了可能愿意捐助的人（已脱敏）',
  'need.duplicates': '核对了相同的求助',
  'work.addedPhotos': '查看了求助公开后补充的照片',
  'work.newsPhotos': '查看了待审看的进展照片',
  'recheck.list': '抽查复审了求助内容',
  'reviewer.list': '查看了审核人员的复审记录',
  'outcome.list': '查看了待回访的求助',
  'recording.read': '听取了家庭同意发布的录音',
  'photo.read': '查看了未公开的照片',
  'work.today': '查看了当天的待办事项',
  'work.reviews': '查看了待审核的求助',
  'work.visits': '查看了待走访的家庭',
  'work.challenges': '查看了被质疑的求助',
  'work.handOffs': '查看了转交帮扶单位的求助',
  'work.parcels': '查看了待收发的包裹',
  'work.disputes': '查看了有争议的配送',
  'work.applications': '查看了待审批的任职申请',
  'work.certifications': '查看了待核实的实名认证申请',
  'work.offers': '查看了待审核的捐赠意向',
  'work.complaints': '查看了待办理的投诉',
  'complaint.read': '查看了投诉',
  'complaint.timeline': '查看了投诉的办理过程',
  'application.timeline': '查看了任职申请的办理过程',
  'handover.list': '查看了工作移交',
  'handover.read': '查看了工作移交',
  'handover.timeline': '查看了工作移交的办理过程',
  'offer.read': '查看了捐赠意向',
  'offer.timeline': '查看了捐赠意向的办理过程',
  'sponsorship.list': '查看了定向资助',
  'sponsorship.read': '查看了定向资助',
  'sponsorship.results': '查看了定向资助的结果',
  'sponsorship.timeline': '查看了定向资助的办理过程',
  'data.erasure.list': '查看了删除个人信息的申请',
  'pledge.read': '查看了认领和配送信息',
  'pledge.timeline': '查看了认领和配送的过程',
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

const PEOPLE = [
  'publisherId',
  'donorId',
  'applicantId',
  'complainantId',
  'giverId',
  'receiverId',
  'accountId',
] as const;

/** A record in the part that says whose it is. */
export type PeoplesRecord = Readonly<Partial<Record<(typeof PEOPLE)[number] | 'householdId', string | null>>>;

/** The people of records that are shown to somebody who serves: one list for a whole page of them. */
export const personsIn = (actor: Actor, records: readonly PeoplesRecord[]): string[] =>
  shownTo(actor, {
    accounts: records.flatMap((record) => PEOPLE.map((field) => record[field])),
    households: records.map(({ householdId }) => householdId),
  });
