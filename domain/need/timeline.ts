import type { Actor, CaseEvent, JsonObject, Level } from '../kernel/types.ts';
import { worded, type Manner } from '../pledge/manner.ts';

/** A case's history in plain Chinese, without names: what happened, and in which part somebody acted. */

export const LEVEL_NAMES: Readonly<Record<Level, string>> = {
  village: '村级',
  township: '乡镇',
  county: '县级',
  city: '市级',
  province: '省级',
};

/** In which part the actor acted. `publisherId` tells the publisher from other people. */
export function partOf(actor: Actor, parties: { readonly publisherId: string; readonly donorId?: string }): string {
  if (actor.role === 'clock') return '到期自动处理';
  if (actor.role === 'system') return '系统';
  if (actor.role === 'operator') return '平台管理员';
  if (actor.id === parties.donorId) return '爱心人士';
  if (actor.role === 'cadre') return actor.level === undefined ? '干部' : `${LEVEL_NAMES[actor.level]}干部`;
  if (actor.role === 'aidUnit') return '帮扶单位';
  if (actor.role === 'pointKeeper') return '村级服务点';
  return actor.id === parties.publisherId ? '发布人' : '求助家庭';
}

/** A code or number of an event as text; empty when it has none. */
const text = (data: JsonObject, member: string): string => {
  const value = data[member];
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
};

const levelIn = (data: JsonObject, member: string): string =>
  Object.hasOwn(LEVEL_NAMES, text(data, member)) ? LEVEL_NAMES[text(data, member) as Level] : '';

const REVIEW_OF: Readonly<Record<string, string>> = {
  posting: '',
  edit: '（修改内容）',
  appeal: '（申诉）',
  reopening: '（再次求助）',
  revoked: '（批准被撤回）',
  challenge: '（质疑）',
};
const of = (data: JsonObject): string => REVIEW_OF[text(data, 'of')] ?? '';

const ANSWERS: Readonly<Record<string, string>> = {
  good: '很有帮助',
  partly: '有一些帮助',
  bad: '没有帮助',
  notUsed: '没有使用',
};

const AUDIENCES: Readonly<Record<string, string>> = {
  township: '本村和本乡镇',
  county: '全县',
  paired: '结对帮扶地区',
  nation: '全国',
};

export type Text = string | ((data: JsonObject) => string);

const WITHDRAWN: Readonly<Record<string, string>> = { asked: '撤回了求助', consentRevoked: '求助随之撤回' };
const PAUSED: Readonly<Record<string, string>> = { cadre: '干部暂停了认领', household: '认领随之暂停' };

const NEED_TEXTS: Readonly<Record<string, Text>> = {
  needSubmitted: '提交了求助',
  needResubmitted: '修改后重新提交',
  reviewStarted: '开始审核',
  riskAssessed: '已重新评估风险',
  reviewerReminded: (d) => `已提醒${levelIn(d, 'level')}干部尽快审核`,
  reviewApproved: (d) =>
    `${levelIn(d, 'level')}审核通过${of(d)}${Array.isArray(d['duplicates']) ? '，已核对相同的求助' : ''}`,
  reviewPassedOn: (d) => `转到${levelIn((d['review'] ?? {}) as JsonObject, 'level')}审核`,
  secondReviewAsked: (d) => `金额较大，由${levelIn((d['review'] ?? {}) as JsonObject, 'level')}的另一位干部复审`,
  reviewTaken: '一位干部正在办理',
  reviewLetGo: '该干部已放回待办',
  reviewReassigned: (d) => `平台改由${levelIn(d, 'to')}审核`,
  reviewRerouted: (d) => `原审核人不再办理，由${levelIn(d, 'to')}审核`,
  decisionOverdue: (d) => `超过总办理期限，由${levelIn(d, 'to')}直接决定`,
  reviewReturned: '退回修改',
  reviewRefused: '审核未通过',
  reopeningRefused: '再次求助未通过',
  reopeningApproved: '再次求助已通过',
  reviewTransferred: '转交给同级的另一位干部审核',
  adviceAsked: (d) => `${levelIn(d, 'from')}干部请上级提出意见`,
  adviceGiven: '上级已提出意见，回到原审核人',
  reviewTakenOver: (d) => `${levelIn(d, 'from')}逾期未审核，由${levelIn(d, 'to')}接手`,
  needWithdrawn: (d) => WITHDRAWN[text(d, 'because')] ?? '逾期未处理，求助自动撤回',
  consentGiven: (d) =>
    d['photo'] === undefined ? '求助家庭看过公开内容，同意公开' : '干部当面给求助家庭看过公开内容，家庭签字同意公开',
  consentRevoked: '求助家庭收回了同意，不再公开',
  needPublished: (d) => `已向${AUDIENCES[text(d, 'tier')] ?? '全国'}公开`,
  needWithheld: '审核通过；平台还不能收付款，暂不公开',
  audienceWidened: (d) => `公开范围扩大到${AUDIENCES[text(d, 'tier')] ?? '全国'}`,
  matchingResumed: '重新公开，{thing}都已认领',
  needEdited: '修改了内容，重新审核',
  approvalRevoked: '审核人撤回了批准，重新审核',
  needChallenged: '有实名用户提出质疑，暂停认领，等待核实',
  challengeDismissed: '质疑经核实不成立',
  challengeRerouted: (d) => `原核实人不再办理，由${levelIn(d, 'level')}核实质疑`,
  challengeUpheld: (d) => (d['because'] === 'expired' ? '质疑逾期未核实，重新审核' : '质疑成立，重新审核'),
  needPinned: '在求助列表中置顶',
  needUnpinned: '置顶结束',
  needPaused: (d) => PAUSED[text(d, 'by')] ?? '发布人暂停了认领',
  needRenewed: '延长了公开时间',
  closedEarly: '提前结束认领，其余{thing}不再需要',
  lifetimeEnded: '公开时间结束，等待已认领的{thing}',
  needTakenDown: '已下架',
  needAppealed: '提出申诉，由上级重新审核',
  progressChanged: (d) => progressText((d['progress'] ?? {}) as JsonObject),
  allCommitted: '所有{thing}都已有人认领',
  unitsReleased: '有{thing}重新开放认领',
  shortfallLeft: '有{thing}无人认领，公开时间已过',
  allSettled: '已认领的{thing}都有了结果',
  needHandedOff: '暂时无人帮助，转交帮扶单位处理',
  handOffAccepted: '帮扶单位已受理',
  handOffMovedUp: '逾期未受理，转交上一级',
  handOffResolved: '帮扶单位已办结',
  followingStarted: '{thing}已{got}，开始回访',
  outcomeAsked: (d) => `第${text(d, 'question')}次回访：帮助效果如何？`,
  visitDue: '长时间未回复，安排村干部上门回访',
  outcomeAnswered: (d) => `回访答复：${ANSWERS[text(d, 'answer')] ?? text(d, 'answer')}`,
  photosAdded: '补充了照片',
  hiddenListed: '未公开的照片已列入干部待办，请村里查看',
  photosKept: '照片已由干部查看',
  photosRemoved: '有照片不宜公开，已撤下',
  newsPosted: '发布了新进展',
  donorThanked: '向爱心人士致谢',
  needRated: (d) => `评价：${text(d, 'stars')}星`,
  reopeningAsked: '{thing}不合用，申请再次求助',
  needClosed: '求助已完结',
  needCancelled: '平台取消了该求助',
};

