import { setTimeout as delay } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import { v7 as newId } from 'uuid';
import {
  COMMAND_SIGNAL,
  COMMAND_UPDATE,
  STATE_QUERY,
  workflowId,
  type CaseInput,
  type CaseType,
} from '../../contracts/cases.ts';
import type { CaseFile } from '../../domain/kernel/case-file.ts';
import { SYSTEM, type Actor, type Command, type JsonObject } from '../../domain/kernel/types.ts';
import { policyOf } from '../../domain/policy.ts';
import type { RunningWorker } from '../../test/support/cases.ts';
import {
  applicationStory,
  certificationStory,
  CALENDAR,
  complaintStory,
  DAY,
  needStory,
  pledgeStory,
  POLICY,
} from '../../test/support/story.ts';
import { DONOR, PUBLISHER, VILLAGE } from '../../test/support/people.ts';
import { RANDOM_CASES } from '../../test/support/random-cases.ts';
import type { Path } from './steps.ts';

/** Lives one path on the time-skipping server and gives its history (of the first run) as JSON. */
export async function livePath(env: TestWorkflowEnvironment, worker: RunningWorker, path: Path): Promise<unknown> {
  const { caseType, steps } = path;
  const caseId = newId();
  const seed: JsonObject = { ...seedOf(caseType, await env.currentTimeMs()), ...path.seed };
  const first: Command = { id: newId(), data: {}, ...OPENINGS[caseType] };
  const input: CaseInput = {
    ...{ caseType, caseId, seed, first, policy: policyOf(POLICY, caseType), calendar: CALENDAR },
    ...(path.continueAfterEvents !== undefined && { continueAfterEvents: path.continueAfterEvents }),
  };
  const options = {
    workflowId: workflowId(caseType, caseId),
    taskQueue: worker.taskQueue,
    args: [input] as [CaseInput],
  };
  const started = await worker.client.workflow.start(caseType, options);
  const handle = worker.client.workflow.getHandle(options.workflowId);
  await settled(handle);
  for (const step of steps) {
    if ('days' in step) {
      await env.sleep(step.days * DAY);
      await settled(handle);
      continue;
    }
    const command: Command = { id: newId(), name: step.name, actor: step.by, data: step.data ?? {} };
    if (step.signal) await handle.signal(COMMAND_SIGNAL, command);
    else await handle.executeUpdate(COMMAND_UPDATE, { args: [command], updateId: command.id });
    await settled(handle);
  }
  const run = worker.client.workflow.getHandle(options.workflowId, started.firstExecutionRunId);
  // One parse: it is a text already.
  return JSON.parse(historyToJSON(await run.fetchHistory()));
}

/** What every case of a kind starts with. */
function seedOf(caseType: CaseType, now: number): JsonObject {
  if (caseType === 'need') return needStory().seed;
  if (caseType === 'pledge') return pledgeStory().seed;
  if (caseType === 'complaint') return complaintStory().seed;
  if (caseType === 'application') return applicationStory().seed;
  if (caseType === 'certification') return certificationStory().seed;
  // Life 1 of the random ones is an ordinary one, except that offers are made for a whole county.
  return RANDOM_CASES[caseType](caseType === 'offer' ? 17 : 1, now).seed;
}

const person = (id: string): Actor => ({ id, role: 'person' });

const OPENINGS: { readonly [K in CaseType]: Pick<Command, 'name' | 'actor'> } = {
  need: { name: 'submit', actor: PUBLISHER },
  pledge: { name: 'hold', actor: DONOR },
  application: { name: 'submit', actor: person('applicant') },
  certification: { name: 'submit', actor: person('applicant') },
  complaint: { name: 'submit', actor: person('complainant') },
  finding: { name: 'report', actor: SYSTEM },
  handover: { name: 'offer', actor: VILLAGE },
  offer: { name: 'submit', actor: DONOR },
  sponsorship: { name: 'submit', actor: { id: 'sponsor', role: 'donor' } },
};

/** Waits, in real time, until the case has had the answer of its screening. */
async function settled(handle: WorkflowHandle): Promise<void> {
  for (let tries = 0; tries < 50; tries += 1) {
    const { state } = await handle.query<CaseFile>(STATE_QUERY);
    if (!['draft', 'submitted'].includes(state.stage)) return;
    await delay(100);
  }
}
