import type { Instant, Level, WaitingOn } from '../kernel/types.ts';
import { earliest } from '../kernel/table.ts';
import { dateInShanghai } from '../time/calendar.ts';
import type { NeedState } from './types.ts';
import { previewMissing } from './preview.ts';
import { needWaitsFor } from './view.ts';
import { mannerOf, worded, type Manner } from '../pledge/manner.ts';

/** Why a case waits: what happened, who must act now, since when, until when, what happens next if nobody does. */
export interface Why {
  /** What happened last, e.g. `review`, `correction`, `claim`. */
  readonly code: string;
  readonly waitingOn: WaitingOn;
  readonly since: Instant;
  /** Null only when nothing is due (a case that has ended). */
  readonly until: Instant | null;
  /** The clock's command at `until`. */
  readonly next: string | null;
  readonly level?: Level;
  /** How the help comes, for the words; goods by parcel where it does not say. */
  readonly manner?: Manner;
}

/** Pure and cheap: shown with each need, in work lists and by SMS. */
export function whyNeedWaits(state: NeedState): Why {
  const due = earliest(withoutReminders(state.clock));
  const why: Why = {
    code: codeOf(state),
    waitingOn: needWaitsFor(state),
    since: state.stage === 'underReview' && state.review !== null ? state.review.since : state.stageSince,
    until: due?.at ?? null,
    next: due?.command ?? null,
    manner: mannerOf(state),
  };
  const level = levelOf(state);
  return level === undefined ? why : { ...why, level };
}

function levelOf({ stage, handOff, challenge, review }: NeedState): Level | undefined {
  if (stage === 'handedOff') return handOff?.level;
  return stage === 'challenged' ? challenge?.level : review?.level;
}

/** A reminder changes nothing for the one who waits. */
const withoutReminders = (clock: NeedState['clock']): NeedState['clock'] =>
  Object.fromEntries(Object.entries(clock).filter(([name]) => name !== 'remindReviewer' && name !== 'endPin'));

function codeOf(state: NeedState): string {
  switch (state.stage) {
    case 'underReview':
      return reviewCode(state);
    case 'published':
      return state.tier === undefined || state.tier === 'nation' ? 'published' : `published.${state.tier}`;
    case 'matched':
      return state.progress.sent === 'all' ? 'receipt' : 'sending';
    case 'paused':
      return state.consentRevoked === undefined ? 'paused' : 'paused.consent';
    case 'handedOff':
      return state.handOff?.acceptedBy == null ? 'handOff' : 'handOff.accepted';
    case 'following':
      return followingCode(state);
    default:
      return state.stage;
  }
}

function reviewCode(state: NeedState): string {
  if (state.review?.askedBy != null) return 'advice';
  return previewMissing(state) ? 'review.preview' : `review.${state.review?.of ?? 'posting'}`;
}

function followingCode({ following }: NeedState): string {
  if (following === null || following.asked === following.answered.length) return 'following';
  return following.visitDue ? 'following.visit' : 'following.question';
}

const LEVELS_ZH: Record<Level, string> = { village: '村', township: '乡镇', county: '县', city: '市', province: '省' };

