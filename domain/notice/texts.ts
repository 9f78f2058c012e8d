import { worded, type Manner } from '../pledge/manner.ts';
import type { NoticeArgs } from './notice.ts';

/**
 * The messages, in the words of the people who read them. `{need}` is the need's title, `{place}` its village. What is
 * in braces comes from the notice's arguments; times are shown in Shanghai; `{thing}`, `{give}` … are worded by how the help
 * comes (domain/pledge/manner.ts).
 */
export const TEXTS = {
  // To the publisher and the household.
  'need.submitted': '为您家发布的需求《{need}》已提交，等待系统核查和干部审核。如不同意发布，您可以随时撤回。',
  'need.resubmitted': '为您家发布的需求《{need}》已按要求修改并重新提交。',
  'need.underReview': '需求《{need}》已进入{level}审核，预计{dueAt}前完成。',
  'need.passedOn': '需求《{need}》已通过上一级审核，现由{level}审核，预计{dueAt}前完成。',
  'need.takenOver': '需求《{need}》在{from}审核超时，已转由{level}审核，预计{dueAt}前完成。',
  'need.returned': '需求《{need}》被{level}退回修改。原因：{why}。请在{until}前修改后重新提交，逾期视为撤回。',
  'need.refused': '需求《{need}》未通过{level}审核。原因：{why}。您可以申诉一次。',
  'need.reopeningRefused': '需求《{need}》的再次求助未通过{level}审核。原因：{why}。',
  'need.withdrawn': '需求《{need}》已撤回（{because}）。',
  'need.published': '需求《{need}》已公开，爱心人士现在可以认领，有效期至{expiresAt}。',
  'need.matchingResumed': '需求《{need}》已恢复，目前没有待认领的{thing}，已认领的部分继续进行。',
  'need.edited': '需求《{need}》的内容已修改，公开前需由{level}重新审核。',
  'need.approvalRevoked': '需求《{need}》的审核通过已被撤销，由{level}重新审核。原因：{why}。',
  'need.withheld': '需求《{need}》已通过审核，目前平台还不能收付款，暂不公开，最迟{until}转交民政或帮扶单位跟进。',
  'need.widened': '需求《{need}》的公开范围已扩大到{tier}。',
  'need.challenged': '需求《{need}》受到质疑，已暂停认领，由{level}核实。',
  'need.challengeDismissed': '对需求《{need}》的质疑经核实不成立。',
  'need.challengeUpheld': '需求《{need}》因质疑由{level}重新审核。',
  'need.pinned': '需求《{need}》已在求助列表中置顶，至{until}。',
  'need.paused': '需求《{need}》已暂停认领，公开时间停止计算，最迟{until}自动恢复。原因：{why}。',
  'need.previewAsked': '需求《{need}》公开前，须您家看过外人将看到的内容并同意；没有同意就不会公开。',
  'need.previewAwaited': '需求《{need}》须受助家庭看过公开的内容并同意后才能公开，请提醒该户查看。',
  'need.previewRecorded':
    '村里已登记：受助家庭当面看过需求《{need}》的公开内容并在纸上签字同意。如不属实，可以收回同意。',
  'need.previewApproved': '受助家庭已看过需求《{need}》的公开内容，同意公开。',
  'need.consentRevoked': '受助家庭收回了对需求《{need}》的同意，该需求不再公开，也不再接受认领；已寄出的仍会送达。',
  'need.renewed': '需求《{need}》已续期至{expiresAt}。',
  'need.closedEarly': '需求《{need}》已提前结束认领，已认领的部分继续进行。',
  'need.lifetimeEnded': '需求《{need}》的公开期已满，已认领的部分继续进行，其余部分不再接受认领。',
  'need.takenDown': '需求《{need}》已被下架。原因：{why}。',
  'need.appealed': '需求《{need}》的申诉已受理，由{level}复核。',
  'need.allCommitted': '好消息：需求《{need}》已全部被认领，等待爱心人士{giving}。',
  'need.unitsReleased': '需求《{need}》有{thing}的认领被取消，已重新公开，有效期至{expiresAt}。',
  'need.shortfallLeft': '需求《{need}》有{thing}的认领被取消，公开期已满，这部分不再接受认领。',
  'need.handedOff': '需求《{need}》未能在公开期内得到足够帮助，已转交平台专人跟进。',
  'need.handOffAccepted': '需求《{need}》已有专人接手跟进。',
  'need.followingStarted': '需求《{need}》的{thing}已{got}。之后会分几次询问效果，也欢迎您向爱心人士道谢和评价。',
  'need.outcomeAsked': '需求《{need}》的第{question}次回访：请告诉我们{asked}。',
  'need.reopened': '需求《{need}》已再次求助，由{level}审核。',
  'need.closed': '需求《{need}》已结束（{outcome}{note}）。感谢您的参与。',
  'need.cancelled': '需求《{need}》已被平台取消。原因：{why}。',
  // To cadres.
  'review.assigned': '{place}有一条需求《{need}》等待您{level}审核（{of}）{skipped}，请在{dueAt}前办理。',
  'review.previewApproved': '{place}的需求《{need}》，受助家庭已看过公开的内容并同意，可以继续审核。',
  'review.reminder': '提醒：{place}的需求《{need}》仍在等待{level}审核，请尽快办理，超时将由上一级接手。',
  'review.second':
    '{place}的需求《{need}》金额较大，已有一位干部通过，请{level}另一位干部复审{skipped}，请在{dueAt}前办理。',
  'review.decisionOverdue': '{place}的需求《{need}》超过总办理期限，请{level}直接决定{skipped}，请在{dueAt}前办理。',
  'review.limitPassed': '{place}的需求《{need}》超过总办理期限，已转{level}决定。',
  'review.transferred': '{place}的需求《{need}》已转交您审核（{of}），请在{dueAt}前办理。',
  'review.adviceAsked': '{from}就{place}的需求《{need}》请{level}提出意见{skipped}，请在{dueAt}前答复。',
  'review.adviceGiven': '{place}的需求《{need}》已收到上级意见（{advice}{note}），请在{dueAt}前办理。',
  'review.takenOver': '{place}的需求《{need}》在{from}审核超时，现由{level}接手{skipped}，请在{dueAt}前办理。',
  'challenge.assigned': '{place}的需求《{need}》受到质疑（{why}），请{level}在{dueAt}前核实{skipped}。',
  'challenge.dismissed': '您提出的质疑经核实不成立，该求助情况属实。感谢您的监督。',
  'challenge.upheld': '您提出的质疑已受理，该求助由{level}重新审核。感谢您的监督。',
  'review.lost': '{place}的需求《{need}》审核超时，已由{by}接手，本次计入超时。',
  'need.photosAdded': '{place}的需求《{need}》公开后补充了照片，请在待办中查看：属实、适宜公开的保留，否则撤下。',
  'need.photosHidden':
    '{place}的需求《{need}》涉及孩子，照片还没有公开，请在待办中查看：认不出孩子的可以公开，否则撤下。',
  'need.photosRemoved': '需求《{need}》有照片不宜公开，已撤下，其他内容不受影响。原因：{why}。',
  'need.consentRevokedAtPlace':
    '{place}的需求《{need}》，受助家庭收回了同意，已不再公开。请了解原因，这不影响该户的任何待遇。',
  'need.visitDue': '{place}的需求《{need}》第{question}次回访没有收到答复，请上门走访并代为填写。',
  'pledge.visitDue': '{place}的需求《{need}》有{thing}{gave}后一直没有确认{got}，请上门了解情况。',
  'pledge.disputed': '{place}的需求《{need}》有一笔捐助发生争议，等待{level}裁定{note}。',
  // To donors and their counterparts.
  'need.thanked': '您帮助过的需求《{need}》的家庭向您表示感谢。',
  'pledge.ratedByHousehold': '您捐助的需求《{need}》，受助家庭给您{stars}星评价，可在认领记录中查看。',
  'data.erasureAsked':
    '有人申请注销您家在帮扶平台的信息，{until}之后执行，注销后无法恢复。如果不是您家的意思，请在此之前告诉村干部，或凭户号和登记的手机登录后取消。',
  'pledge.ratedByDonor': '您家的需求《{need}》，爱心人士给了{stars}星评价，可在捐助记录中查看。',
  'need.rated': '您帮助过的需求《{need}》收到了{stars}星评价。',
  // Titles may tell of somebody's health, so those who only follow a need are told none.
  'need.news': '您关注的{place}的一条求助有新进展，请打开该求助查看。',
  'pledge.held': '您已认领需求《{need}》的{thing}，请在{until}前{give}，逾期将自动释放。',
  'pledge.proposed': '您登记的物品可以帮到需求《{need}》，已为您保留，请在{until}前确认是否捐出，逾期自动取消。',
  'pledge.foundForYou': '为需求《{need}》找到了合适的捐赠，正在等爱心人士确认。',
  'pledge.unanswered': '需求《{need}》的匹配逾期未确认，已自动取消，不计入履约记录。',
  'pledge.notTaken': '需求《{need}》的一笔匹配没有确认，对应物品重新开放认领。',
  'pledge.queued': '您已加入需求《{need}》的候补，有{spare}放出时会按先后顺序自动为您保留并通知您。',
  'pledge.promoted': '需求《{need}》有{spare}放出，已为您保留，请在{until}前{give}，逾期将自动释放。',
  'pledge.waitedOut': '您在需求《{need}》的候补已到期，一直没有{spare}放出，不计入履约记录。感谢您的等待。',
  'pledge.queueClosed': '需求《{need}》已不再需要候补，您的候补已结束，不计入履约记录。感谢您的心意。',
  'pledge.claimed': '有爱心人士认领了需求《{need}》的{thing}，等待{give}。',
  'pledge.extended': '需求《{need}》的认领已延期至{until}。',
  'pledge.paused': '需求《{need}》正在核实，您的认领继续保留，保留时间暂停计算，请先不要{give}。',
  'pledge.resumed': '需求《{need}》的核实已结束，您的认领保留至{until}，请在此之前{give}。',
  'pledge.sent': '需求《{need}》的{thing}{given}，{take}。',
  'pledge.parcelOnItsWay': '有寄往本村服务点的包裹，用于需求《{need}》，请留意签收。',
  'pledge.atPoint': '需求《{need}》的包裹已到村服务点，请凭取件码领取。',
  'pledge.arrived': '您为需求《{need}》寄出的物品已到达村服务点。',
  'pledge.received': '需求《{need}》的{thing}已确认{got}，感谢您的帮助。',
  'pledge.receiptRecorded': '需求《{need}》的一笔捐助已登记为{got}。如果不属实，请及时提出争议。',
  'pledge.remindReceipt': '需求《{need}》的{thing}{given}一段时间，{got}后请确认；如未{got}请联系村干部。',
  'pledge.remindCollect': '需求《{need}》的包裹还在村服务点，请尽快凭取件码领取。',
  'pledge.remindPoint': '需求《{need}》的包裹还没有被领取，请联系该户。',
  'pledge.lapsed': '您对需求《{need}》的认领因逾期未{give}已自动释放，并计入履约记录。',
  'pledge.released': '需求《{need}》的一笔认领已取消，对应{thing}重新开放认领。',
  'pledge.voided': '需求《{need}》已不再公开，您的认领已取消，不计入履约记录，请不要再{give}。',
  'pledge.shipmentCancelled': '需求《{need}》的一笔捐助已由爱心人士取消{giving}。',
  'pledge.inDispute': '需求《{need}》的一笔捐助发生争议，已交{level}裁定。',
  'pledge.ruledReceived': '需求《{need}》的争议已裁定：认定为已{got}{note}。',
  'pledge.failed': '需求《{need}》的一笔捐助没有完成（{because}），对应{thing}重新开放认领。',
  // About applications for an office.
  'application.assigned': '{place}有一份{office}干部任职申请等待{level}审批{skipped}，请在{dueAt}前办理。',
  'application.reminder': '提醒：{place}的{office}干部任职申请仍在等待{level}审批，请尽快办理，超时将由上一级接手。',
  'application.lost': '{place}的{office}干部任职申请审批超时，已由{by}接手，本次计入超时。',
  'application.underReview': '您申请担任{place}{office}干部，已进入{level}审批，预计{dueAt}前完成。',
  'application.approved': '您担任{place}{office}干部的申请已通过，现在可以履行该职责。',
  'application.refused': '您担任{place}{office}干部的申请未通过{level}审批。原因：{why}。',
  'application.cancelled': '您担任{place}{office}干部的申请已被平台取消。原因：{why}。',
  'application.noCadre': '{place}的{office}干部任职申请：{level}审批{skipped}，请为空缺的级别任命干部。',
  // Certifications: to the cadres and to the applicant.
  'certification.assigned': '{place}有一份实名认证申请等待{level}核实{skipped}，请在{dueAt}前办理。',
  'certification.reminder': '提醒：{place}的一份实名认证申请仍在等待{level}核实，请尽快办理，超时将由上一级接手。',
  'certification.lost': '{place}的一份实名认证申请核实超时，已由{by}接手，本次计入超时。',
  'certification.underReview': '您的实名认证申请已进入{level}核实，预计{dueAt}前完成。',
  'certification.approved': '您的实名认证已通过，现在可以使用需要实名的功能。',
  'certification.refused': '您的实名认证未通过{level}核实。原因：{why}。您可以补齐材料后再次申请。',
  'certification.cancelled': '您的实名认证申请已被平台取消。原因：{why}。',
  'certification.noCadre': '{place}的一份实名认证申请：{level}核实{skipped}，请为空缺的级别任命干部。',
  // About work handed over among colleagues.
  'handover.offered': '{place}有一位同事向您移交{count}件待审核的求助，请在{dueAt}前答复是否接收。',
  'handover.reminder': '提醒：{place}同事移交的{count}件待审核求助还没有答复，逾期移交失效。',
  'handover.accepted': '您移交的{count}件待审核求助已被接收。',
  'handover.refused': '您移交的{count}件待审核求助未被接收。原因：{why}。仍由您办理。',
  'handover.lapsed': '您移交的{count}件待审核求助逾期未答复，移交失效，仍由您办理。',
  'handover.cancelled': '{count}件待审核求助的移交已被平台取消。原因：{why}。',
  // About complaints; nothing in them names anybody.
  'complaint.assigned': '{place}有一件投诉等待{level}办理{skipped}，请在{dueAt}前办结。',
  'complaint.reminder': '提醒：{place}的一件投诉仍在等待{level}办理，请尽快办结，超时将由上一级接手。',
  'complaint.lost': '{place}的一件投诉办理超时，已由{by}接手，本次计入超时。',
  'complaint.handling': '您的投诉已由{level}办理，预计{dueAt}前有结果。',
  'complaint.upheld': '您的投诉经{level}核实成立。处理：{why}。如有异议，您可以提出一次，由上一级复查。',
  'complaint.dismissed': '您的投诉经{level}核实不成立。原因：{why}。如有异议，您可以提出一次，由上一级复查。',
  'complaint.cancelled': '您的投诉已被平台取消。原因：{why}。',
  'complaint.noCadre': '{place}的一件投诉：{level}办理{skipped}，请为空缺的级别任命干部。',
  // About offers in advance: `{need}` is the thing on offer, `{place}` for whom it is.
  'offer.assigned': '有一份面向{place}的捐赠意向“{need}”等待{level}审核{skipped}，请在{dueAt}前办理。',
  'offer.reminder': '提醒：面向{place}的捐赠意向“{need}”仍在等待{level}审核，请尽快办理，超时将由上一级接手。',
  'offer.lost': '面向{place}的捐赠意向“{need}”审核超时，已由{by}接手，本次计入超时。',
  'offer.underReview': '您登记的捐赠意向“{need}”已进入{level}审核，预计{dueAt}前完成。',
  'offer.approved': '您登记的捐赠意向“{need}”已通过审核，现在可以发起匹配；有合适的新需求时会通知您。',
  'offer.refused': '您登记的捐赠意向“{need}”未通过{level}审核。原因：{why}。',
  'offer.usedUp': '您登记的“{need}”已全部捐出，感谢您的帮助。',
  'offer.expired': '您登记的捐赠意向“{need}”已到期结束。',
  'offer.cancelled': '您登记的捐赠意向“{need}”已被平台取消。原因：{why}。',
  'offer.noCadre': '面向{place}的捐赠意向“{need}”：{level}审核{skipped}，请为空缺的级别任命干部。',
  'offer.needFits': '{place}有一条新公开的求助，可能正需要您登记的物品，您可以发起匹配或直接认领。',
  // About sponsorships: one message for all of it, never one per need.
  'sponsorship.assigned': '有一份面向{place}的批量认领申请等待平台审核。',
  'sponsorship.approved': '您面向{place}的批量认领申请已通过，正在分批认领。',
  'sponsorship.refused': '您面向{place}的批量认领申请未通过。原因：{why}。',
  'sponsorship.claimed': '批量认领完毕：{planned}条求助中认领了{claimed}条{failed}。请在{until}前寄出并登记。',
  'sponsorship.done': '批量认领完毕：{planned}条求助中认领了{claimed}条{failed}。',
  'sponsorship.nothing': '您的批量认领没有认领到求助：找到{planned}条{failed}。',
  'sponsorship.sentInPart': '批量登记寄出完成：已寄出{sent}条，还有{held}条待寄出{failed}。',
  'sponsorship.sent': '批量认领的物品已全部登记寄出，共{sent}条{failed}。感谢你们的帮助。',
  'sponsorship.closed': '批量认领的寄出期限已到：认领{claimed}条，登记寄出{sent}条。',
  'sponsorship.stopped': '您的批量认领已被平台停止。',
  'sponsorship.cancelled': '您的批量认领已被平台取消。原因：{why}。',
  // To operators.
  'need.withheldForPayments': '{place}有一条资金需求《{need}》已通过审核，等待开通收付款后公开。',
  'case.parked': '案件停放：原阶段{stage}，原因{reason}，需要处理。',
  'case.stillParked': '案件自{since}起仍停放，原因{reason}，需要处理。',
  'finding.opened': '巡检发现问题：{kind}，等待领取办理。',
  'finding.reopened': '巡检再次发现已办结的问题：{kind}，请重新办理。',
  'finding.assigned': '巡检发现的问题（{kind}）已转交您办理。',
  'finding.reminder': '提醒：巡检发现的问题（{kind}）尚未办结，请尽快办理。',
  'handOff.opened': '{place}的需求《{need}》未得到满足，转交跟进，请接手。',
  'handOff.movedUp': '{place}的需求《{need}》转交后超时，已升至{level}跟进，请接手。',
} as const satisfies Record<string, string>;

