import { Queue, Worker, type JobsOptions, type Processor } from 'bullmq';
import {
  eventJobId,
  importJobId,
  policyRunJobId,
  smsJobId,
  QUEUE_NAMES,
  type EventRef,
  type JobData,
  type QueueName,
} from '../contracts/jobs.ts';
import { isSilent } from '../domain/notice/notices.ts';
import { mayScore } from '../domain/score/merits.ts';
import type { Config } from './config.ts';
import type { Logger } from './logger.ts';
import { connectRedisForQueues, type Redis } from './redis.ts';

/** Queues hold work, never truth: everything in them can be made again from MongoDB. */

const DAY = 86_400;

/** A job that fails by itself is tried for about an hour, then kept for the operator, who sees it in the dashboard. */
const JOB_OPTIONS: { readonly [K in QueueName]: JobsOptions } = {
  notifications: kept({ attempts: 12, backoff: { type: 'exponential', delay: 1000, jitter: 0.5 } }),
  // A busy case is counted once for all that happens within these seconds.
  statistics: kept({ attempts: 12, backoff: { type: 'exponential', delay: 1000, jitter: 0.5 }, delay: 2000 }),
  scores: kept({ attempts: 12, backoff: { type: 'exponential', delay: 1000, jitter: 0.5 } }),
  imports: kept({ attempts: 5, backoff: { type: 'exponential', delay: 2000 } }),
  policyRuns: kept({ attempts: 5, backoff: { type: 'exponential', delay: 2000 } }),
  // For about an hour: the provider may be away, and a code that late is of no use.
  sms: kept({ attempts: 8, backoff: { type: 'exponential', delay: 15_000, jitter: 0.3 } }),
  // The next round comes anyway.
  maintenance: kept({ attempts: 1 }),
};

function kept(options: JobsOptions): JobsOptions {
  return { removeOnComplete: { age: 3600, count: 1000 }, removeOnFail: { age: 14 * DAY, count: 5000 }, ...options };
}

export interface QueueOptions {
  readonly log?: Logger;
  /** Separates installations that share a Redis. */
  readonly prefix?: string;
}

const DEFAULT_PREFIX = 'bangfu';
/** An add that takes longer counts as failed; it may still arrive, and its job id makes the repeat harmless. */
const ADD_TIMEOUT_MS = 5000;

/** Thrown at once while Redis is away, so that nobody waits for it. */
export class QueueAway extends Error {
  override name = 'QueueAway';
}

/** The connection reports its outages; BullMQ repeats each of them once per queue. */
const quiet = (): void => {};

interface NewJob<K extends QueueName> {
  readonly data: JobData[K];
  readonly jobId?: string;
  readonly deduplication?: NonNullable<JobsOptions['deduplication']>;
}

export interface Queues {
  readonly all: { readonly [K in QueueName]: Queue<JobData[K]> };
  readonly prefix: string;
  readonly redis: Redis;
  /** @throws QueueAway at once when Redis is away, or after 5 s when it doesn't answer */
  add<K extends QueueName>(name: K, jobs: readonly NewJob<K>[]): Promise<void>;
  /** Passes events on to everybody who consumes them. @throws QueueAway */
  publish(events: readonly EventRef[]): Promise<void>;
  /** A mark that disappears when Redis loses its data, and with it jobs that nobody has carried out. @throws QueueAway */
  mark(): Promise<string | null>;
  setMark(value: string): Promise<void>;
  close(): Promise<void>;
}

/** Producers' side. Connects in the background: making it never waits and never fails because Redis is away. */
export function createQueues(
  config: Pick<Config, 'redis'>,
  { log, prefix = DEFAULT_PREFIX }: QueueOptions = {},
): Queues {
  const redis = connectRedisForQueues(config, log);
  redis.setMaxListeners(50);
  const make = <K extends QueueName>(name: K): Queue<JobData[K]> => {
    const queue = new Queue<JobData[K]>(name, { connection: redis, prefix, defaultJobOptions: JOB_OPTIONS[name] });
    queue.on('error', quiet);
    return queue;
  };
  const all = {
    notifications: make('notifications'),
    statistics: make('statistics'),
    scores: make('scores'),
    imports: make('imports'),
    policyRuns: make('policyRuns'),
    sms: make('sms'),
    maintenance: make('maintenance'),
  };
  const markKey = `${prefix}:relay-mark`;

  async function answered<T>(work: () => Promise<T>): Promise<T> {
    if (redis.status !== 'ready') throw new QueueAway('Redis is away');
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new QueueAway('Redis does not answer')), ADD_TIMEOUT_MS);
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  const add: Queues['add'] = async (name, jobs) => {
    const queue = all[name] as unknown as Queue;
    const bulk = jobs.map(({ data, ...opts }) => ({ name, data, opts }));
    await answered(() => queue.addBulk(bulk));
  };

  return {
    all,
    prefix,
    redis,
    add,
    async publish(events) {
      const jobOf = (event: EventRef) => ({ data: { eventId: event.id }, jobId: eventJobId(event) });
      const counts = newestOfEachCase(events).map((event) => ({
        ...jobOf(event),
        deduplication: oneForItsCase(event),
      }));
      const heard = events.filter((event) => !isSilent(placeOf(event).caseType, event.type));
      const scored = events.filter((event) => mayScore(placeOf(event).caseType, event.type));
      await Promise.all([
        add('notifications', heard.map(jobOf)),
        add('statistics', counts),
        ...(scored.length > 0 ? [add('scores', scored.map(jobOf))] : []),
      ]);
    },
    mark: () => answered(() => redis.get(markKey)),
    setMark: async (value) => void (await answered(() => redis.set(markKey, value))),
    async close() {
      await Promise.allSettled(redis.status === 'ready' ? QUEUE_NAMES.map((name) => all[name].close()) : []);
      redis.disconnect();
    },
  };
}