const WHAT: { readonly [code: string]: string } = {
  draft: '求助还是草稿，尚未提交',
  submitted: '求助已提交，平台正在安排审核',
  'review.posting': '求助正在审核',
  'review.preview':
    '求助正在审核，公开前须受助家庭看过公开的内容并同意（可回复短信“同意公开”，没有手机的请村干部上门）',
  'review.edit': '修改后的求助正在审核',
  'review.appeal': '申诉正在审核',
  'review.reopening': '再次求助正在审核',
  'review.revoked': '审核通过已撤销，求助正在重新审核',
  advice: '审核人已请上级给出意见',
  returned: '求助被退回修改',
  published: '求助已公开，正在等待爱心人士认领',
  'published.township': '求助已向本村和本乡镇公开，正在等待爱心人士认领',
  'published.county': '求助已向全县公开，正在等待爱心人士认领',
  'published.paired': '求助已向本地和结对帮扶地区公开，正在等待爱心人士认领',
  withheld: '资金求助已通过审核，平台开通收付款后才能公开',
  challenged: '求助受到质疑，已暂停认领，正在核实',
  'review.challenge': '求助受到质疑，正在重新审核',
  paused: '求助已暂停认领，公开时间停止计算',
  'paused.consent': '受助家庭收回了同意，求助不再公开，已寄出的仍会送到',
  sending: '求助已有人认领，正在等待{giving}',
  receipt: '{thing}已{gave}，正在等待确认{got}',
  refused: '求助未通过审核，可以申诉一次',
  takenDown: '求助已下架，可以申诉一次',
  handOff: '求助未能认领完，已转交继续解决',
  'handOff.accepted': '已有人接手解决',
  following: '{thing}已{got}，之后会回访效果',
  'following.question': '回访的问题正在等待回答',
  'following.visit': '回访的问题没有得到回答，需要上门看望',
  parked: '平台工作人员正在处理',
  closed: '求助已结束',
  withdrawn: '求助已撤回',
  cancelled: '求助已取消',
};

const WHO: Record<WaitingOn, string> = {
  villageCadre: '村干部',
  townCadre: '乡镇干部',
  countyCadre: '县级干部',
  cityCadre: '市级干部',
  provinceCadre: '省级干部',
  publisher: '发布人',
  donor: '爱心人士',
  recipient: '受助家庭',
  pointKeeper: '村级服务点管理员',
  aidUnit: '民政或帮扶单位',
  operator: '平台工作人员',
  clock: '到期时间',
  system: '平台',
  nobody: '',
};

const NEXT: { readonly [command: string]: string } = {
  screenTimeout: '逾期将直接进入审核',
  expireReview: '逾期将由上一级接手',
  expireDecision: '逾期将由县级直接决定',
  lapse: '逾期视为撤回',
  endWithholding: '届时仍不能公开将转交民政或帮扶单位跟进',
  widen: '届时无人认领将扩大公开范围',
  expire: '到期仍无人认领的部分将转交继续解决',
  expireChallenge: '逾期将由县级重新审核',
  endPause: '到期后自动恢复公开',
  stall: '逾期将由平台工作人员处理',
  finish: '到期后结束',
  expireHandoff: '逾期将上报一级',
  askOutcome: '届时询问效果',
  dueVisit: '逾期将由村干部上门看望',
  remindOperator: '届时再次提醒平台工作人员',
};

/** One plain Chinese sentence for the household, the helper cadre and SMS. No names in it: it may be sent as is. */
export const whyNeedSentence = (why: Why): string => sentence(why, WHAT, NEXT);

/** Puts a sentence together from the tables of a kind of case. */
export function sentence(
  { code, waitingOn, since, until, next, level, manner = 'parcel' }: Why,
  what: { readonly [code: string]: string },
  nexts: { readonly [command: string]: string },
): string {
  const parts = [worded(what[code] ?? code, manner)];
  if (code === 'handOff' && level !== undefined) parts.push(`目前由${LEVELS_ZH[level]}级负责`);
  if (waitingOn !== 'nobody' && waitingOn !== 'clock') parts.push(`现在等待${WHO[waitingOn]}处理`);
  if (since > 0 && waitingOn !== 'nobody') parts.push(`自${timeInChinese(since)}起`);
  if (until !== null)
    parts.push(waitingOn === 'clock' ? `下一步在${timeInChinese(until)}` : `最迟${timeInChinese(until)}`);
  const then = next === null ? undefined : nexts[next];
  if (then !== undefined) parts.push(worded(then, manner));
  return `${parts.join('，')}。`;
}

/** `11月24日10:05`, China's time. */
export function timeInChinese(at: Instant): string {
  const [, month, day] = dateInShanghai(at).split('-');
  const clock = new Date(at + 8 * 3_600_000).toISOString().slice(11, 16);
  return `${Number(month)}月${Number(day)}日${clock}`;
}
