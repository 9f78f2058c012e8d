import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { COMMAND_UPDATE, workflowId, type CaseInput, type RecordBatch } from '../../contracts/cases.ts';
import type { Outcome } from '../../domain/kernel/case-file.ts';
import { spread } from '../../domain/kernel/jitter.ts';
import type { CaseEvent, Command, JsonObject } from '../../domain/kernel/types.ts';
import { policyOf } from '../../domain/policy.ts';
import { addWorkingDays } from '../../domain/time/calendar.ts';
import { registerSearchAttributes, workerIn, type RunningWorker } from '../support/cases.ts';
import { COUNTY } from '../support/people.ts';
import { ALL_LEVELS, applicationStory, CALENDAR, certificationStory, DAY, POLICY } from '../support/story.ts';
import { createTimeSkippingEnvironment } from '../support/stack.ts';

describe('What a level decides, in virtual time', function () {
  this.timeout(60_000);
  let env: TestWorkflowEnvironment;
  let worker: RunningWorker;
  const batches: RecordBatch[] = [];

  before(async function () {
    this.timeout(300_000);
    env = await createTimeSkippingEnvironment();
    await registerSearchAttributes(env);
    worker = await workerIn(env, '../workflows/index.ts', {
      record: (batch) => {
        batches.push(batch);
        return Promise.resolve();
      },
      react: () => Promise.resolve({ name: 'routed', data: { eligible: ALL_LEVELS } as JsonObject }),
    });
  });
  after(async () => {
    await worker?.stop();
    await env?.teardown();
  });

  const eventsOf = (caseId: string): CaseEvent[] =>
    batches.filter((batch) => batch.caseId === caseId).flatMap((batch) => batch.entries.flatMap((e) => e.events));

  for (const [caseType, story] of [
    ['application', applicationStory],
    ['certification', certificationStory],
  ] as const) {
    it(`${caseType}: the county takes over when the township slept for its working days, and approves`, async () => {
      const caseId = uuidv7();
      const policy = policyOf(POLICY, caseType);
      const { seed } = story();
      const first: Command = { id: uuidv7(), name: 'submit', actor: { id: 'applicant', role: 'person' }, data: {} };
      const input: CaseInput = { caseType, caseId, seed, first, policy, calendar: CALENDAR };
      const handle = await worker.client.workflow.start(caseType, {
        workflowId: workflowId(caseType, caseId),
        taskQueue: worker.taskQueue,
        args: [input],
      });
      const days = policy.reviewWorkingDays.township;
      // Longer than the township may take, shorter than township and county together.
      await env.sleep((days + 4) * DAY);
      const events = eventsOf(caseId);
      const [started, taken] = ['reviewStarted', 'reviewTakenOver'].map((t) => events.find((e) => e.type === t));
      const due = addWorkingDays(started?.at ?? 0, days, policy.time, CALENDAR);
      expect((taken?.at ?? 0) - spread(caseId, due, policy.jitterMs)).to.be.within(-1000, 60_000);
      expect(taken?.data).to.include({ from: 'township', to: 'county' });
      expect(events.map(({ type }) => type)).to.include('reviewerReminded');
      const approve: Command = { id: uuidv7(), name: 'approve', actor: COUNTY, data: {} };
      const outcome = await handle.executeUpdate<Outcome, [Command]>(COMMAND_UPDATE, {
        args: [approve],
        updateId: approve.id,
      });
      expect(outcome).to.include({ status: 'applied', stage: 'approved' });
      expect(await handle.result()).to.include({ stage: 'approved' });
    });
  }
});