/** `need:<uuid>:<seq>` in its parts. */
function placeOf({ id }: EventRef): { caseType: string; caseKey: string; seq: number } {
  const end = id.lastIndexOf(':');
  return { caseType: id.slice(0, id.indexOf(':')), caseKey: id.slice(0, end), seq: Number(id.slice(end + 1)) };
}

/** While one waits, no other comes; what is published while it runs is followed by one more. */
const oneForItsCase = (event: EventRef): NonNullable<JobsOptions['deduplication']> => ({
  id: placeOf(event).caseKey.replaceAll(':', '-'),
  keepLastIfActive: true,
});

/** Whoever counts for an event counts all of its case that are stored and not counted yet. */
function newestOfEachCase(events: readonly EventRef[]): EventRef[] {
  const newest = new Map<string, EventRef>();
  for (const event of events) {
    const { caseKey, seq } = placeOf(event);
    const known = newest.get(caseKey);
    if (known === undefined || placeOf(known).seq < seq) newest.set(caseKey, event);
  }
  return [...newest.values()];
}

/** What the API asks of the queues. */
export interface Jobs {
  /** False when Redis is away: the sweeper enqueues the import later, its record says that it waits. */
  importHouseholds(importId: string): Promise<boolean>;
  /** The same for a what-if or a migration. */
  policyRun(runId: string): Promise<boolean>;
  /** The same for a text message. */
  sendSms(smsId: string): Promise<boolean>;
  /** The same for telling the operators that one has not arrived. */
  reportSms(smsId: string): Promise<boolean>;
}

export const createJobs = (queues: Pick<Queues, 'add'>): Jobs => {
  const add = <K extends QueueName>(name: K, data: JobData[K], jobId: string): Promise<boolean> =>
    queues.add(name, [{ data, jobId }]).then(
      () => true,
      () => false,
    );
  return {
    importHouseholds: (importId) => add('imports', { importId }, importJobId(importId)),
    policyRun: (runId) => add('policyRuns', { runId }, policyRunJobId(runId)),
    sendSms: (smsId) => add('sms', { smsId }, smsJobId(smsId)),
    // An id of its own: the job that sent it is still remembered.
    reportSms: (smsId) => add('sms', { smsId }, `${smsJobId(smsId)}-report`),
  };
};

export interface WorkerOptions extends QueueOptions {
  readonly concurrency: number;
}

export interface JobWorker {
  /** Waits for running jobs, at most `graceMs`; what still runs then is taken over by another process. */
  close(graceMs: number): Promise<void>;
}

/** A consumer with connections of its own. */
export function createWorker<K extends QueueName>(
  config: Pick<Config, 'redis'>,
  name: K,
  process: Processor<JobData[K]>,
  { log, prefix = DEFAULT_PREFIX, concurrency }: WorkerOptions,
): JobWorker {
  const connection = connectRedisForQueues(config, log);
  const worker = new Worker<JobData[K]>(name, process, {
    connection,
    prefix,
    concurrency,
    // After Redis came back: how long a worker waits before it asks for work again.
    runRetryDelay: 1000,
    // A process that was killed leaves its jobs locked this long.
    lockDuration: 20_000,
    stalledInterval: 10_000,
    // Being killed is no fault of the job.
    maxStalledCount: 20,
  });
  worker.on('error', quiet);
  worker.on('failed', (job, err) =>
    log?.warn({ err, queue: name, jobId: job?.id, attempts: job?.attemptsMade }, 'job failed'),
  );
  return {
    async close(graceMs) {
      const grace = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
      await Promise.race([worker.close().catch(quiet), grace]);
      await Promise.race([worker.disconnect().catch(quiet), grace]);
      connection.disconnect();
    },
  };
}
