import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import {
  CASE_TYPES,
  COMMAND_SIGNAL,
  COMMAND_UPDATE,
  STATE_QUERY,
  workflowId,
  type CaseInput,
} from '../../contracts/cases.ts';
import type { CaseFile, Outcome } from '../../domain/kernel/case-file.ts';
import { isTerminal } from '../../domain/kernel/table.ts';
import type { CasePolicy, CaseState, Command } from '../../domain/kernel/types.ts';
import { registerSearchAttributes, workerIn, type RunningWorker } from '../support/cases.ts';
import { imagineLife, shrunk, waysOf, type ImaginedLife } from '../support/imagined-life.ts';
import { OPERATOR } from '../support/people.ts';
import type { RandomCase } from '../support/random-case.ts';
import { RANDOM_CASES, type MakeCase } from '../support/random-cases.ts';
import { DAY } from '../support/story.ts';
import { createTimeSkippingEnvironment } from '../support/stack.ts';

type AnyCase = RandomCase<CaseState, CasePolicy>;

const LENGTH = 30;
/** Lives that are imagined before the best of them is lived, and all that are imagined for one table. */
const AT_ONCE = 60;
const ENOUGH_LIVES = 20_000;
/** What beginning and ending a life costs, in steps. */
const OVERHEAD = 3;

/**
 * Chance finds lives in the pure decider that together walk every row of the table; the real workflow lives each of them
 * on the time-skipping server, months in seconds, and must tell the same story.
 */
describe('Every branch of a life', function () {
  this.timeout(180_000);
  let env: TestWorkflowEnvironment;
  let worker: RunningWorker;

  before(async function () {
    this.timeout(300_000);
    env = await createTimeSkippingEnvironment();
    await registerSearchAttributes(env);
    const record = () => Promise.resolve();
    // What effects answer the lives send themselves.
    worker = await workerIn(env, '../workflows/index.ts', { record, react: () => Promise.resolve(null) });
  });
  after(async () => {
    await worker?.stop();
    await env?.teardown();
  });

  /** Of many lives the one that walks most new rows for its length; it ends with the last of them. */
  function best(make: MakeCase, wanted: ReadonlySet<string>, choices: readonly number[], from: number) {
    let found: { setup: AnyCase; life: ImaginedLife; score: number } | null = null;
    for (const choice of choices) {
      const setup = quiet(make(choice, from));
      // Days of seconds would pass while the workflow takes its steps.
      if (setup.context.policy.time.dayMs < DAY) continue;
      const life = imagineLife(setup, choice, { from, length: LENGTH, wanted });
      const fresh = new Set<string>();
      for (const [i, way] of life.ways.entries()) {
        if (!wanted.has(way) || fresh.has(way)) continue;
        fresh.add(way);
        const score = fresh.size / (i + 1 + OVERHEAD);
        if (score > (found?.score ?? 0)) found = { setup, life: cut(life, i + 1), score };
      }
    }
    return found && { setup: found.setup, life: shrunk(found.setup, found.life, { from, wanted }) };
  }

  const cut = ({ steps, ways, files }: ImaginedLife, length: number): ImaginedLife => ({
    steps: steps.slice(0, length),
    ways: ways.slice(0, length),
    files: files.slice(0, length),
  });

  async function live(setup: AnyCase, { steps, ways, files }: ImaginedLife): Promise<string[]> {
    const caseId = uuidv7();
    const { decider, seed, context } = setup;
    const [first, ...rest] = steps.map((step) => step && { ...step, id: `${caseId}-${step.id}` });
    if (first == null) throw new Error('a life begins with a command');
    const input: CaseInput = { caseType: decider.type, caseId, seed, first, ...context };
    const handle = await worker.client.workflow.start(decider.type, {
      workflowId: workflowId(decider.type, caseId),
      taskQueue: worker.taskQueue,
      args: [input],
    });
    for (const [i, step] of rest.entries()) await (step === null ? letClockAct(handle, setup) : send(handle, step, i));
    const end = await handle.query<CaseFile>(STATE_QUERY);
    const imagined = files.at(-1);
    expect([end.state.stage, end.seq], ways.join(', ')).to.deep.equal([imagined?.state.stage, imagined?.seq]);
    const applied = ({ outcomes }: CaseFile) => outcomes.filter((o) => o.status === 'applied').map((o) => o.command);
    expect(applied(end)).to.deep.equal(applied(imagined as CaseFile));
    // Ended in order: a terminated case's timers and activities would stand in the way of the lives after it.
    const over = isTerminal(decider.table, end.state);
    if (!over) {
      await send(handle, { id: `${caseId}-end`, name: 'cancel', actor: OPERATOR, data: { reasonCode: 'test' } }, 0);
    }
    await handle.result();
    return over ? [...ways] : [...ways, `${end.state.stage} cancel`];
  }

  /** By update or by its twin, in turns. */
  async function send(handle: WorkflowHandle, command: Command, turn: number): Promise<void> {
    if (turn % 4 === 3) {
      await handle.signal(COMMAND_SIGNAL, command);
      return moved(handle, ({ outcomes }) => outcomes.some(({ commandId }) => commandId === command.id));
    }
    const options = { args: [command] as [Command], updateId: command.id };
    const outcome = await handle.executeUpdate<Outcome, [Command]>(COMMAND_UPDATE, options);
    expect(outcome.status, `${command.name}: ${JSON.stringify(outcome.refusal)}`).to.equal('applied');
  }

  async function letClockAct(handle: WorkflowHandle, { decider }: AnyCase): Promise<void> {
    const { state, outcomes } = await handle.query<CaseFile>(STATE_QUERY);
    const due = decider.deadline(state);
    if (due === null) throw new Error(`${state.stage} waits for no clock`);
    await env.sleep(Math.max(1, due.at - (await env.currentTimeMs())));
    await moved(handle, (file) => file.outcomes.length > outcomes.length);
  }

  async function moved(handle: WorkflowHandle, done: (file: CaseFile) => boolean): Promise<void> {
    for (let tries = 0; tries < 500; tries += 1) {
      if (done(await handle.query<CaseFile>(STATE_QUERY))) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('the case did not move');
  }

  /** Deadlines fire at their moment, so that both clocks read the same. */
  const quiet = (setup: AnyCase): AnyCase => ({
    ...setup,
    context: { ...setup.context, policy: { ...setup.context.policy, jitterMs: 0 } },
  });

  async function walk(make: MakeCase): Promise<void> {
    const rows = waysOf(make(0).decider);
    const left = new Set(rows);
    let imagined = 0;
    let lives = 0;
    let count = 0;
    while (left.size > 0 && imagined < ENOUGH_LIVES) {
      const choices = Array.from({ length: AT_ONCE }, () => (imagined += 1));
      // From now: on another weekday the same choices would lead elsewhere.
      const found = best(make, left, choices, await env.currentTimeMs());
      if (found === null) continue;
      const ways = await live(found.setup, found.life);
      for (const way of ways) left.delete(way);
      lives += 1;
      count += ways.length;
    }
    expect([...left], 'rows that no life has walked').to.deep.equal([]);
    console.log(`      ${rows.length} rows in ${lives} lives of ${count} steps`);
  }

  for (const caseType of CASE_TYPES) {
    it(`of a ${caseType} is lived by the workflow as the decider imagines it`, () => walk(RANDOM_CASES[caseType]));
  }
});