const RELEASED: Readonly<Record<string, string>> = {
  lapsed: '逾期未{give}，{thing}重新开放',
  leftQueue: '已退出候补',
  waitedOut: '候补到期，没有{spare}放出',
  queueClosed: '求助不再需要候补，候补结束',
};

const PLEDGE_TEXTS: Readonly<Record<string, Text>> = {
  pledgeQueued: '已加入候补，等待{spare}放出',
  pledgePromoted: '有{spare}放出，已为候补的爱心人士保留',
  pledgeHeld: '认领成功，{thing}已保留',
  pledgeProposed: '匹配到合适的需求，物品已保留，等待确认',
  proposalAccepted: '爱心人士确认捐出',
  holdExtended: '保留时间延长一次',
  holdPaused: '需求正在核实，保留时间暂停计算',
  holdResumed: '核实结束，保留时间继续计算',
  pledgeSent: '已{gave}',
  parcelArrived: '已到达村级服务点',
  pickupCodeLocked: '取件码输错次数过多，已锁定，由村干部代为交付',
  receiptReminded: '已提醒确认{got}',
  visitDue: '长时间未确认{got}，安排村干部上门核实',
  pledgeReceived: '已{got}',
  pledgeReleased: (d) => RELEASED[text(d, 'because')] ?? '认领已取消，{thing}重新开放',
  pledgeFailed: '没有完成',
  pledgeDisputed: '对是否{got}有争议，由县级处理',
  disputeReassigned: (d) => `平台改由${levelIn(d, 'level')}核实争议`,
  disputeEscalated: '争议逾期未处理，转交市级',
};

const SHARED_TEXTS: Readonly<Record<string, Text>> = {
  parked: '暂停处理，等待平台管理员',
  resumed: '平台管理员已恢复处理',
  operatorReminded: '已再次提醒平台管理员',
  policyMigrated: '改用新的办理时限',
};

function progressText({ committed, sent, received }: JsonObject): string {
  if (received !== undefined && received !== 'none')
    return received === 'all' ? '{thing}已全部{got}' : '一部分{thing}已{got}';
  if (sent !== undefined && sent !== 'none') return sent === 'all' ? '{thing}已全部{gave}' : '一部分{thing}已{gave}';
  if (committed === 'none') return '认领已取消，{thing}重新开放';
  return committed === 'all' ? '{thing}已全部认领' : '一部分{thing}已有人认领';
}

/**
 * What happened, as a sentence for the household, in the words of how the help comes. An event without a text of its own
 * shows its type.
 */
export const eventText = (caseType: 'need' | 'pledge', type: string, data: JsonObject, manner: Manner): string =>
  worded(textOf(caseType === 'need' ? NEED_TEXTS : PLEDGE_TEXTS, type, data), manner);

/** The same by another kind's texts. */
export function textOf(texts: Readonly<Record<string, Text>>, type: string, data: JsonObject): string {
  const text = texts[type] ?? SHARED_TEXTS[type] ?? type;
  return typeof text === 'string' ? text : text(data);
}

/** Events whose words are for cadres among themselves. */
const INTERNAL: readonly string[] = [
  'reviewTaken',
  'reviewLetGo',
  'adviceAsked',
  'adviceGiven',
  'reviewTransferred',
  'reviewApproved',
  'reviewPassedOn',
  // Words may tell who doubts.
  'needChallenged',
];

/** In which part somebody acted in an event; whoever doubts a need is shielded from those it concerns. */
export const byOf = (event: Pick<CaseEvent, 'type' | 'actor'>, parties: Parameters<typeof partOf>[1]): string =>
  event.type === 'needChallenged' ? '实名用户' : partOf(event.actor, parties);

/** Whether publisher and household may read the words that came with an event. */
export const isForParties = (type: string): boolean => !INTERNAL.includes(type);