export type Template = keyof typeof TEXTS;

const LEVELS: Readonly<Record<string, string>> = {
  village: '村级',
  township: '乡镇',
  county: '县级',
  city: '市级',
  province: '省级',
  operator: '平台',
};

const REVIEW_OF: Readonly<Record<string, string>> = {
  posting: '首次发布',
  edit: '内容修改',
  appeal: '申诉',
  reopening: '再次求助',
  revoked: '审核撤销后重审',
  challenge: '质疑后重审',
};

/** Codes in the words of people; an unknown code means nothing to them and is left out. */
const WORDS: Readonly<Record<string, string>> = {
  asked: '主动撤回',
  consentRevoked: '家庭收回同意',
  lapsed: '逾期未修改',
  draftExpired: '草稿过期',
  fulfilled: '已满足',
  received: '已收到',
  partlyFulfilled: '部分满足',
  nothingReceived: '未收到捐助',
  unmet: '未能满足',
  resolved: '已解决',
  refused: '未通过审核',
  withheld: '暂不公开',
  takenDown: '已下架',
  approve: '建议通过',
  return: '建议退回',
  refuse: '建议不通过',
  returned: '包裹退回',
  ruled: '争议裁定',
  cancelled: '平台取消',
  closed: '已结束',
};

/** Why a sponsorship got nothing of a need, or could not send to it. */
const FAILURES: Readonly<Record<string, string>> = {
  notOpen: '已不再公开',
  nothingFree: '已被他人认领',
  tooDear: '超过单条限额',
  overBudget: '超过预算',
  ownNeed: '与捐赠方有关',
  notHeld: '认领已失效',
};

