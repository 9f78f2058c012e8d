import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection, mongo } from 'mongoose';
import type { Logger } from 'pino';
import type { EventRef } from '../contracts/jobs.ts';
import type { Queues } from '../infra/queues.ts';
import { eventRepository } from '../models/event.ts';
import { relayStateRepository, type RelayPlace } from '../models/relay-state.ts';

/**
 * Passes every recorded event on to the queues, at least once. It tails the collection by a change stream and saves its
 * place after the events are in the queues; whoever consumes them writes each of them once. Nothing else publishes.
 *
 * When the place is lost (the log has rolled on, a backup was restored) or Redis lost its data, it reads the collection
 * from its last position on. The position goes by the time of writing: events of a case that could not be recorded for
 * hours have an old `at`.
 */

const NAME = 'events';
const BATCH = 200;
/** A transaction may commit after a younger one, and workers' clocks differ. */
const OVERLAP_MS = 10 * 60_000;
/** Work that may still have waited in a Redis that lost its data. */
const LOST_QUEUE_MS = 24 * 3_600_000;
const IDLE_SAVE_MS = 30_000;
/** Events that were passed on after the last saved place are passed on once more by who follows; consumers know them. */
const SAVE_EVERY_MS = 500;
const LONGEST_WAIT_MS = 5000;

type Sink = Pick<Queues, 'publish' | 'mark' | 'setMark'>;

export interface RelayDeps {
  readonly db: Connection;
  readonly sink: Sink;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  /** How long a process that vanished keeps others from relaying. */
  readonly leaseMs?: number;
  readonly seen?: {
    /** When the oldest event that is not in the queues yet was written; null when all are. */
    waitingSince(at: Date | null): void;
    published(count: number): void;
    placeLost(): void;
  };
}

export interface Relay {
  /** Relays until the signal; survives every absence of MongoDB and Redis. */
  run(signal: AbortSignal): Promise<void>;
}

interface Slip {
  readonly _id: string;
  readonly type: string;
  readonly hash: string;
  readonly recordedAt: Date;
}
interface Change {
  readonly _id: unknown;
  readonly fullDocument: Slip;
}
type Stream = mongo.ChangeStream<mongo.Document, mongo.Document>;

class LeaseLost extends Error {
  override name = 'LeaseLost';
}

