import { DelayedError, type Job, type Processor } from 'bullmq';
import mongoose from 'mongoose';
import type { JobData } from '../contracts/jobs.ts';
import type { Sweeper } from './sweep.ts';

/** What the queues' workers do. A job reads everything from MongoDB; while that is away it waits and no try is used up. */

const AWAY_DELAY_MS = 3000;

const { MongoNetworkError, MongoServerSelectionError, MongoOperationTimeoutError, MongoNotConnectedError } =
  mongoose.mongo;
const AWAY = [
  MongoNetworkError,
  MongoServerSelectionError,
  MongoOperationTimeoutError,
  MongoNotConnectedError,
] as const;
/** Stepping down, shutting down, recovering: the server is there and cannot serve. */
const AWAY_CODES = new Set([91, 189, 10107, 11600, 11602, 13435, 13436]);

/** True for an error that says nothing about the job, only that MongoDB is not there. */
export function isMongoAway(error: unknown): boolean {
  if (AWAY.some((kind) => error instanceof kind)) return true;
  return error instanceof mongoose.mongo.MongoServerError && AWAY_CODES.has(Number(error.code));
}

/** Puts a job back while MongoDB is away, without counting it as a try. */
export const patient =
  <T>(work: (job: Job<T>) => Promise<unknown>): Processor<T> =>
  async (job, token) => {
    try {
      return await work(job);
    } catch (error) {
      if (!isMongoAway(error)) throw error;
      await job.moveToDelayed(Date.now() + AWAY_DELAY_MS, token);
      throw new DelayedError();
    }
  };

export interface ProcessorDeps {
  readonly notify: (eventId: string) => Promise<unknown>;
  readonly count: (eventId: string) => Promise<unknown>;
  readonly importHouseholds: (importId: string) => Promise<unknown>;
  readonly sweeper: Pick<Sweeper, 'round'>;
}

export const createProcessors = ({ notify, count, importHouseholds, sweeper }: ProcessorDeps) => ({
  notifications: patient<JobData['notifications']>(({ data }) => notify(data.eventId)),
  statistics: patient<JobData['statistics']>(({ data }) => count(data.eventId)),
  imports: patient<JobData['imports']>(async ({ data }) => void (await importHouseholds(data.importId))),
  maintenance: patient<JobData['maintenance']>(({ data }) => sweeper.round(data.step)),
});