const failuresText = (given: string): string =>
  given
    .split(',')
    .map((part) => part.split(':'))
    .map(([code = '', n = '']) => `${FAILURES[code] ?? '未能办理'}${n}条`)
    .join('、');

const TIERS: Readonly<Record<string, string>> = {
  township: '本村和本乡镇',
  county: '全县',
  paired: '结对帮扶地区',
  nation: '全国',
};

const TIMES: ReadonlySet<string> = new Set(['dueAt', 'expiresAt', 'until', 'since']);
const CODES: ReadonlySet<string> = new Set(['because', 'outcome', 'advice']);
const LEVEL_NAMES: ReadonlySet<string> = new Set(['level', 'from', 'by', 'office']);

/** What the records add to a notice's arguments. */
export interface NoticeFacts {
  readonly need: string;
  /** Village and its township, as public as the need itself. */
  readonly place: string;
  /** What a person wrote as his reason; shown after its code. */
  readonly note?: string;
  /** Words of further codes: the reasons of data/reason-codes.json. */
  readonly words?: Readonly<Record<string, string>>;
}

/** The message as its reader sees it. Nothing in braces is left, whatever the arguments are. */
export function render(template: Template, args: NoticeArgs, facts: NoticeFacts): string {
  const text = worded(TEXTS[template], (args['how'] as Manner | undefined) ?? 'parcel');
  return text.replace(/\{(\w+)\}/g, (_, name: string) => {
    if (name === 'need') return facts.need;
    if (name === 'place') return facts.place;
    if (name === 'note') return facts.note === undefined || facts.note === '' ? '' : `，${facts.note}`;
    if (name === 'why') return reasonOf(args['reasonCode'], facts);
    return shown(name, args[name], facts);
  });
}

