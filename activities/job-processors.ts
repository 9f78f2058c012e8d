import { DelayedError, type Job, type Processor } from 'bullmq';
import type { JobData } from '../contracts/jobs.ts';
import { isMongoAway } from './mongo-away.ts';
import type { SmsTry } from './send-sms.ts';
import type { Sweeper } from './sweep.ts';

/** What the queues' workers do. A job reads everything from MongoDB; while that is away it waits and no try is used up. */

const AWAY_DELAY_MS = 3000;

/** Puts a job back while MongoDB is away, without counting it as a try. */
export const patient =
  <T>(work: (job: Job<T>, token?: string) => Promise<unknown>): Processor<T> =>
  async (job, token) => {
    try {
      return await work(job, token);
    } catch (error) {
      if (!isMongoAway(error)) throw error;
      await job.moveToDelayed(Date.now() + AWAY_DELAY_MS, token);
      throw new DelayedError();
    }
  };

export interface ProcessorDeps {
  readonly notify: (eventId: string) => Promise<unknown>;
  readonly count: (eventId: string) => Promise<unknown>;
  readonly score: (eventId: string) => Promise<unknown>;
  readonly importHouseholds: (importId: string) => Promise<unknown>;
  readonly policyRun: (runId: string) => Promise<unknown>;
  readonly sendSms: (smsId: string, lastTry: boolean) => Promise<SmsTry>;
  readonly sweeper: Pick<Sweeper, 'round'>;
}

export const createProcessors = ({ notify, count, score, ...others }: ProcessorDeps) => ({
  notifications: patient<JobData['notifications']>(({ data }) => notify(data.eventId)),
  statistics: patient<JobData['statistics']>(({ data }) => count(data.eventId)),
  scores: patient<JobData['scores']>(({ data }) => score(data.eventId)),
  imports: patient<JobData['imports']>(async ({ data }) => void (await others.importHouseholds(data.importId))),
  policyRuns: patient<JobData['policyRuns']>(({ data }) => others.policyRun(data.runId)),
  sms: patient<JobData['sms']>(async (job, token) => {
    const { attemptsMade, opts, data } = job;
    const tried = await others.sendSms(data.smsId, attemptsMade + 1 >= (opts.attempts ?? 1));
    if (tried === 'done') return;
    await job.moveToDelayed(tried.later, token);
    throw new DelayedError();
  }),
  maintenance: patient<JobData['maintenance']>(({ data }) => others.sweeper.round(data.step)),
});
