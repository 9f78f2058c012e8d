import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { COMMAND_SIGNAL, COMMAND_UPDATE, STATE_QUERY, workflowId, type CaseInput } from '../../contracts/cases.ts';
import type { CaseFile, Outcome } from '../../domain/kernel/case-file.ts';
import { isTerminal } from '../../domain/kernel/table.ts';
import type { CasePolicy, CaseState, Command } from '../../domain/kernel/types.ts';
import { registerSearchAttributes, workerIn, type RunningWorker } from '../support/cases.ts';
import { imagineLife, waysOf, type ImaginedLife } from '../support/imagined-life.ts';
import { OPERATOR } from '../support/people.ts';
import type { RandomCase } from '../support/random-case.ts';
import { randomNeed } from '../support/random-need.ts';
import { randomPledge } from '../support/random-pledge.ts';
import { createTimeSkippingEnvironment } from '../support/stack.ts';

const LENGTH = 40;
const ENOUGH_LIVES = 30_000;
const MOST_LIVES = 200;

/** Money needs open when their case has gone over to a policy that can pay: need-kinds tells it, one policy cannot. */
const BY_ANOTHER_POLICY: readonly string[] = ['withheld openWithheld'];
const rowsOf = (setup: RandomCase<never, never>): string[] =>
  waysOf(setup.decider).filter((way) => !BY_ANOTHER_POLICY.includes(way));

/**
 * Chance finds lives in the pure decider that together walk every row of the table; then the real workflow lives them
 * on the time-skipping server, months in seconds, and must tell the same story.
 */
describe('Every branch of a life', function () {
  this.timeout(180_000);
  let env: TestWorkflowEnvironment;
  let worker: RunningWorker;

  // One for each: what a failed life leaves open would stand in the way of the next.
  beforeEach(async function () {
    this.timeout(300_000);
    env = await createTimeSkippingEnvironment();
    await registerSearchAttributes(env);
    const record = () => Promise.resolve();
    // What effects answer the lives send themselves.
    worker = await workerIn(env, '../workflows/index.ts', { record, react: () => Promise.resolve(null) });
  });
  afterEach(async () => {
    await worker?.stop();
    await env?.teardown();
  });

  /** Choices whose lives, cut after their last news, walk all ways that chance can find. */
  function chosen<S extends CaseState, P extends CasePolicy>(
    make: (choice: number) => RandomCase<S, P>,
    rows: readonly string[],
    from: number,
  ) {
    const left = new Set(rows);
    const lives: { choice: number; length: number }[] = [];
    for (let choice = 1; choice < ENOUGH_LIVES && left.size > 0; choice += 1) {
      const { ways } = imagineLife(quiet(make(choice)), choice, { from, length: LENGTH });
      const last = ways.findLastIndex((way) => left.has(way));
      if (last < 0) continue;
      ways.slice(0, last + 1).forEach((way) => left.delete(way));
      lives.push({ choice, length: last + 1 });
    }
    return { lives, left };
  }

  async function live<S extends CaseState, P extends CasePolicy>(
    setup: RandomCase<S, P>,
    { steps, told, file }: ImaginedLife<S>,
  ): Promise<void> {
    const caseId = uuidv7();
    const { decider, seed, context } = setup;
    const sent = steps.map((step) => step && { ...step, id: `${caseId}-${step.id}` });
    const [first, ...rest] = sent;
    if (first == null) throw new Error('a life begins with a command');
    const input: CaseInput = { caseType: decider.type, caseId, seed, first, ...context };
    const handle = await worker.client.workflow.start(decider.type, {
      workflowId: workflowId(decider.type, caseId),
      taskQueue: worker.taskQueue,
      args: [input],
    });
    for (const [i, step] of rest.entries()) await (step === null ? letClockAct(handle, setup) : send(handle, step, i));
    const end = await handle.query<CaseFile>(STATE_QUERY);
    expect([end.state.stage, end.seq], told.join(', ')).to.deep.equal([file.state.stage, file.seq]);
    const applied = ({ outcomes }: CaseFile) => outcomes.filter((o) => o.status === 'applied').map((o) => o.command);
    expect(applied(end)).to.deep.equal(applied(file as CaseFile));
    // Ended in order: a terminated case's timers and activities would stand in the way of the lives after it.
    if (!isTerminal(decider.table, end.state)) {
      await send(handle, { id: `${caseId}-end`, name: 'cancel', actor: OPERATOR, data: { reasonCode: 'test' } }, 0);
    }
    await handle.result();
  }

  /** By update or by its twin, in turns. */
  async function send(handle: WorkflowHandle, command: Command, turn: number): Promise<void> {
    if (turn % 4 === 3) {
      const { seq } = await handle.query<CaseFile>(STATE_QUERY);
      await handle.signal(COMMAND_SIGNAL, command);
      return moved(handle, (file) => file.seq > seq || file.outcomes.some(({ commandId }) => commandId === command.id));
    }
    const options = { args: [command] as [Command], updateId: command.id };
    const outcome = await handle.executeUpdate<Outcome, [Command]>(COMMAND_UPDATE, options);
    expect(outcome.status, `${command.name}: ${JSON.stringify(outcome.refusal)}`).to.equal('applied');
  }

  async function letClockAct<S extends CaseState, P extends CasePolicy>(
    handle: WorkflowHandle,
    { decider }: RandomCase<S, P>,
  ): Promise<void> {
    const { state, outcomes } = await handle.query<CaseFile<S>>(STATE_QUERY);
    const due = decider.deadline(state);
    if (due === null) throw new Error(`${state.stage} waits for no clock`);
    await env.sleep(Math.max(1, due.at - (await env.currentTimeMs())));
    await moved(handle, (file) => file.outcomes.length > outcomes.length);
  }

  async function moved(handle: WorkflowHandle, done: (file: CaseFile) => boolean): Promise<void> {
    for (let tries = 0; tries < 500; tries += 1) {
      if (done(await handle.query<CaseFile>(STATE_QUERY))) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('the case did not move');
  }

  /** Deadlines fire at their moment, so that both clocks read the same. */
  const quiet = <S extends CaseState, P extends CasePolicy>(setup: RandomCase<S, P>): RandomCase<S, P> => ({
    ...setup,
    context: { ...setup.context, policy: { ...setup.context.policy, jitterMs: 0 } },
  });

  async function walk<S extends CaseState, P extends CasePolicy>(make: (choice: number) => RandomCase<S, P>) {
    const rows = rowsOf(make(0) as never);
    const walked = new Set<string>();
    let count = 0;
    for (let left = rows; left.length > 0 && count < MOST_LIVES; left = rows.filter((row) => !walked.has(row))) {
      const found = chosen(make, left, await env.currentTimeMs());
      expect([...found.left], 'rows that chance did not find').to.deep.equal([]);
      for (const { choice, length } of found.lives) {
        const setup = quiet(make(choice));
        // From today: on another weekday the same choices may lead elsewhere, and what is missed is looked for again.
        const life = imagineLife(setup, choice, { from: await env.currentTimeMs(), length });
        await live(setup, life);
        life.ways.forEach((way) => walked.add(way));
        count += 1;
      }
    }
    expect([...walked]).to.include.members(rows);
    console.log(`      ${count} lives, ${walked.size} rows`);
  }

  it('of a need is lived by the workflow as the decider imagines it', () => walk(randomNeed));

  it('of a pledge as well', () => walk(randomPledge));
});
