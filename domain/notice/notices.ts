import type { CaseEvent, CaseState } from '../kernel/types.ts';
import { mannerOf } from '../pledge/manner.ts';
import { APPLICATION_NOTICES } from './application.ts';
import { CERTIFICATION_NOTICES } from './certification.ts';
import { HANDOVER_NOTICES } from './handover.ts';
import { FINDING_NOTICES } from './finding.ts';
import { COMPLAINT_NOTICES } from './complaint.ts';
import { NEED_NOTICES } from './need.ts';
import { nobody, type Notice, type NoticeArgs, type Notify } from './notice.ts';
import { OFFER_NOTICES } from './offer.ts';
import { PARKING_NOTICES } from './parking.ts';
import { PLEDGE_NOTICES } from './pledge.ts';
import { SPONSORSHIP_NOTICES } from './sponsorship.ts';

type Table = { readonly [eventType: string]: Notify<CaseState> };

/** Case type → event type → whom it concerns. Each table is checked against its case's event types where it is made. */
export const NOTICES: { readonly [caseType: string]: Table } = {
  need: { ...PARKING_NOTICES, ...(NEED_NOTICES as unknown as Table) },
  application: { ...PARKING_NOTICES, ...(APPLICATION_NOTICES as unknown as Table) },
  certification: { ...PARKING_NOTICES, ...(CERTIFICATION_NOTICES as unknown as Table) },
  handover: { ...PARKING_NOTICES, ...(HANDOVER_NOTICES as unknown as Table) },
  finding: { ...PARKING_NOTICES, ...(FINDING_NOTICES as unknown as Table) },
  complaint: { ...PARKING_NOTICES, ...(COMPLAINT_NOTICES as unknown as Table) },
  offer: { ...PARKING_NOTICES, ...(OFFER_NOTICES as unknown as Table) },
  pledge: { ...PARKING_NOTICES, ...(PLEDGE_NOTICES as unknown as Table) },
  sponsorship: { ...PARKING_NOTICES, ...(SPONSORSHIP_NOTICES as unknown as Table) },
};

/** True for an event that tells nobody anything, so that nobody need look at it. An unknown one is for `noticesOf` to refuse. */
export function isSilent(caseType: string, eventType: string): boolean {
  const table = NOTICES[caseType];
  return table === undefined || (Object.hasOwn(table, eventType) && table[eventType] === nobody);
}

/** How the help of this case comes, for the words of the messages. */
const howOf = (caseType: string, state: CaseState): NoticeArgs =>
  caseType === 'need' || caseType === 'pledge'
    ? { how: mannerOf(state as CaseState & Parameters<typeof mannerOf>[0]) }
    : {};

/**
 * Whom an event concerns and what it tells them. A kind of case without a table tells nobody anything.
 * @throws Error for an event type that its kind's table does not have: silence must be written down
 */
export function noticesOf(
  caseType: string,
  step: { readonly event: CaseEvent; readonly before: CaseState; readonly after: CaseState },
): readonly Notice[] {
  const table = NOTICES[caseType];
  if (table === undefined) return [];
  const notify = Object.hasOwn(table, step.event.type) ? table[step.event.type] : undefined;
  if (notify === undefined) throw new Error(`${caseType}: nobody said whom ${step.event.type} concerns`);
  const how = howOf(caseType, step.after);
  return notify(step.event.data, step).map((notice) => ({ ...notice, args: { ...how, ...notice.args } }));
}
