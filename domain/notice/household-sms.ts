import type { CaseEvent, CaseState } from '../kernel/types.ts';
import type { Notice } from './notice.ts';
import { noticesOf } from './notices.ts';
import type { Template } from './texts.ts';

/**
 * Which notices also go to the household's registered phone as a text message, and what is added to them there. The
 * household that waits must not need an account, a smartphone or a cadre to know where its need stands.
 */
interface SmsForm {
  /** It has a deadline or a parcel waits: it does not wait for tomorrow. */
  readonly urgent?: true;
  /** In braces: names of arguments and `code`, the pickup code. */
  readonly add?: string;
}

const PROGRESS = '回复“进度”可查询进展。';

const HOUSEHOLD_SMS: { readonly [K in Template]?: SmsForm } = {
  'need.submitted': { add: '回复“撤回”可撤回，回复“进度”可查询进展。' },
  // The review's time runs meanwhile.
  'need.previewAsked': { urgent: true, add: '请回复“同意公开”查看。' },
  'need.previewRecorded': { urgent: true, add: '不属实请回复“不同意”。' },
  'need.returned': { urgent: true, add: '发布人不能修改的，您家凭户编号登录或由帮扶干部也可修改提交。' },
  'need.published': { add: '回复“进度”可查询进展，回复“不同意”可收回同意。' },
  'need.refused': {},
  'need.reopeningRefused': {},
  'need.takenDown': { urgent: true },
  'need.handedOff': { add: PROGRESS },
  'pledge.claimed': {},
  'pledge.atPoint': { urgent: true, add: '取件码{code}，请勿告诉村服务点以外的人。' },
  'pledge.codeLocked': { urgent: true },
  'pledge.remindCollect': { urgent: true, add: '取件码{code}。' },
  'need.followingStarted': {},
  'need.outcomeAsked': { add: '请回复：1很有用，2一般，3没用。' },
  'need.withdrawn': {},
  'need.closed': {},
  'need.cancelled': {},
  'complaint.upheld': {},
  'complaint.dismissed': {},
  'complaint.cancelled': {},
};

export interface HouseholdSms {
  readonly notice: Notice;
  readonly urgent: boolean;
  /** Put behind the notice's text. */
  readonly add: string;
}

interface Step {
  readonly event: CaseEvent;
  readonly before: CaseState;
  readonly after: CaseState;
}

/**
 * What an event tells the household by text message; null when nothing, when somebody of the household did it himself,
 * or when a later event of the same command (`later`) tells it more.
 */
export function householdSms(caseType: string, step: Step, later: readonly Step[]): HouseholdSms | null {
  const { householdId } = step.after as { readonly householdId?: string };
  const { actor } = step.event;
  if (householdId === undefined || actor.householdId === householdId) return null;
  const notice = toHousehold(caseType, step);
  const form = notice === undefined ? undefined : HOUSEHOLD_SMS[notice.template];
  if (notice === undefined || form === undefined) return null;
  if (later.some((next) => HOUSEHOLD_SMS[toHousehold(caseType, next)?.template ?? 'need.edited'] !== undefined))
    return null;
  return { notice, urgent: form.urgent === true, add: form.add ?? '' };
}

const toHousehold = (caseType: string, step: Step): Notice | undefined =>
  noticesOf(caseType, step).find(({ to }) => to === 'recipient');
