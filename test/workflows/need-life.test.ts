import type { WorkflowHandle } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { COMMAND_UPDATE, workflowId, type CaseInput, type RecordBatch } from '../../contracts/cases.ts';
import type { Outcome } from '../../domain/kernel/case-file.ts';
import { spread } from '../../domain/kernel/jitter.ts';
import type { Actor, CaseEvent, Command, JsonObject } from '../../domain/kernel/types.ts';
import { policyOf } from '../../domain/policy.ts';
import { addDays, addWorkingDays } from '../../domain/time/calendar.ts';
import { registerSearchAttributes, workerIn, type RunningWorker } from '../support/cases.ts';
import { PUBLISHER, VILLAGE } from '../support/people.ts';
import { ALL_LEVELS, CALENDAR, DAY, needStory, POLICY } from '../support/story.ts';
import { createTimeSkippingEnvironment } from '../support/stack.ts';

/** The real need under the real policy: months of virtual time in seconds of ours. */
describe('The life of a need in virtual time', function () {
  this.timeout(60_000);
  let env: TestWorkflowEnvironment;
  let worker: RunningWorker;
  let batches: RecordBatch[] = [];
  const policy = policyOf(POLICY, 'need');
  /** A timer fires at its moment; what follows takes moments of its own. */
  const SLACK = 60_000;

  before(async function () {
    this.timeout(300_000);
    env = await createTimeSkippingEnvironment();
    await registerSearchAttributes(env);
    worker = await workerIn(env, '../workflows/index.ts', {
      record: (batch) => {
        batches.push(batch);
        return Promise.resolve();
      },
      react: ({ reaction }) =>
        Promise.resolve(
          reaction.effect === 'screen' ? { name: 'screened', data: { eligible: ALL_LEVELS } as JsonObject } : null,
        ),
    });
  });
  after(async () => {
    await worker?.stop();
    await env?.teardown();
  });

  async function begin(): Promise<{ caseId: string; handle: WorkflowHandle }> {
    batches = [];
    const caseId = uuidv7();
    const first: Command = { id: uuidv7(), name: 'submit', actor: PUBLISHER, data: {} };
    const input: CaseInput = { caseType: 'need', caseId, seed: needStory().seed, first, policy, calendar: CALENDAR };
    const options = {
      workflowId: workflowId('need', caseId),
      taskQueue: worker.taskQueue,
      args: [input] as [CaseInput],
    };
    return { caseId, handle: await worker.client.workflow.start('need', options) };
  }
  const send = (handle: WorkflowHandle, name: string, actor: Actor, data: JsonObject = {}): Promise<Outcome> => {
    const sent: Command = { id: uuidv7(), name, actor, data };
    return handle.executeUpdate<Outcome, [Command]>(COMMAND_UPDATE, { args: [sent], updateId: sent.id });
  };
  const eventsOf = (caseId: string): CaseEvent[] =>
    batches.filter((b) => b.caseId === caseId).flatMap((b) => b.entries.flatMap((e) => e.events));
  async function event(caseId: string, type: string, nth = 0): Promise<CaseEvent> {
    for (let tries = 0; tries < 100; tries += 1) {
      const found = eventsOf(caseId).filter((e) => e.type === type)[nth];
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new Error(
      `${type} never came, only ${eventsOf(caseId)
        .map((e) => e.type)
        .join(', ')}`,
    );
  }
  const isAt = (happened: CaseEvent, caseId: string, due: number): void => {
    const late = happened.at - spread(caseId, due, policy.jitterMs);
    expect(late, `${happened.type} in minutes`).to.be.within(-1000, SLACK);
  };

  it('moves an unreviewed need up, level by level, after so many working days each, and parks it at the end', async () => {
    const { caseId, handle } = await begin();
    let since = (await event(caseId, 'reviewStarted')).at;
    await env.sleep(45 * DAY);
    const { reviewWorkingDays: days, time } = policy;
    for (const [n, level] of (['village', 'township', 'county'] as const).entries()) {
      const taken = await event(caseId, 'reviewTakenOver', n);
      isAt(taken, caseId, addWorkingDays(since, days[level], time, CALENDAR));
      since = taken.at;
    }
    isAt(await event(caseId, 'parked'), caseId, addWorkingDays(since, days.city, time, CALENDAR));
    await send(handle, 'cancel', { id: 'operator', role: 'operator' }, { reasonCode: 'test' });
    expect(await handle.result()).to.include({ stage: 'cancelled' });
  });

  it('asks after 7, 30 and 180 days, sends a visitor after 14 days of silence, and ends after 210', async () => {
    const { caseId, handle } = await begin();
    await event(caseId, 'reviewStarted');
    await send(handle, 'approve', VILLAGE);
    const all = { committed: 'all', sent: 'all', received: 'all' };
    await send(handle, 'reportTally', { id: 'system', role: 'system' }, { version: 1, openPledges: 0, progress: all });
    const { at } = await event(caseId, 'followingStarted');
    const startedAt = Date.now();
    await handle.result();
    for (const [n, days] of policy.outcomeDays.entries()) {
      const asked = await event(caseId, 'outcomeAsked', n);
      isAt(asked, caseId, addDays(at, days, policy.time));
      isAt(await event(caseId, 'visitDue', n), caseId, addDays(asked.at, policy.answerDays, policy.time));
    }
    const closed = await event(caseId, 'needClosed');
    isAt(closed, caseId, addDays(at, policy.followingDays, policy.time));
    expect((closed.at - at) / DAY).to.be.within(210, 211);
    expect(Date.now() - startedAt).to.be.below(30_000);
  });

  it('hands off what nobody claimed at the end of its lifetime', async () => {
    const { caseId, handle } = await begin();
    await event(caseId, 'reviewStarted');
    await send(handle, 'approve', VILLAGE);
    const { at } = await event(caseId, 'needPublished');
    await env.sleep((policy.lifetimeDays.normal + 1) * DAY);
    let shown = at;
    for (const [n, tier] of ['county', 'nation'].entries()) {
      const widened = await event(caseId, 'audienceWidened', n);
      expect(widened.data['tier']).to.equal(tier);
      isAt(widened, caseId, addDays(shown, policy.widenDays?.normal ?? 0, policy.time));
      shown = widened.at;
    }
    isAt(await event(caseId, 'needHandedOff'), caseId, addDays(at, policy.lifetimeDays.normal, policy.time));
    await handle.result();
  });
});
