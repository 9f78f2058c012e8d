import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { createCaseSweeps, type WorkflowSights } from '../../activities/sweep-cases.ts';
import { createPendingSweep } from '../../activities/sweep-pending.ts';
import { createRecordSweeps } from '../../activities/sweep-records.ts';
import { createSweeper, SWEEP_EVERY_MS, type SweepSteps } from '../../activities/sweep.ts';
import { importJobId } from '../../contracts/jobs.ts';
import { createQueues, type Queues } from '../../infra/queues.ts';
import { redisReady } from '../../infra/redis.ts';
import { connectMongo } from '../../models/db.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { createModels, type Models } from '../../models/index.ts';
import { pendingCommand, type CommandRecord } from '../../models/command.ts';
import { recordStory } from '../support/recorded.ts';
import { freePorts, useStack } from '../support/stack.ts';
import { submittedNeed } from '../support/story.ts';

const quiet = { info: () => {}, warn: () => {} };
const DAY = 86_400_000;

describe('The sweeper', function () {
  this.timeout(60_000);
  const stack = useStack();
  let db: Connection;
  let models: Models;
  let queues: Queues;
  const deleted: string[] = [];

  before(async () => {
    db = await connectMongo(stack.config);
    models = createModels(db);
    await ensureIndexes(db);
    queues = createQueues(stack.config, { prefix: `t${uuidv7().slice(-8)}` });
    expect(await redisReady(queues.redis)).to.equal(true);
  });
  beforeEach(async () => {
    for (const name of ['commands', 'cases', 'events', 'findings', 'needs', 'photos', 'imports', 'sweepRounds']) {
      await db.collection(name).deleteMany({});
    }
  });
  after(async () => {
    await queues?.close();
    await db?.close();
  });

  const pending = async (caseId: string, ageMs: number, more: Partial<CommandRecord> = {}): Promise<string> => {
    const actor = { id: 'a', role: 'operator' as const };
    const _id = uuidv7();
    const command = { _id, caseType: 'need', caseId, name: 'submit', actor, data: {}, bodyHash: '' };
    await models.commands.commands.insertOne({ ...pendingCommand(command, new Date(Date.now() - ageMs)), ...more });
    return _id;
  };

  describe('of pending commands', () => {
    const sweepWith = (dispatch: (command: CommandRecord) => Promise<void>, up = true) =>
      createPendingSweep({ commands: models.commands, dispatch, temporalUp: () => Promise.resolve(up), log: quiet });

    it('sends what is due, the oldest of a case first, and leaves fresh ones to their sender', async () => {
      const first = await pending('one', 60_000);
      const second = await pending('one', 50_000);
      const other = await pending('two', 40_000);
      await pending('two', 1000);
      const sent: string[] = [];
      const result = await sweepWith((command) => Promise.resolve(void sent.push(command._id)))();
      expect(result).to.deep.equal({ sent: 3, failed: 0 });
      expect(sent).to.have.members([first, second, other]);
      expect(sent.indexOf(first)).to.be.lessThan(sent.indexOf(second));
    });

    it('sends a command again only after a longer and longer pause', async () => {
      const id = await pending('one', 60_000);
      const sweep = sweepWith(() => Promise.reject(new Error('away')));
      expect(await sweep()).to.deep.equal({ sent: 0, failed: 1 });
      expect(await sweep()).to.deep.equal({ sent: 0, failed: 0 });
      const stored = await models.commands.find(id);
      expect(stored?.attempts).to.equal(1);
      expect(stored?.sendAfter.getTime()).to.be.greaterThan(Date.now() + 10_000);
    });

    it('uses up no try while Temporal is away', async () => {
      const id = await pending('one', 60_000);
      expect(await sweepWith(() => Promise.reject(new Error('never called')), false)()).to.deep.equal({
        sent: 0,
        failed: 0,
      });
      expect((await models.commands.find(id))?.attempts).to.equal(0);
      expect(await models.commands.backlog()).to.include({ count: 1 });
    });

    it('is shared by several sweepers without sending twice in one round', async () => {
      for (let i = 0; i < 40; i += 1) await pending(`case-${i}`, 60_000);
      const sent: string[] = [];
      const dispatch = (command: CommandRecord) => Promise.resolve(void sent.push(command._id));
      await Promise.all([sweepWith(dispatch)(), sweepWith(dispatch)(), sweepWith(dispatch)()]);
      expect(sent).to.have.length(40);
      expect(new Set(sent).size).to.equal(40);
    });
  });

  describe('of cases', () => {
    let alive: Set<string>;
    let listed: string[];
    const sights: WorkflowSights = {
      running: (id) => Promise.resolve(alive.has(id)),
      async *startedBetween() {
        for (const workflowId of listed) yield { workflowId, caseType: 'need' };
      },
    };
    const sweeps = () => {
      const { cases, events, findings } = models;
      const log = quiet;
      return createCaseSweeps({ cases: cases.cases, events: events.events, findings, sights, log, describePauseMs: 0 });
    };
    beforeEach(() => {
      alive = new Set();
      listed = [];
    });
    const open = async () => (await models.findings.findings.find({ resolvedAt: null }).toArray()).map((f) => f._id);

    it('reports a case that is too long in its stage, once, and resolves it when it moves on', async () => {
      const caseId = await recordStory(db, submittedNeed());
      const later = new Date(Date.now() + 300 * DAY);
      const { oldCases } = sweeps();
      expect(await oldCases(new Date(0))).to.equal(0);
      expect(await oldCases(later)).to.equal(1);
      expect(await oldCases(later)).to.equal(1);
      expect(await open()).to.deep.equal([`oldCase:need:${caseId}`]);
      await models.cases.cases.updateOne({ caseId }, { $set: { terminal: true } });
      expect(await oldCases(later)).to.equal(0);
      expect(await open()).to.deep.equal([]);
    });

    it('reports a record whose workflow is gone, but no overdue one that still runs', async () => {
      const lost = await recordStory(db, submittedNeed());
      const slow = await recordStory(db, submittedNeed());
      alive.add(`need:${slow}`);
      const later = new Date(Date.now() + 300 * DAY);
      const { lostWorkflows } = sweeps();
      expect(await lostWorkflows(new Date(0))).to.equal(0);
      expect(await lostWorkflows(later)).to.equal(1);
      expect(await open()).to.deep.equal([`lostWorkflow:need:${lost}`]);
      alive.add(`need:${lost}`);
      await lostWorkflows(later);
      expect(await open()).to.deep.equal([]);
    });

    it('reports a running workflow without a record, but trusts no stale list', async () => {
      const recorded = await recordStory(db, submittedNeed());
      listed = [`need:${recorded}`, 'need:lost', 'need:ended'];
      alive = new Set([`need:${recorded}`, 'need:lost']);
      const { lostRecords } = sweeps();
      expect(await lostRecords()).to.equal(1);
      expect(await open()).to.deep.equal(['lostRecord:need:lost']);
      alive.delete('need:lost');
      await lostRecords();
      expect(await open()).to.deep.equal([]);
    });

    it('keeps its findings while Temporal does not answer', async () => {
      await models.findings.report({ kind: 'lostRecord', caseType: 'need', caseId: 'x', detail: 'running' });
      const away: WorkflowSights = { ...sights, running: () => Promise.reject(new Error('away')) };
      const { cases, events, findings } = models;
      const { lostRecords } = createCaseSweeps({
        ...{ cases: cases.cases, events: events.events, findings, sights: away, log: quiet, describePauseMs: 0 },
      });
      await lostRecords().then(
        () => expect.fail('should reject'),
        (error: unknown) => expect((error as Error).message).to.equal('away'),
      );
      expect(await open()).to.deep.equal(['lostRecord:need:x']);
    });

    it('resolves a contradiction once its case records again', async () => {
      const caseId = await recordStory(db, submittedNeed());
      await models.findings.report({ kind: 'recordConflict', caseType: 'need', caseId, detail: 'x' });
      await sweeps().oldCases(new Date(0));
      expect(await open()).to.have.length(1);
      const recordedAt = new Date(Date.now() + 1000);
      await models.events.events.updateOne({ caseId, seq: 2 }, { $set: { recordedAt } });
      await sweeps().oldCases(new Date(0));
      expect(await open()).to.deep.equal([]);
    });
  });

  describe('of records', () => {
    const sweeps = () =>
      createRecordSweeps({ db, queues, deleteBytes: (id) => Promise.resolve(void deleted.push(id)) });
    const draft = (id: string, expiresInMs: number) =>
      models.needs.needs.insertOne({
        _id: id,
        stage: 'draft',
        seq: 0,
        draftExpiresAt: new Date(Date.now() + expiresInMs),
      } as never);
    const photo = (id: string, usedBy: string[], unusedUntil: Date | null) =>
      models.photos.photos.insertOne({
        _id: id,
        uploadedBy: 'a',
        sha256: id,
        mime: 'image/jpeg',
        bytes: 1,
        width: 1,
        height: 1,
        usedBy: usedBy.map((needId) => ({ kind: 'need' as const, id: needId })),
        createdAt: new Date(),
        unusedUntil,
      });

    it('deletes expired drafts with the photos that only they used, and no draft whose submission is on its way', async () => {
      await draft('expired', -2 * DAY);
      await draft('submitting', -2 * DAY);
      await draft('fresh', DAY);
      await pending('submitting', 1000);
      await photo('only', ['expired'], null);
      await photo('shared', ['expired', 'fresh'], null);
      const { expiredDrafts, orphanedPhotos } = sweeps();
      expect(await expiredDrafts()).to.equal(1);
      const left = await models.needs.needs.find({}).toArray();
      expect(left.map(({ _id }) => _id)).to.have.members(['submitting', 'fresh']);
      expect(await orphanedPhotos(new Date(Date.now() + 1000))).to.equal(1);
      expect(deleted).to.deep.equal(['only']);
      expect(await models.photos.find('only')).to.equal(null);
      expect((await models.photos.find('shared'))?.usedBy.map((use) => use.id)).to.deep.equal(['fresh']);
    });

    it('deletes no photo and no recording that came into use while it was at it, and lets none be used that it deletes', async () => {
      const recording = (id: string) =>
        models.recordings.insert({
          ...{ _id: id, householdId: 'h', uploadedBy: 'a', mime: 'audio/wav', bytes: 1, sha256: id, keyId: 'k' },
          ...{ key: 'k' as never, createdAt: new Date(0) },
        });
      for (const id of ['photo 1', 'photo 2']) await photo(id, [], new Date(1000));
      for (const id of ['sound 1', 'sound 2']) await recording(id);
      const use = (id: string) =>
        id.startsWith('photo')
          ? models.photos.use([id], 'a', { kind: 'need', id: 'n' })
          : models.recordings.use(id, 'n');
      const gone: string[] = [];
      const deleteBytes = async (id: string) => {
        gone.push(id);
        expect(await use(id), 'while it goes').to.equal(false);
        expect(await use(id.replace('1', '2')), 'the next one').to.equal(true);
      };
      expect(await createRecordSweeps({ db, queues, deleteBytes }).orphanedPhotos()).to.equal(2);
      expect(gone).to.deep.equal(['photo 1', 'sound 1']);
      expect((await models.photos.find('photo 2'))?.unusedUntil).to.equal(null);
      expect((await models.recordings.find('sound 2'))?.unusedUntil).to.equal(null);
      expect([await models.photos.find('photo 1'), await models.recordings.find('sound 1')]).to.deep.equal([
        null,
        null,
      ]);
    });

    it('puts imports back into the queue that Redis forgot, and lets those be that wait there', async () => {
      const old = { requestedBy: 'a', regionCode: null, dryRun: false, fileBytes: 1, createdAt: new Date(0) };
      await models.imports.insert({ _id: 'forgotten', ...old });
      await models.imports.insert({ _id: 'waiting', ...old });
      await models.imports.insert({ _id: 'done', ...old });
      await models.imports.update('done', { status: 'done' });
      await queues.add('imports', [{ data: { importId: 'waiting' }, jobId: importJobId('waiting') }]);
      expect(await sweeps().lostImports()).to.equal(1);
      const jobs = await queues.all.imports.getJobs(['waiting']);
      expect(jobs.map((job) => job.data.importId)).to.have.members(['waiting', 'forgotten']);
      expect(await sweeps().lostImports()).to.equal(0);
    });
  });

  describe('at work', () => {
    const fast = Object.fromEntries(Object.keys(SWEEP_EVERY_MS).map((step) => [step, 200])) as typeof SWEEP_EVERY_MS;
    const counting = (counts: Record<string, number>): SweepSteps =>
      Object.fromEntries(
        Object.keys(SWEEP_EVERY_MS).map((step) => [
          step,
          () => Promise.resolve((counts[step] = (counts[step] ?? 0) + 1)),
        ]),
      ) as unknown as SweepSteps;

    it('runs every step by its timer while Redis is away', async () => {
      const [port] = await freePorts(1);
      const away = createQueues({ redis: { url: `redis://127.0.0.1:${port}` } });
      const counts: Record<string, number> = {};
      let sends = 0;
      const stop = new AbortController();
      const sweeper = createSweeper({
        ...{ rounds: models.sweepRounds, steps: counting(counts), queues: away, log: quiet, everyMs: fast },
        ...{ pendingEveryMs: 50, tickMs: 50, sendPending: () => Promise.resolve((sends += 1)) },
      });
      const run = sweeper.run(stop.signal);
      await new Promise((resolve) => setTimeout(resolve, 1500));
      stop.abort();
      await run;
      await away.close();
      expect(sends).to.be.greaterThan(10);
      expect(Object.keys(counts)).to.have.members(Object.keys(SWEEP_EVERY_MS));
      for (const step of Object.keys(fast)) expect(counts[step], step).to.be.within(2, 8);
    });

    it('runs a step once per round however many sweepers there are, and goes on after one that fails', async () => {
      const counts: Record<string, number> = {};
      const steps = { ...counting(counts), oldCases: () => Promise.reject(new Error('broken')) };
      const stop = new AbortController();
      const make = () =>
        createSweeper({
          ...{ rounds: models.sweepRounds, steps, queues, log: quiet, everyMs: SWEEP_EVERY_MS, tickMs: 50 },
          sendPending: () => Promise.resolve(),
        });
      const runs = [make(), make(), make()].map((sweeper) => sweeper.run(stop.signal));
      await new Promise((resolve) => setTimeout(resolve, 800));
      stop.abort();
      await Promise.all(runs);
      const others = Object.keys(SWEEP_EVERY_MS).filter((step) => step !== 'oldCases');
      expect(counts).to.deep.equal(Object.fromEntries(others.map((step) => [step, 1])));
      const schedulers = await queues.all.maintenance.getJobSchedulers();
      expect(schedulers.map(({ key }) => key)).to.have.members(Object.keys(SWEEP_EVERY_MS));
      expect(await make().round('expiredDrafts')).to.equal(null);
    });
  });
});
