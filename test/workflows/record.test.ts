import { Worker, NativeConnection } from '@temporalio/worker';
import { expect } from 'chai';
import type { Connection as Db } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { createRecord } from '../../activities/record.ts';
import { createGateway, GatewayBusy, type Gateway } from '../../api/gateway.ts';
import { RECORD_CONFLICT, workflowId, type CaseInput, type RecordBatch } from '../../contracts/cases.ts';
import { fold, handle, openFile, type CaseFile } from '../../domain/kernel/case-file.ts';
import type { Command } from '../../domain/kernel/types.ts';
import { createLogger } from '../../infra/logger.ts';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
import { createDataConverter } from '../../infra/temporal/codec.ts';
import { createDispatch } from '../../infra/temporal/dispatch.ts';
import { bootstrapTemporal } from '../../infra/temporal/bootstrap.ts';
import { connectMongo } from '../../models/db.ts';
import { chainHash, toCaseEvent } from '../../models/event.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { createModels, type Models } from '../../models/index.ts';
import { bundleOf, CALENDAR, caseInput, command, PERSON, TEST_POLICY } from '../support/cases.ts';
import { useStack } from '../support/stack.ts';
import { toyDecider, type ToyState } from './toy/decider.ts';

const kinds = { toy: { decider: toyDecider as never, project: () => Promise.resolve([]) } };
const context = () => ({ now: Date.now(), policy: TEST_POLICY, calendar: CALENDAR });

/** Handles commands as the workflow would and gives the batch it would record. */
function batchOf(
  caseId: string,
  file: CaseFile<ToyState>,
  commands: Command[],
): { batch: RecordBatch; file: CaseFile<ToyState> } {
  let next = file;
  const entries = commands.map((sent) => {
    const { file: after, outcome, events } = handle(toyDecider, next, sent, context());
    next = after;
    return { outcome, actor: sent.actor, events };
  });
  const { version: policyVersion, time } = TEST_POLICY;
  return { batch: { caseType: 'toy', caseId, entries, policyVersion, dayMs: time.dayMs, seed: {} }, file: next };
}

