import type { ClientSession, Connection } from 'mongoose';
import type { JsonObject, Level } from '../domain/kernel/types.ts';
import type { SecondLook } from '../domain/need/second-look.ts';
import { codeAt, LEVELS } from '../domain/region/region.ts';
import { sleptLevel } from '../domain/slept.ts';
import { isDuplicateKey } from '../models/command.ts';
import { toCaseEvent } from '../models/event.ts';
import { outcomeCheckRepository } from '../models/outcome-check.ts';
import { recheckRepository } from '../models/recheck.ts';
import { OVERDUE, SKIPPED, statisticRepository, type StatisticRecord } from '../models/statistic.ts';
import { allCases, historyReader, parseEventId, steps, type Deciders, type Step } from './case-history.ts';

/**
 * Counts how cases move from stage to stage, by region, category and day. Per case it is remembered up to which event
 * the counters have counted, in their transaction: a repeated event counts nothing, a late one counts what is missing.
 */

/** County, township and village of a region path; cities and above are sums of their counties. */
const COUNTED_FROM = 2;
const NO_CATEGORY = 'none';
/** What a case comes from with its first event. */
const START = 'start';

type Key = Omit<StatisticRecord, '_id' | 'n'>;

const keyText = ({ region, caseType, from, to, category, day }: Key): string =>
  [region, caseType, from, to, category, day].join('|');

const shanghaiDay = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10);

/** Each place that had nobody who may decide: of its own level, not of those above it. */
function skippedIn(data: JsonObject, regionPath: readonly string[]): { region: string; level: Level }[] {
  const skipped = Array.isArray(data['skipped']) ? data['skipped'] : [];
  return LEVELS.filter((level) => skipped.includes(level)).flatMap((level) => {
    const region = codeAt(regionPath, level);
    return region === null ? [] : [{ region, level }];
  });
}

/** The counters that one event raises: where the stage changes, where a level slept, and where one had nobody. */
function countersOf(decider: Deciders[string], { event, before, after }: Step): Key[] {
  const from = event.seq === 1 ? START : before.stage;
  const slept = sleptLevel(decider.type, event, before);
  const { regionPath, category = NO_CATEGORY } = decider.view(after);
  const common = { caseType: decider.type, category, day: shanghaiDay(event.at) };
  const counted = [
    ...(from === after.stage ? [] : [{ from, to: after.stage }]),
    ...(slept === null ? [] : [{ from: OVERDUE, to: slept }]),
  ];
  const passedOver = skippedIn(event.data, regionPath).map(({ region, level }) => ({
    ...{ region, ...common, from: SKIPPED, to: level },
  }));
  const moved = counted.flatMap((way) =>
    regionPath.slice(COUNTED_FROM).map((region) => ({ region, ...common, ...way })),
  );
  return [...moved, ...passedOver];
}

/** A second look is no case: each time that a level let pass is counted by itself. */
export const sleepersKeys = (
  caseType: SecondLook,
  regionPath: readonly string[],
  slept: readonly { readonly level: Level; readonly at: Date }[],
): Key[] =>
  slept.flatMap(({ level, at }) =>
    regionPath.slice(COUNTED_FROM).map((region) => ({
      ...{ region, caseType, category: NO_CATEGORY, day: shanghaiDay(at.getTime()) },
      ...{ from: OVERDUE, to: level },
    })),
  );

/** Raises counters, in a transaction of the caller. */
export async function raise(
  { statistics }: Pick<ReturnType<typeof statisticRepository>, 'statistics'>,
  keys: readonly Key[],
  session: ClientSession,
): Promise<void> {
  if (keys.length === 0) return;
  const writes = keys.map((key) => ({
    updateOne: { filter: { _id: keyText(key) }, update: { $inc: { n: 1 }, $setOnInsert: { ...key } }, upsert: true },
  }));
  await statistics.bulkWrite(writes, { session, ordered: true });
}

export interface StatisticsDeps {
  readonly db: Connection;
  readonly deciders: Deciders;
}

/** The consumer: makes sure that this event is counted, and with it whatever the case has by now: of many one is told. */
export function createStatistics({ db, deciders }: StatisticsDeps): (eventId: string) => Promise<void> {
  const read = historyReader(db, deciders);
  const { statistics, counted } = statisticRepository(db);

  return async function count(eventId) {
    const { caseType, caseId, seq } = parseEventId(eventId);
    const _id = `${caseType}:${caseId}`;
    const history = await read(caseType, caseId, seq, Number.MAX_SAFE_INTEGER);
    const last = history?.steps.at(-1)?.event.seq ?? 0;
    if (history === null) return;
    const session = await db.startSession();
    try {
      await session.withTransaction(
        async () => {
          const done = (await counted.findOne({ _id }, { session }))?.seq ?? 0;
          if (done >= last) return;
          await counted.updateOne({ _id }, { $set: { seq: last } }, { session, upsert: true });
          const fresh = history.steps.filter(({ event }) => event.seq > done);
          await raise(
            { statistics },
            fresh.flatMap((step) => countersOf(history.decider, step)),
            session,
          );
        },
        { writeConcern: { w: 'majority' }, timeoutMS: 20_000 },
      );
    } catch (error) {
      // Two consumers began the same case at once: the job's next try sees what the other one counted.
      if (isDuplicateKey(error)) throw new Error(`statistics of ${_id} were being counted`, { cause: error });
      throw error;
    } finally {
      await session.endSession();
    }
  };
}

/** Counts everything again from the events and second looks. Reads whole collections: for the checker and after a repair. */
export async function recountStatistics({ db, deciders }: StatisticsDeps): Promise<Map<string, number>> {
  const totals = new Map<string, number>();
  const add = (keys: readonly Key[]): void => {
    for (const key of keys) totals.set(keyText(key), (totals.get(keyText(key)) ?? 0) + 1);
  };
  for await (const { decider, record, events } of allCases(db, deciders)) {
    for (const step of steps(decider, record, events.map(toCaseEvent))) add(countersOf(decider, step));
  }
  const late = { slept: { $exists: true } };
  for await (const { regionPath, slept = [] } of recheckRepository(db).rechecks.find(late)) {
    add(sleepersKeys('recheck', regionPath, slept));
  }
  for await (const { regionPath, slept = [] } of outcomeCheckRepository(db).checks.find(late)) {
    add(sleepersKeys('outcomeCheck', regionPath, slept));
  }
  return totals;
}

/** Where the counters differ from a recount: counter → [stored, recounted]. Empty when all is well and the queue is drained. */
export async function statisticsDifferences(deps: StatisticsDeps): Promise<Map<string, [number, number]>> {
  const wanted = await recountStatistics(deps);
  const differences = new Map<string, [number, number]>();
  const { statistics } = statisticRepository(deps.db);
  for await (const { _id, n } of statistics.find({})) {
    const should = wanted.get(_id) ?? 0;
    if (n !== should) differences.set(_id, [n, should]);
    wanted.delete(_id);
  }
  for (const [key, n] of wanted) differences.set(key, [0, n]);
  return differences;
}