export function createRelay({ db, sink, log, leaseMs = 15_000, seen }: RelayDeps): Relay {
  const owner = randomUUID();
  const states = relayStateRepository(db);
  const { events } = eventRepository(db);
  let place: { mark: string | null; position: Date | null } = { mark: null, position: null };

  async function run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      try {
        if (await states.lease(NAME, owner, leaseMs)) {
          await holdingLease(signal, tail);
          failures = 0;
        } else {
          await pause(leaseMs / 3, signal);
        }
      } catch (error) {
        if (signal.aborted) break;
        failures += 1;
        log.warn({ err: error, failures }, 'relay interrupted');
        await pause(backOff(failures), signal);
      }
    }
  }

  /** Runs `work` while the lease is ours. A lease that another process took ends it. */
  async function holdingLease(signal: AbortSignal, work: (held: AbortSignal) => Promise<void>): Promise<void> {
    const lost = new AbortController();
    const held = AbortSignal.any([signal, lost.signal]);
    const renewal = setInterval(() => {
      states.lease(NAME, owner, leaseMs).then(
        (mine) => mine || lost.abort(new LeaseLost()),
        // MongoDB is away: nobody else can take the lease either.
        () => {},
      );
    }, leaseMs / 3);
    try {
      await work(held);
    } finally {
      clearInterval(renewal);
      if (!lost.signal.aborted) await states.release(NAME, owner).catch(() => {});
    }
  }

  async function tail(held: AbortSignal): Promise<void> {
    const state = await states.find(NAME);
    place = { mark: state?.mark ?? null, position: state?.position ?? null };
    await untilDone(checkMark, held);
    let stream = state?.token ? open({ resumeAfter: state.token }) : await recover(held);
    try {
      stream = await stillKnown(stream, held);
      await follow(stream, held);
    } finally {
      await stream.close().catch(() => {});
    }
  }

  const open = (from: mongo.ChangeStreamOptions): Stream =>
    events.watch(
      [
        { $match: { operationType: 'insert' } },
        {
          $project: {
            'fullDocument._id': 1,
            'fullDocument.type': 1,
            'fullDocument.hash': 1,
            'fullDocument.recordedAt': 1,
          },
        },
      ],
      { ...from, maxAwaitTimeMS: 1000, batchSize: BATCH },
    );

  /** The server says only at the first read that it no longer knows the place. */
  async function stillKnown(stream: Stream, held: AbortSignal): Promise<Stream> {
    try {
      const passed = await drain(stream, held);
      if (passed !== null) await save(passed);
      return stream;
    } catch (error) {
      if (!isLostPlace(error)) throw error;
      log.warn({ err: error }, 'relay: the place in the change stream is lost, reading the collection instead');
      seen?.placeLost();
      await stream.close().catch(() => {});
      await save({ token: null });
      return recover(held);
    }
  }

  async function follow(stream: Stream, held: AbortSignal): Promise<void> {
    // The first quiet moment after the collection was read saves a place, so that it need not be read again.
    let savedAt = 0;
    let passed: RelayPlace | null = null;
    while (!held.aborted) {
      if (stream.closed) throw new Error('the change stream was closed');
      const next = await drain(stream, held);
      passed = next ?? passed;
      const age = Date.now() - savedAt;
      // Where nothing came the place moves on with the log all the same: an old one would be lost some day.
      const due = passed === null ? age > IDLE_SAVE_MS : next === null || age > SAVE_EVERY_MS;
      if (!due) continue;
      await save(passed ?? { token: stream.resumeToken });
      savedAt = Date.now();
      passed = null;
    }
    if (passed !== null) await save(passed);
  }

  /** Publishes what is there, waiting up to a second for something. @returns the place after it; null when nothing came */
  async function drain(stream: Stream, held: AbortSignal): Promise<RelayPlace | null> {
    const changes: Change[] = [];
    for (let next = await stream.tryNext(); next !== null; next = await stream.tryNext()) {
      changes.push(next as unknown as Change);
      if (changes.length >= BATCH || stream.bufferedCount() === 0) break;
    }
    const last = changes.at(-1);
    if (last === undefined) return null;
    await pass(
      changes.map((change) => change.fullDocument),
      held,
    );
    return { token: last._id, position: last.fullDocument.recordedAt };
  }

  /** Reads the collection from the last position on (or all of it); the stream begins before the reading did. */
  async function recover(held: AbortSignal): Promise<Stream> {
    const begin = await presentTime();
    for await (const batch of written(place.position, OVERLAP_MS)) {
      await pass(batch, held);
      await save({ position: batch.at(-1)?.recordedAt ?? null });
    }
    return open({ startAtOperationTime: begin });
  }

  /** Events in the order of writing, in batches. */
  async function* written(since: Date | null, overlapMs: number): AsyncGenerator<Slip[]> {
    const from = since === null ? {} : { recordedAt: { $gte: new Date(since.getTime() - overlapMs) } };
    const found = events.find(from).project<Slip>({ type: 1, hash: 1, recordedAt: 1 }).sort({ recordedAt: 1, _id: 1 });
    let batch: Slip[] = [];
    for await (const event of found.batchSize(BATCH)) {
      batch.push(event);
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    if (batch.length > 0) yield batch;
  }

  /** Puts events into the queues, however long Redis is away. */
  async function pass(batch: readonly Slip[], held: AbortSignal): Promise<void> {
    seen?.waitingSince(batch[0]?.recordedAt ?? null);
    await untilDone(async () => {
      await checkMark();
      await sink.publish(batch.map(toRef));
    }, held);
    seen?.waitingSince(null);
    seen?.published(batch.length);
  }

  /** When Redis has not our mark, it is new or lost what waited in it: what is recent is published once more. */
  async function checkMark(): Promise<void> {
    const mark = place.mark ?? randomUUID();
    if ((await sink.mark()) === mark) return;
    if (place.mark !== null) {
      log.warn('relay: Redis lost its data, publishing recent events again');
      for await (const batch of written(place.position ?? new Date(), LOST_QUEUE_MS))
        await sink.publish(batch.map(toRef));
    }
    await sink.setMark(mark);
    await save({ mark });
  }

  async function untilDone(work: () => Promise<void>, held: AbortSignal): Promise<void> {
    for (let failures = 0; ; failures += 1) {
      held.throwIfAborted();
      try {
        return await work();
      } catch (error) {
        if (held.aborted || error instanceof LeaseLost) throw error;
        if (failures === 0) log.warn({ err: error }, 'relay waits');
        await pause(backOff(failures + 1), held);
      }
    }
  }

  async function save(next: RelayPlace): Promise<void> {
    if (!(await states.save(NAME, owner, next))) throw new LeaseLost();
    const { mark = place.mark, position = place.position } = next;
    place = { mark, position };
  }

  /** The server's present point in its log. */
  async function presentTime(): Promise<mongo.Timestamp> {
    const hello = await db.db?.command({ hello: 1 });
    const time = (hello?.['lastWrite'] as { opTime?: { ts?: mongo.Timestamp } } | undefined)?.opTime?.ts;
    if (time === undefined) throw new Error('MongoDB is no replica set: change streams need one');
    return time;
  }

  return { run };
}

/** ChangeStreamHistoryLost, InvalidResumeToken, ChangeStreamFatalError, and tokens that the server cannot read. */
const LOST_PLACE = new Set([286, 260, 280, 9, 2, 14, 50811, 40647, 40649]);
const isLostPlace = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && LOST_PLACE.has(Number(error.code));

const toRef = ({ _id, type, hash }: Slip): EventRef => ({ id: _id, type, hash });

const backOff = (failures: number): number => Math.min(LONGEST_WAIT_MS, 200 * 2 ** Math.min(failures, 6));

const pause = (ms: number, signal: AbortSignal): Promise<void> => sleep(ms, undefined, { signal }).catch(() => {});
