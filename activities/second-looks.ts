import type { Collection } from 'mongodb';
import type { Connection } from 'mongoose';
import type { Instant, Level } from '../domain/kernel/types.ts';
import {
  askedNext,
  overdueText,
  reminderText,
  secondLookTimes,
  sleepersOf,
  type SecondLook,
  type SecondLookTimes,
} from '../domain/need/second-look.ts';
import type { Policy } from '../domain/policy.ts';
import { codeAt } from '../domain/region/region.ts';
import type { CalendarData } from '../domain/time/calendar.ts';
import { accountRepository } from '../models/account.ts';
import { inboxRepository } from '../models/inbox.ts';
import { outcomeCheckRepository, type OutcomeCheckRecord } from '../models/outcome-check.ts';
import { recheckRepository, type RecheckRecord } from '../models/recheck.ts';
import { statisticRepository } from '../models/statistic.ts';
import { createTies } from '../models/ties.ts';
import { inTransaction } from '../models/transaction.ts';
import { raise, sleepersKeys } from './statistics.ts';

/** Second reviews and second askings that wait too long: who is asked is reminded, and in the end the level above is asked, too. */

type Dates = { readonly [K in keyof SecondLookTimes]: Date | null };

const datesOf = (times: SecondLookTimes | null): Dates =>
  times === null
    ? { dueAt: null, remindAt: null }
    : { dueAt: new Date(times.dueAt), remindAt: new Date(times.remindAt) };

export const secondLookDates = (at: Instant, policy: Policy, calendar: CalendarData): Dates =>
  datesOf(secondLookTimes(at, policy, calendar));

type Waiting = RecheckRecord | OutcomeCheckRecord;

interface SecondLookDeps {
  readonly db: Connection;
  readonly policyIn: (regionPath: readonly string[], now: Instant) => Policy;
  readonly calendar: CalendarData;
}

/** So many of each kind in one round; the rest is due in the next. */
const ROUND = 200;

/** A step of the sweeper. @returns how many were reminded of or taken further up */
export function createSecondLookSweep({ db, policyIn, calendar }: SecondLookDeps): (now?: Date) => Promise<number> {
  const { rechecks } = recheckRepository(db);
  const { checks } = outcomeCheckRepository(db);
  const accounts = accountRepository(db);
  const inbox = inboxRepository(db);
  const ties = createTies(db);
  const statistics = statisticRepository(db);

  return async function sweep(now = new Date()) {
    // Both are looked after by the same fields.
    const looked = [
      ['recheck', rechecks as unknown as Collection<Waiting>],
      ['outcomeCheck', checks as unknown as Collection<Waiting>],
    ] as const;
    let found = 0;
    for (const [kind, collection] of looked) {
      for (const late of await dueBy(collection, 'dueAt', now)) found += await stepUp(kind, collection, late, now);
      for (const half of await dueBy(collection, 'remindAt', now)) found += await remind(kind, collection, half, now);
    }
    return found;
  };

  function dueBy(collection: Collection<Waiting>, field: 'dueAt' | 'remindAt', now: Date) {
    const due = { status: 'open' as const, [field]: { $lte: now } };
    return collection.find(due).sort({ dueAt: 1 }).limit(ROUND).maxTimeMS(5000).toArray();
  }

  async function remind(kind: SecondLook, collection: Collection<Waiting>, one: Waiting, now: Date): Promise<number> {
    await tell(kind, 'reminded', one, one.levels, now);
    const same = { _id: one._id, status: 'open' as const, remindAt: one.remindAt };
    return (await collection.updateOne(same, { $set: { remindAt: null } })).modifiedCount;
  }

  /** At the top the time begins anew, and it is told again. Counted against each level that had somebody and slept. */
  async function stepUp(kind: SecondLook, collection: Collection<Waiting>, one: Waiting, now: Date): Promise<number> {
    const next = askedNext(one.levels);
    const levels = next === null ? one.levels : [...one.levels, next];
    await tell(kind, 'overdue', one, next === null ? levels.slice(-1) : [next], now);
    const dates = secondLookDates(now.getTime(), policyIn(one.regionPath, now.getTime()), calendar);
    const same = { _id: one._id, status: 'open' as const, dueAt: one.dueAt };
    const slept = await sleepers(one, now);
    return inTransaction(db, async (session) => {
      const step = { $set: { levels, ...dates, ...(slept.length > 0 && { slept: [...(one.slept ?? []), ...slept] }) } };
      const { modifiedCount } = await collection.updateOne(same, step, { session });
      if (modifiedCount > 0) await raise(statistics, sleepersKeys(kind, one.regionPath, slept), session);
      return modifiedCount;
    });
  }

  /** A level without anybody who may do it did not sleep. */
  async function sleepers(one: Waiting, at: Date): Promise<{ level: Level; at: Date }[]> {
    const levels = sleepersOf(one.levels, one.slept ?? []);
    const asked = await Promise.all(levels.map((level) => askedOf(one, [level])));
    return levels.filter((_level, i) => (asked[i] ?? []).length > 0).map((level) => ({ level, at }));
  }

  /** Told before it is noted, under an id of its own: a round that is cut short tells nobody twice. */
  async function tell(
    kind: SecondLook,
    what: 'reminded' | 'overdue',
    one: Waiting,
    levels: readonly Level[],
    now: Date,
  ) {
    const at = what === 'reminded' ? one.remindAt : one.dueAt;
    const eventId = `${kind}:${one._id}:${what}:${at?.getTime() ?? 0}`;
    const text = (what === 'reminded' ? reminderText : overdueText)(kind, one.regionNames.join(''));
    const subject = {
      template: `${kind}.${what}`,
      caseType: kind,
      caseId: one._id,
      eventId,
      text,
      at: now,
      readAt: null,
    };
    const told = await askedOf(one, levels);
    await inbox.deliver(told.map((accountId) => ({ _id: `${eventId}:${accountId}`, accountId, ...subject })));
  }

  /** Those of the levels who may do it: none of whom it checks, and nobody of the household, nor who helps it; nor who stands in for one of them. */
  async function askedOf(one: Waiting, levels: readonly Level[]): Promise<string[]> {
    const concerned = 'reviewerId' in one ? [one.reviewerId] : [one.answeredBy, ...one.approverIds];
    const out = [...concerned, one.publisherId, ...(await ties.boundTo(one.householdId))];
    const holders = await Promise.all(
      levels.map((level) => {
        const regionCode = codeAt(one.regionPath, level);
        return regionCode === null ? Promise.resolve([]) : accounts.holders({ role: 'cadre', level, regionCode }, out);
      }),
    );
    return [...new Set(holders.flat())];
  }
}
