import type { Job } from 'bullmq';
import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import { importJobId, policyRunJobId, smsJobId } from '../contracts/jobs.ts';
import { createJobs, type Queues } from '../infra/queues.ts';
import { commandRepository } from '../models/command.ts';
import { importRunRepository } from '../models/import-run.ts';
import { needRepository } from '../models/need.ts';
import { photoRepository } from '../models/photo.ts';
import { recordingRepository } from '../models/recording.ts';
import { policyRunRepository } from '../models/policy-run.ts';
import { smsRepository } from '../models/sms.ts';

/** Clears away what nobody will use any more, and puts back into the queue what Redis lost. */

const BATCH = 200;
/** Somebody may be submitting it at this very moment. */
const DRAFT_GRACE_MS = 3_600_000;
const SMS_GRACE_MS = 60_000;
const RUN_GRACE_MS = 60_000;

/** A run that somebody asked for and that a job carries out. */
interface Waiting {
  _id: string;
  status: string;
  createdAt: Date;
}

export interface RecordSweepDeps {
  readonly db: Connection;
  readonly queues: Pick<Queues, 'add' | 'all' | 'redis'>;
  /** Deletes the bytes of a photo or a recording; those that are gone already are no error. */
  readonly deleteBytes: (id: string) => Promise<void>;
}

export function createRecordSweeps({ db, queues, deleteBytes }: RecordSweepDeps) {
  const { needs } = needRepository(db);
  const { commands } = commandRepository(db);
  const photos = photoRepository(db);
  const recordings = recordingRepository(db);
  const { runs } = importRunRepository(db);
  const { runs: policyRuns } = policyRunRepository(db);
  const sms = smsRepository(db);
  const { importHouseholds, policyRun, sendSms } = createJobs(queues);

  /** Drafts past their time. One whose submission is on its way is no draft any more. */
  async function expiredDrafts(now = new Date()): Promise<number> {
    const expired = await needs
      .find({ stage: 'draft', draftExpiresAt: { $lt: new Date(now.getTime() - DRAFT_GRACE_MS) } })
      .project<{ _id: string }>({ _id: 1 })
      .limit(BATCH)
      .maxTimeMS(5000)
      .toArray();
    let deleted = 0;
    for (const { _id } of expired) {
      const submitted = await commands.findOne(
        { caseType: 'need', caseId: _id, status: { $ne: 'refused' } },
        { projection: { _id: 1 }, maxTimeMS: 3000 },
      );
      if (submitted !== null) continue;
      const gone = await needs.deleteOne({ _id, stage: 'draft', seq: 0 });
      deleted += gone.deletedCount;
      await photos.releaseOf([_id], now);
    }
    return deleted;
  }

  /**
   * Photos and recordings. Given up first, so that nothing takes them into use while their bytes go; then bytes, so that
   * a crash in between leaves a record that is found again.
   */
  async function orphanedPhotos(now = new Date()): Promise<number> {
    let deleted = 0;
    for (const kept of [photos, recordings]) {
      const unused = await kept.unused(now, BATCH);
      for (const { _id } of unused) {
        if (!(await kept.giveUp(_id, now))) continue;
        await deleteBytes(_id);
        await kept.remove(_id);
        deleted += 1;
      }
    }
    return deleted;
  }

  /** Imports that wait, or were being carried out, and have no job in Redis any more. */
  const lostImports = (now = new Date()): Promise<number> =>
    enqueueLost(runs, (id) => queues.all.imports.getJob(importJobId(id)), importHouseholds, now);

  /** The same for what-ifs and migrations. */
  const lostPolicyRuns = (now = new Date()): Promise<number> =>
    enqueueLost(policyRuns, (id) => queues.all.policyRuns.getJob(policyRunJobId(id)), policyRun, now);

  async function enqueueLost<R extends Waiting>(
    list: Collection<R>,
    jobOf: (id: string) => Promise<Job | undefined>,
    enqueue: (id: string) => Promise<boolean>,
    now: Date,
  ): Promise<number> {
    if (queues.redis.status !== 'ready') return 0;
    const since = new Date(now.getTime() - RUN_GRACE_MS);
    const lost = { status: { $in: ['queued', 'running'] }, finishedAt: null, createdAt: { $lt: since } };
    const waiting = await list
      .find(lost as object as Filter<R>)
      .project<{ _id: string }>({ _id: 1 })
      .limit(BATCH)
      .maxTimeMS(5000)
      .toArray();
    let enqueued = 0;
    for (const { _id } of waiting) {
      if ((await isLost(await jobOf(_id))) && (await enqueue(_id))) enqueued += 1;
    }
    return enqueued;
  }

  /** Messages that should be on their way and have no job any more. */
  async function lostSms(now = new Date()): Promise<number> {
    if (queues.redis.status !== 'ready') return 0;
    let enqueued = 0;
    for (const { _id } of await sms.overdue(new Date(now.getTime() - SMS_GRACE_MS), BATCH)) {
      const job = await queues.all.sms.getJob(smsJobId(_id));
      if ((await isLost(job)) && (await sendSms(_id))) enqueued += 1;
    }
    return enqueued;
  }

  /** Finished as a job, but not in its record: its id would keep a new job out. */
  async function isLost(job: Job | undefined): Promise<boolean> {
    const state = await job?.getState();
    if (state !== undefined && state !== 'completed' && state !== 'failed' && state !== 'unknown') return false;
    await job?.remove();
    return true;
  }

  return { expiredDrafts, orphanedPhotos, lostImports, lostPolicyRuns, lostSms };
}
