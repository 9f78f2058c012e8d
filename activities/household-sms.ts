import type { Connection } from 'mongoose';
import type { HouseholdPersonal } from '../domain/household/household.ts';
import type { HouseholdSms } from '../domain/notice/household-sms.ts';
import { householdPlace, householdRepository } from '../models/household.ts';
import { newSms, smsRepository, type SmsCrypto } from '../models/sms.ts';

export interface HouseholdSmsDeps {
  readonly db: Connection;
  readonly crypto: SmsCrypto & {
    readonly derive: { code(purpose: 'pickupCode', text: string, digits: number): string };
  };
  /** False when Redis is away: the sweeper follows. */
  readonly enqueue: (smsId: string) => Promise<boolean>;
  readonly now?: () => number;
}

export interface HouseholdSmsCause {
  readonly eventId: string;
  readonly caseType: string;
  readonly caseId: string;
  readonly householdId: string;
}

export type TellHousehold = (sms: HouseholdSms, text: string, cause: HouseholdSmsCause) => Promise<boolean>;

/** A reply is no SMS of its own below this: what providers count as one text. */
const LONGEST = 300;

/** Writes an event's text message to the household once, and has it sent. @returns true when it was new */
export function createHouseholdSms({ db, crypto, enqueue, now = Date.now }: HouseholdSmsDeps): TellHousehold {
  const households = householdRepository(db);
  const sms = smsRepository(db);
  return async ({ notice, urgent, add }, text, { eventId, caseType, caseId, householdId }) => {
    const household = await households.find(householdId);
    if (household === null || household.erasedAt !== null) return false;
    const { head } = crypto.fields.open<HouseholdPersonal>(householdPlace(householdId), household.sealed);
    if (head.phone === null) return false;
    const behind = add.replace('{code}', () => crypto.derive.code('pickupCode', caseId, 6));
    const message = newSms(crypto, {
      id: `${eventId}:household`,
      kind: 'notice',
      template: notice.template,
      phone: head.phone,
      text: `${text}${behind}`.slice(0, LONGEST),
      about: { householdId, caseType, caseId, args: { ...notice.args } },
      urgent,
      now: now(),
    });
    const isNew = await sms.add(message);
    const stored = isNew ? message : await sms.find(message._id);
    if (stored?.status === 'waiting') await enqueue(message._id);
    return isNew;
  };
}