/** A known code in words, and what the person wrote himself. */
function reasonOf(code: string | number | undefined, { note, words }: NoticeFacts): string {
  const word = code === undefined ? undefined : (words?.[code] ?? WORDS[code]);
  const parts = [word, note].filter((part) => part !== undefined && part !== '');
  return parts.length === 0 ? '未说明' : parts.join('，');
}

function shown(name: string, value: string | number | undefined, facts: NoticeFacts): string {
  if (name === 'skipped') {
    const levels = typeof value === 'string' ? value.split(',').map((level) => LEVELS[level] ?? '') : [];
    return levels.length === 0 ? '' : `（${levels.join('、')}无可审核的干部，已跳过）`;
  }
  if (value === undefined) return '';
  if (name === 'failed') return `，未成功：${failuresText(String(value))}`;
  if (TIMES.has(name)) return shanghaiTime(Number(value));
  if (LEVEL_NAMES.has(name)) return LEVELS[value] ?? '上级';
  if (name === 'tier') return TIERS[value] ?? '全国';
  if (name === 'of') return REVIEW_OF[value] ?? '复核';
  // What a case says of itself is never one of the reasons that people give, though a code may be spelt alike.
  if (CODES.has(name)) return WORDS[value] ?? facts.words?.[value] ?? '已办理';
  return String(value);
}

/** `11月24日 18:00`: China has one time zone and no summer time. */
export function shanghaiTime(at: number): string {
  const local = new Date(at + 8 * 3_600_000);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${local.getUTCMonth() + 1}月${local.getUTCDate()}日 ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}`;
}
