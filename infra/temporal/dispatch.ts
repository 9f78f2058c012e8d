import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError, type Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { COMMAND_SIGNAL, isHelper, workflowId, type CaseInput, type OutboxCommand } from '../../contracts/cases.ts';
import { startAttributes } from '../../contracts/search-attributes.ts';
import { handle, openFile } from '../../domain/kernel/case-file.ts';
import type { CalendarData, CasePolicy, Command, Decider } from '../../domain/kernel/types.ts';

/** What a case's record says of it. */
export interface FoundCase {
  readonly terminal: boolean;
  readonly seq: number;
  readonly stage: string;
}

export interface DispatchDeps {
  readonly client: Client;
  readonly taskQueue: string;
  readonly calendar: CalendarData;
  /** The slice of a policy version that a kind of case takes along. */
  readonly policyFor: (caseType: string, version: string) => CasePolicy;
  readonly deciderOf: (
    caseType: string,
  ) => Pick<Decider, 'initial' | 'decide' | 'evolve' | 'table' | 'deadline' | 'reactions' | 'view' | 'type'>;
  readonly findCase: (caseType: string, caseId: string) => Promise<FoundCase | null>;
  /** Notes that a helper runs: nothing more is to be sent. */
  readonly started: (record: OutboxCommand) => Promise<void>;
  readonly settle: (commandId: string, record: FoundCase | null, code: string) => Promise<void>;
}

/** How long one signal or start may take: the outbox has it anyway. */
const CALL_LIMIT_MS = 3_000;

export const toCommand = ({ _id, name, actor, data, expectedSeq }: OutboxCommand): Command => ({
  id: _id,
  name,
  actor,
  data,
  ...(expectedSeq !== undefined && expectedSeq !== null && { expectedSeq }),
});

/**
 * Sends a command from the outbox on its way, at least once: it starts the case or signals it. The case applies it
 * exactly once, because it knows the command's id.
 */
export function createDispatch(deps: DispatchDeps): (record: OutboxCommand) => Promise<void> {
  return async function dispatch(record) {
    const limit = Date.now() + CALL_LIMIT_MS;
    await deps.client.connection.withDeadline(limit, () => {
      if (isHelper(record.caseType)) return startHelper(deps, record);
      return record.start ? start(deps, record) : signal(deps, record);
    });
  };
}

/** A helper is started once, and then its command is done: what it does is in its own records. */
async function startHelper({ client, taskQueue, started }: DispatchDeps, record: OutboxCommand): Promise<void> {
  const seed = record.start?.seed ?? {};
  const subject = typeof seed['subject'] === 'string' ? seed['subject'] : record.caseId;
  try {
    await client.workflow.start(record.caseType, {
      workflowId: `${record.caseType}:${subject}:${record.caseId}`,
      taskQueue,
      args: [seed['input'] ?? {}],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
    });
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
  await started(record);
}

async function signal(deps: DispatchDeps, record: OutboxCommand): Promise<void> {
  const { caseType, caseId } = record;
  try {
    await deps.client.workflow.getHandle(workflowId(caseType, caseId)).signal(COMMAND_SIGNAL, toCommand(record));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    const found = await deps.findCase(caseType, caseId);
    // Without a record the case may still be waiting for its own start in the outbox: try again later.
    if (found === null) throw error;
    if (found.terminal) await deps.settle(record._id, found, 'CASE_CLOSED');
    else throw error;
  }
}

async function start(deps: DispatchDeps, record: OutboxCommand): Promise<void> {
  const { caseType, caseId } = record;
  if (record.start === undefined) throw new Error('not a starting command');
  const policy = deps.policyFor(caseType, record.start.policyVersion);
  const first = toCommand(record);
  const input: CaseInput = { caseType, caseId, seed: record.start.seed, first, policy, calendar: deps.calendar };
  const decider = deps.deciderOf(caseType);
  const context = { now: Date.now(), policy, calendar: deps.calendar };
  const { file } = handle(decider, openFile(decider, caseId, input.seed), first, context);
  const view = decider.view(file.state);
  try {
    await deps.client.workflow.start(caseType, {
      workflowId: workflowId(caseType, caseId),
      taskQueue: deps.taskQueue,
      args: [input],
      workflowIdConflictPolicy: 'USE_EXISTING',
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      staticSummary: `${caseType} ${view.category ?? ''} ${view.regionPath.at(-1) ?? ''}`.trim(),
      typedSearchAttributes: new TypedSearchAttributes(startAttributes(file.state, view)),
      priority: { priorityKey: Math.min(5, view.urgency + 1) },
    });
  } catch (error) {
    // The case has run and ended: its own recording holds the outcome.
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
