import { WorkflowUpdateFailedError, type WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { expect } from 'chai';
import {
  COMMAND_SIGNAL,
  COMMAND_UPDATE,
  RECORD_CONFLICT,
  STATE_QUERY,
  workflowId,
  type CaseActivities,
  type CaseInput,
  type RecordBatch,
} from '../../contracts/cases.ts';
import { fold, type CaseFile, type Outcome } from '../../domain/kernel/case-file.ts';
import type { Command, Json } from '../../domain/kernel/types.ts';
import {
  caseInput,
  command,
  DAY,
  OPERATOR,
  registerSearchAttributes,
  workerIn,
  type RunningWorker,
} from '../support/cases.ts';
import { createTimeSkippingEnvironment } from '../support/stack.ts';
import { toyDecider, type ToyState } from './toy/decider.ts';

/**
 * The engine on the time-skipping server with a kind of case that only this test knows. Recordings are kept in memory
 * here; what a recording does to MongoDB is tested in record.test.ts.
 */
describe('The case engine', function () {
  this.timeout(20_000);
  let env: TestWorkflowEnvironment;
  let worker: RunningWorker;
  let batches: RecordBatch[];
  /** The clock is one for the whole server, so cases of earlier tests go on living beside the current one. */
  let current: string;
  let activities: CaseActivities;
  let onRecord: (batch: RecordBatch) => Promise<void>;
  let onReact: CaseActivities['react'];

  before(async function () {
    this.timeout(300_000);
    env = await createTimeSkippingEnvironment();
    await registerSearchAttributes(env);
    activities = {
      record: async (batch) => {
        await onRecord(batch);
        batches.push(batch);
      },
      react: (request) => onReact(request),
    };
    worker = await workerIn(env, 'workflows/toy/workflows.ts', activities);
  });
  after(async () => {
    await worker?.stop();
    await env?.teardown();
  });
  beforeEach(() => {
    batches = [];
    onRecord = () => Promise.resolve();
    onReact = () => Promise.resolve({ name: 'answer', data: { text: 'yes' } });
  });

  const begin = async (extra: Partial<CaseInput> = {}): Promise<{ handle: WorkflowHandle; input: CaseInput }> => {
    const input = caseInput('toy', command('begin'), extra);
    current = input.caseId;
    const handle = await worker.client.workflow.start('toy', {
      workflowId: workflowId('toy', input.caseId),
      taskQueue: worker.taskQueue,
      args: [input],
    });
    return { handle, input };
  };
  const send = (handle: WorkflowHandle, sent: Command): Promise<Outcome> =>
    handle.executeUpdate<Outcome, [Command]>(COMMAND_UPDATE, { args: [sent], updateId: sent.id });
  const signal = (handle: WorkflowHandle, sent: Command): Promise<void> => handle.signal(COMMAND_SIGNAL, sent);
  const fileOf = (handle: WorkflowHandle): Promise<CaseFile<ToyState>> => handle.query<CaseFile<ToyState>>(STATE_QUERY);
  const own = () => batches.filter((b) => b.caseId === current);
  const recorded = () => own().flatMap((b) => b.entries);
  const eventsRecorded = () => recorded().flatMap((e) => e.events);

  it('records an accepted command before its caller hears of it', async () => {
    const { handle } = await begin();
    const outcome = await send(handle, command('poke'));
    expect(outcome).to.include({ status: 'applied', seq: 2, stage: 'open' });
    expect(eventsRecorded().map((e) => e.type)).to.deep.equal(['begun', 'poked']);
    await send(handle, command('finish'));
    expect(await handle.result()).to.deep.equal({ stage: 'done', seq: 3 });
  });

  it('refuses by its validator with the code, and leaves nothing in the history', async () => {
    const { handle } = await begin();
    const refused = await send(handle, command('poke', { bad: true })).catch((e: unknown) => e);
    expect(refused).to.be.instanceOf(WorkflowUpdateFailedError);
    const { cause } = refused as WorkflowUpdateFailedError;
    expect((cause as ApplicationFailure).type).to.equal('BAD_POKE');
    const off = await send(handle, command('begin')).catch((e: unknown) => e);
    expect(((off as WorkflowUpdateFailedError).cause as ApplicationFailure).type).to.equal('NOT_ALLOWED_IN_STAGE');
    const history = await handle.fetchHistory();
    expect(history.events?.some((e) => e.workflowExecutionUpdateAcceptedEventAttributes)).to.equal(false);
    expect(eventsRecorded().map((e) => e.type)).to.deep.equal(['begun']);
  });

  it('applies a command once when it comes by update and by its signal twin, and repeats the original outcome', async () => {
    const { handle } = await begin();
    const poke = command('poke');
    const [first] = await Promise.all([send(handle, poke), signal(handle, poke)]);
    await signal(handle, poke);
    await send(handle, command('poke'));
    const again = await send(handle, poke);
    expect(again).to.deep.equal(first);
    expect((await fileOf(handle)).state.pokes).to.equal(2);
    expect(eventsRecorded().filter((e) => e.type === 'poked')).to.have.length(2);
  });

  it('goes over to another policy by command, with its deadlines, in its next runs too', async () => {
    const { handle, input } = await begin({ continueAfterEvents: 12 });
    const policy = { ...input.policy, version: 'newer', parkedReminderWorkingDays: 1 };
    const migrate = command('migratePolicy', { policy: policy as unknown as Json }, OPERATOR);
    expect(await send(handle, migrate)).to.include({ status: 'applied', stage: 'open' });
    expect(await send(handle, migrate)).to.include({ status: 'applied' });
    const { closeAt } = eventsRecorded()[0]?.data ?? {};
    const migrated = eventsRecorded().filter((e) => e.type === 'policyMigrated');
    expect(migrated.map((e) => e.data)).to.deep.equal([
      { from: 'test', to: 'newer', clock: { ...(await fileOf(handle)).state.clock, close: Number(closeAt) - DAY } },
    ]);
    for (let n = 0; n < 4; n += 1) await send(handle, command('poke'));
    await handle.result();
    const closed = eventsRecorded().at(-1);
    expect(closed?.type).to.equal('finished');
    expect(closed?.at).to.be.within(Number(closeAt) - DAY, Number(closeAt) - DAY / 2);
    expect(own().map((batch) => batch.policyVersion)).to.deep.equal([
      'test',
      ...own()
        .slice(1)
        .map(() => 'newer'),
    ]);
  });

  it('shows operators the last deadline of a stage, anew when it moves, and no reminder before it', async () => {
    const { handle, input } = await begin();
    const policy = { ...input.policy, version: 'newer', parkedReminderWorkingDays: 1 };
    await send(handle, command('migratePolicy', { policy: policy as unknown as Json }, OPERATOR));
    const { close } = (await fileOf(handle)).state.clock;
    await handle.result();
    const { events } = await handle.fetchHistory();
    const shown = (events ?? []).flatMap(
      (e) =>
        e.upsertWorkflowSearchAttributesEventAttributes?.searchAttributes?.indexedFields?.['CaseDueAt']?.data ?? [],
    );
    const [first = '""'] = shown.map((data) => Buffer.from(data).toString());
    expect(new Date(JSON.parse(first) as string).getTime(), 'not when it ticks').to.equal(close);
    expect(shown.length, 'and again when its stage has changed').to.be.within(1, 2);
  });

  it('keeps a refusal that came by signal as an outcome', async () => {
    const { handle } = await begin();
    const bad = command('poke', { bad: true });
    await signal(handle, bad);
    await send(handle, command('poke'));
    const entry = recorded().find((e) => e.outcome.commandId === bad.id);
    expect(entry?.outcome).to.deep.include({ status: 'refused', seq: 1 });
    expect(entry?.outcome.refusal?.code).to.equal('BAD_POKE');
  });

  it('loses and doubles nothing in a burst of 60 overlapping commands, and records them in groups', async () => {
    onRecord = () => new Promise((resolve) => setTimeout(resolve, 20));
    const { handle } = await begin();
    const pokes = Array.from({ length: 60 }, () => command('poke'));
    await Promise.all(pokes.map((poke) => signal(handle, poke)));
    const outcomes: Outcome[] = [];
    for (const poke of pokes) outcomes.push(await send(handle, poke));
    expect(new Set(outcomes.map((o) => o.seq)).size).to.equal(60);
    expect(eventsRecorded().map((e) => e.seq)).to.deep.equal(Array.from({ length: 61 }, (_, i) => i + 1));
    expect(own().length).to.be.lessThan(40);
  });

  it('lets one timer carry all deadlines, each at its own time', async () => {
    const { handle, input } = await begin();
    await handle.result();
    const events = eventsRecorded();
    expect(events.map((e) => e.type)).to.deep.equal(['begun', 'ticked', 'finished']);
    const [begun, ticked, finished] = events;
    expect((ticked?.at ?? 0) - (begun?.at ?? 0)).to.be.within(DAY, DAY + 5_000);
    expect((finished?.at ?? 0) - (begun?.at ?? 0)).to.be.within(5 * DAY, 5 * DAY + 10_000);
    const history = await handle.fetchHistory();
    const timers = history.events?.filter((e) => e.timerStartedEventAttributes) ?? [];
    expect(timers.length).to.equal(2);
    expect(fold(toyDecider, input.caseId, {}, events).stage).to.equal('done');
  });

  it('parks a case whose clock command is refused, reminds the operator, and goes on when he resumes it', async () => {
    const { handle } = await begin();
    await send(handle, command('spring'));
    await env.sleep(3.5 * DAY);
    const parked = await fileOf(handle);
    expect(parked.state.stage).to.equal('parked');
    expect(parked.state.parked?.reason).to.equal('clockRefused:bad');
    expect(eventsRecorded().map((e) => e.type)).to.include('operatorReminded');
    await send(handle, command('cancel', {}, OPERATOR));
    expect(await handle.result()).to.include({ stage: 'cancelled' });
  });

  it('brings the result of a reaction back as a command', async () => {
    const { handle } = await begin();
    await send(handle, command('ask'));
    await env.sleep(1_000);
    expect((await fileOf(handle)).state.answered).to.equal('yes');
    const answer = recorded().find((e) => e.outcome.command === 'answer');
    expect(answer?.actor.role).to.equal('system');
  });

  it('parks a case whose effect keeps failing, and retries the effect when an operator says so', async () => {
    let tries = 0;
    onReact = () => {
      tries += 1;
      return Promise.reject(ApplicationFailure.nonRetryable('away', 'AWAY'));
    };
    const { handle } = await begin();
    await send(handle, command('ask'));
    await env.sleep(1_000);
    expect((await fileOf(handle)).state.parked?.reason).to.equal('effect:answerIt');
    onReact = () => Promise.resolve({ name: 'answer', data: { text: 'late' } });
    await send(handle, command('retry', {}, OPERATOR));
    await env.sleep(1_000);
    const { state } = await fileOf(handle);
    expect([tries, state.stage, state.answered]).to.deep.equal([1, 'open', 'late']);
  });

  it('parks a case that refuses the answer it asked for', async () => {
    onReact = () => Promise.resolve({ name: 'answer', data: { text: 'no' } });
    const { handle } = await begin();
    await send(handle, command('ask'));
    await env.sleep(1_000);
    expect((await fileOf(handle)).state.parked?.reason).to.equal('systemRefused:answer');
  });

  it('waits for MongoDB: a failing recording is tried until it works, and the caller gets his answer', async () => {
    const { handle } = await begin();
    await send(handle, command('poke'));
    let failures = 2;
    onRecord = () => (failures-- > 0 ? Promise.reject(new Error('not primary')) : Promise.resolve());
    const outcome = await send(handle, command('poke'));
    expect(outcome).to.include({ status: 'applied', seq: 3 });
    expect(eventsRecorded().map((e) => e.seq)).to.deep.equal([1, 2, 3]);
  });

  it('halts when its record contradicts it, skips nothing, and goes on at an operator’s retry', async () => {
    const { handle } = await begin();
    await send(handle, command('poke'));
    onRecord = () => Promise.reject(ApplicationFailure.nonRetryable('fork', RECORD_CONFLICT));
    await signal(handle, command('poke'));
    await env.sleep(1_000);
    await signal(handle, command('poke'));
    onRecord = () => Promise.resolve();
    await send(handle, command('retry', {}, OPERATOR));
    expect(eventsRecorded().map((e) => e.seq)).to.deep.equal([1, 2, 3, 4]);
    expect((await fileOf(handle)).state.stage).to.equal('open');
  });

  it('does not end at a cancellation request from the Temporal UI', async () => {
    const { handle } = await begin();
    await send(handle, command('poke'));
    await handle.cancel();
    await send(handle, command('poke'));
    expect(await handle.result()).to.include({ stage: 'done' });
    expect(eventsRecorded().map((e) => e.type)).to.include('ticked');
  });

  it('answers a caller whose command ends the case', async () => {
    onRecord = () => new Promise((resolve) => setTimeout(resolve, 50));
    const { handle } = await begin();
    expect(await send(handle, command('finish'))).to.include({ status: 'applied', stage: 'done' });
    expect(await handle.result()).to.include({ stage: 'done' });
  });

  it('ends at once, with its refusal recorded, when the opening command is refused', async () => {
    const { handle } = await begin({ first: command('poke') });
    expect(await handle.result()).to.deep.equal({ stage: 'new', seq: 0 });
    expect(recorded()[0]?.outcome.refusal?.code).to.equal('NOT_ALLOWED_IN_STAGE');
  });
});
