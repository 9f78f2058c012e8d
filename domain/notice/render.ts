import { worded, type Manner } from '../pledge/manner.ts';
import type { NoticeArgs } from './notice.ts';
import { TEXTS, type Template } from './texts.ts';

/** A notice's message as its reader sees it: codes, levels and times in words. */

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