describe('The recording of a case', function () {
  this.timeout(60_000);
  const stack = useStack();
  let db: Db;
  let models: Models;
  let record: (batch: RecordBatch) => Promise<void>;

  before(async () => {
    db = await connectMongo(stack.config);
    models = createModels(db);
    await ensureIndexes(db);
    const report = async (finding: Parameters<Models['findings']['report']>[0]): Promise<void> => {
      await models.findings.report(finding);
    };
    record = createRecord({ db, kinds, dispatch: () => Promise.resolve(), report });
  });
  after(() => db?.close());

  const newCase = () => {
    const caseId = uuidv7();
    return { caseId, file: openFile(toyDecider, caseId, {}) };
  };

  it('stores events, state and outcomes together, chained and equal to the fold', async () => {
    const { caseId, file } = newCase();
    const sent = [command('begin'), command('poke'), command('poke', { bad: true })];
    const { batch } = batchOf(caseId, file, sent);
    await record(batch);
    const stored = await models.cases.find('toy', caseId);
    const events = await models.events.of('toy', caseId);
    expect(stored).to.deep.include({ stage: 'open', seq: 2, terminal: false, dueCommand: 'tick' });
    expect(fold(toyDecider, caseId, {}, events.map(toCaseEvent))).to.deep.equal(stored?.state);
    let hash = '';
    for (const event of events) hash = chainHash(hash, 'toy', caseId, toCaseEvent(event));
    expect(stored?.hash).to.equal(hash);
    const outcomes = await Promise.all(sent.map(({ id }) => models.commands.find(id)));
    expect(outcomes.map((o) => o?.status)).to.deep.equal(['applied', 'applied', 'refused']);
  });

  it('changes nothing when an attempt is repeated, also together with newer entries', async () => {
    const { caseId, file } = newCase();
    const first = batchOf(caseId, file, [command('begin')]);
    await record(first.batch);
    await record(first.batch);
    const second = batchOf(caseId, first.file, [command('poke')]);
    await record({ ...second.batch, entries: [...first.batch.entries, ...second.batch.entries] });
    await record(second.batch);
    expect((await models.cases.find('toy', caseId))?.seq).to.equal(2);
    expect(await models.events.of('toy', caseId)).to.have.length(2);
  });

  it('stores one of two attempts that run at the same time', async () => {
    const { caseId, file } = newCase();
    const { batch } = batchOf(caseId, file, [command('begin'), command('poke')]);
    const tries = await Promise.allSettled([record(batch), record(batch), record(batch)]);
    expect(tries.some((t) => t.status === 'fulfilled')).to.equal(true);
    await record(batch);
    expect(await models.events.of('toy', caseId)).to.have.length(2);
  });

  it('goes on after another process has recorded, and reports nothing', async () => {
    const other = createRecord({ db, kinds, dispatch: () => Promise.resolve(), report: () => Promise.reject(Error()) });
    const own = createRecord({ db, kinds, dispatch: () => Promise.resolve(), report: () => Promise.reject(Error()) });
    const { caseId, file } = newCase();
    let next = file;
    for (const by of [own, other, other, own, own, other]) {
      const { batch, file: after } = batchOf(caseId, next, [command(next === file ? 'begin' : 'poke')]);
      await by(batch);
      next = after;
    }
    const stored = await models.cases.find('toy', caseId);
    const events = await models.events.of('toy', caseId);
    expect(stored?.seq).to.equal(6);
    expect(fold(toyDecider, caseId, {}, events.map(toCaseEvent))).to.deep.equal(stored?.state);
    expect(stored?.hash).to.equal(events.at(-1)?.hash);
  });

  it('refuses a gap and another content for good, writes nothing, and reports it to the operators', async () => {
    const { caseId, file } = newCase();
    const first = batchOf(caseId, file, [command('begin')]);
    const gap = batchOf(caseId, first.file, [command('poke')]);
    const failure = await record(gap.batch).catch((e: unknown) => e);
    expect(failure).to.include({ type: RECORD_CONFLICT, nonRetryable: true });
    await record(first.batch);
    const fork = batchOf(caseId, file, [command('begin')]);
    const second = await record(fork.batch).catch((e: unknown) => e);
    expect(second).to.include({ type: RECORD_CONFLICT });
    expect(await models.events.of('toy', caseId)).to.have.length(1);
    expect(await models.findings.findings.countDocuments({ caseId, kind: 'recordConflict' })).to.equal(1);
  });

  describe('with the gateway and a worker', () => {
    let gateway: Gateway;
    let worker: Worker;
    let running: Promise<void>;
    let connection: NativeConnection;
    let client: ReturnType<typeof createTemporalClient>;

    before(async () => {
      const { config } = stack;
      client = createTemporalClient(config);
      await bootstrapTemporal(client.connection, config.temporal.namespace);
      const dispatch = createDispatch({
        client,
        taskQueue: stack.taskQueue,
        calendar: CALENDAR,
        policyFor: () => TEST_POLICY,
        deciderOf: () => toyDecider as never,
        findCase: (type, id) => models.cases.find(type, id),
        started: () => Promise.resolve(),
        settle: () => Promise.resolve(),
      });
      gateway = createGateway({
        client,
        log: createLogger({ ...config, logLevel: 'silent' }, 'test'),
        outbox: models.commands,
        findCase: (type, id) => models.cases.find(type, id),
        dispatch,
      });
      connection = await NativeConnection.connect({ address: config.temporal.address });
      worker = await Worker.create({
        connection,
        namespace: config.temporal.namespace,
        taskQueue: stack.taskQueue,
        workflowBundle: await bundleOf('workflows/toy/workflows.ts'),
        dataConverter: createDataConverter(config.keys.codec),
        activities: { record, react: () => Promise.resolve(null) },
      });
      running = worker.run();
    });
    after(async () => {
      worker?.shutdown();
      await running;
      await connection?.close();
      await client?.connection.close();
    });

    const envelope = (caseId: string, name: string, data = {}, commandId = uuidv7()) => ({
      commandId,
      caseType: 'toy',
      caseId,
      name,
      actor: PERSON,
      data,
    });

    async function begun(): Promise<string> {
      const caseId = uuidv7();
      await gateway.start({ ...envelope(caseId, 'begin'), seed: {}, policyVersion: 'test' });
      return caseId;
    }

    it('tells 60 overlapping callers of one case the truth: none lost, none doubled', async () => {
      const caseId = await begun();
      const sent = Array.from({ length: 60 }, () => envelope(caseId, 'poke'));
      const receipts = await Promise.all(sent.map((e) => gateway.send(e)));
      expect(receipts.map((r) => r.status)).to.deep.equal(sent.map(() => 'applied'));
      const { state } = (await models.cases.find('toy', caseId)) as unknown as { state: ToyState };
      expect(state.pokes).to.equal(60);
      const seqs = receipts.map((r) => (r.status === 'pending' ? 0 : r.outcome.seq));
      expect(new Set(seqs).size).to.equal(60);
    });

    it('sends callers away when too many wait, and keeps nothing of theirs', async () => {
      const caseId = await begun();
      const sent = Array.from({ length: 90 }, () => envelope(caseId, 'poke'));
      const results = await Promise.allSettled(sent.map((e) => gateway.send(e)));
      const refused = results
        .map((r, i) => ({ r, id: sent[i]?.commandId ?? '' }))
        .filter(({ r }) => r.status === 'rejected');
      expect(refused.length).to.equal(90 - 68);
      expect(refused.every(({ r }) => (r as PromiseRejectedResult).reason instanceof GatewayBusy)).to.equal(true);
      for (const { id } of refused) expect(await models.commands.find(id)).to.equal(null);
      const stored = (await models.cases.find('toy', caseId)) as unknown as { state: ToyState };
      expect(stored.state.pokes).to.equal(68);
    });

    it('answers a repeat with the original outcome, and refuses the same id with another content', async () => {
      const caseId = await begun();
      const poke = envelope(caseId, 'poke');
      const first = await gateway.send(poke);
      await gateway.send(envelope(caseId, 'poke'));
      expect(await gateway.send(poke)).to.deep.equal(first);
      const other = await gateway.send({ ...poke, name: 'finish' }).catch((e: unknown) => e);
      expect(other).to.be.instanceOf(Error);
    });

    it('gives a refusal with its reason, durably', async () => {
      const caseId = await begun();
      const bad = envelope(caseId, 'poke', { bad: true });
      const receipt = await gateway.send(bad);
      expect(receipt.status).to.equal('refused');
      expect((await models.commands.find(bad.commandId))?.outcome?.refusal?.code).to.equal('BAD_POKE');
      expect(await gateway.send(bad)).to.deep.equal(receipt);
    });

    it('says that a case has ended', async () => {
      const caseId = await begun();
      await gateway.send(envelope(caseId, 'finish'));
      await client.workflow.getHandle(workflowId('toy', caseId)).result();
      const late = await gateway.send(envelope(caseId, 'poke'));
      expect(late.status === 'refused' && late.outcome.refusal?.code).to.equal('CASE_CLOSED');
    });

    it('remembers commands over continue-as-new', async () => {
      const input: CaseInput = caseInput('toy', command('begin'), { continueAfterEvents: 30 });
      const handle = await client.workflow.start('toy', {
        workflowId: workflowId('toy', input.caseId),
        taskQueue: stack.taskQueue,
        args: [input],
      });
      const poke = envelope(input.caseId, 'poke');
      const first = await gateway.send(poke);
      for (let i = 0; i < 12; i += 1) await gateway.send(envelope(input.caseId, 'poke'));
      expect((await handle.describe()).runId).to.not.equal(handle.firstExecutionRunId);
      await handle.signal('commandSignal', { id: poke.commandId, name: 'poke', actor: PERSON, data: {} });
      await gateway.send(envelope(input.caseId, 'poke'));
      const stored = (await models.cases.find('toy', input.caseId)) as unknown as { state: ToyState; seq: number };
      expect(stored.state.pokes).to.equal(14);
      expect(await gateway.send(poke)).to.deep.equal(first);
    });
  });
});
