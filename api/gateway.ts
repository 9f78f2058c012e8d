import { setTimeout as sleep } from 'node:timers/promises';
import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import type { Logger } from 'pino';
import { COMMAND_UPDATE, workflowId } from '../contracts/cases.ts';
import type { Outcome } from '../domain/kernel/case-file.ts';
import type { JsonObject } from '../domain/kernel/types.ts';
import { toCommand } from '../infra/temporal/dispatch.ts';
import type { CaseRecord } from '../models/case.ts';
import {
  newCommand,
  plannedFor,
  startingCommand,
  type CommandEnvelope,
  type CommandRecord,
  type NewCommand,
  type StartEnvelope,
} from '../models/command.ts';
import { createBreaker, createLanes, GatewayBusy } from './gateway-limits.ts';

export { GatewayBusy, startingCommand };
export type { CommandEnvelope, StartEnvelope };

/** What a caller is told. `pending`: kept for certain, applied later; read `/v1/commands/{id}`. */
export type CommandReceipt =
  | { readonly commandId: string; readonly status: 'applied' | 'refused'; readonly outcome: Outcome }
  | { readonly commandId: string; readonly status: 'pending' };

/** The same command id came with another content. */
export class CommandReused extends Error {}

/** What an operator sees of a workflow; `unavailable` when Temporal is. */
export type WorkflowSight =
  | { readonly status: 'unavailable' | 'missing' }
  | {
      readonly status: string;
      readonly runId: string;
      readonly historyLength: number;
      readonly pendingActivities: readonly {
        readonly name: string;
        readonly attempt: number;
        readonly lastFailure: string | null;
      }[];
    };

export interface Gateway {
  /** Hands the case's first command over. The answer is always `pending`: starting a case never waits for a worker. */
  start(envelope: StartEnvelope): Promise<CommandReceipt>;
  /** Sends a command and waits for its outcome, 6 seconds at most. */
  send(envelope: CommandEnvelope): Promise<CommandReceipt>;
  /**
   * Sends what a transaction of the caller has put into the outbox, a few at a time: a crowd must not start hundreds of
   * cases at once. Failing is allowed: the sweeper follows.
   */
  dispatch(record: CommandRecord): Promise<void>;
  receipt(commandId: string): Promise<CommandReceipt | null>;
  describe(caseType: string, caseId: string): Promise<WorkflowSight>;
}

export interface GatewayDeps {
  readonly client: Client;
  readonly log: Logger;
  readonly outbox: {
    accept(command: NewCommand): Promise<{ record: CommandRecord; isNew: boolean }>;
    settle(outcome: Outcome): Promise<Outcome>;
    find(id: string): Promise<CommandRecord | null>;
  };
  readonly findCase: (caseType: string, caseId: string) => Promise<CaseRecord | null>;
  readonly dispatch: (record: CommandRecord) => Promise<void>;
}

const UPDATE_LIMIT_MS = 5_000;
const SIGNAL_LIMIT_MS = 1_000;
const DESCRIBE_LIMIT_MS = 2_000;

/**
 * The API's only way to the cases. A command is kept in MongoDB before anything is sent, goes as an update, and when no
 * answer comes, as a signal with the same id: whichever copy arrives second changes nothing. An error of Temporal is
 * never taken for an outcome.
 */
export function createGateway(deps: GatewayDeps): Gateway {
  const { client, outbox, log } = deps;
  const lanes = createLanes({ inFlight: 4, waiting: 64, waitMs: 10_000 });
  const paced = createLanes({ inFlight: 4, waiting: 500, waitMs: 30_000 });
  const breaker = createBreaker(3_000);

  return {
    async start(envelope) {
      const { seed, policyVersion } = envelope;
      const { record } = await accept(envelope, { seed, policyVersion });
      if (record.outcome !== undefined) return receiptOf(record);
      await sendTwin(record);
      return { commandId: record._id, status: 'pending' };
    },

    async send(envelope) {
      const key = workflowId(envelope.caseType, envelope.caseId);
      // The lane comes first: who is told "too many" must find nothing kept.
      return lanes.run(key, async () => {
        const { record } = await accept(envelope);
        if (record.outcome !== undefined) return receiptOf(record);
        return breaker.isOpen(key) ? { commandId: record._id, status: 'pending' } : update(record);
      });
    },

    async dispatch(record) {
      const ahead = plannedFor(record) - Date.now();
      if (ahead > 0) await sleep(ahead, undefined, { ref: false });
      await paced.run('', () => sendTwin(record)).catch(leftToSweeper);
    },

    async receipt(commandId) {
      const record = await outbox.find(commandId);
      return record === null ? null : receiptOf(record);
    },

    describe: (caseType, caseId) => describe(client, workflowId(caseType, caseId)),
  };

  async function accept(envelope: CommandEnvelope, start?: CommandRecord['start']) {
    const command = newCommand(envelope, start);
    const accepted = await outbox.accept(command);
    if (accepted.record.bodyHash !== command.bodyHash) throw new CommandReused(command._id);
    return accepted;
  }

  async function update(record: CommandRecord): Promise<CommandReceipt> {
    const handle = client.workflow.getHandle(workflowId(record.caseType, record.caseId));
    const options = { args: [toCommand(record)] as [ReturnType<typeof toCommand>], updateId: record._id };
    try {
      const outcome = await client.connection.withDeadline(Date.now() + UPDATE_LIMIT_MS, () =>
        handle.executeUpdate<Outcome, [ReturnType<typeof toCommand>]>(COMMAND_UPDATE, options),
      );
      breaker.succeeded();
      return { commandId: record._id, status: outcome.status, outcome };
    } catch (error) {
      return afterError(record, error);
    }
  }

  async function afterError(record: CommandRecord, error: unknown): Promise<CommandReceipt> {
    const refused = refusalIn(error);
    if (refused !== null) return settleRefusal(record, refused);
    if (error instanceof WorkflowNotFoundError) return afterNotFound(record);
    log.warn({ commandId: record._id, err: errorName(error) }, 'no answer to an update: the signal follows');
    breaker.failed(workflowId(record.caseType, record.caseId));
    // Some errors come although the command was applied: its outcome, if there is one, is the truth.
    const known = await outbox.find(record._id);
    if (known?.outcome !== undefined) return receiptOf(known);
    await sendTwin(record);
    return { commandId: record._id, status: 'pending' };
  }

  /** A refusal by the validator leaves no history, so it is stored here. A sweeper may have been quicker: then its outcome stands. */
  async function settleRefusal(record: CommandRecord, refused: ApplicationFailure): Promise<CommandReceipt> {
    const found = await deps.findCase(record.caseType, record.caseId);
    const outcome = await outbox.settle({
      commandId: record._id,
      command: record.name,
      status: 'refused',
      seq: found?.seq ?? 0,
      stage: found?.stage ?? '',
      refusal: { code: refused.type ?? 'REFUSED', detail: (refused.details?.[0] ?? {}) as JsonObject },
    });
    return { commandId: record._id, status: outcome.status, outcome };
  }

  async function afterNotFound(record: CommandRecord): Promise<CommandReceipt> {
    const known = await outbox.find(record._id);
    if (known?.outcome !== undefined) return receiptOf(known);
    const found = await deps.findCase(record.caseType, record.caseId);
    // Not started yet, or its record is on its way: the command stays in the outbox behind the start.
    if (found === null || !found.terminal) return { commandId: record._id, status: 'pending' };
    const refusal = { code: 'CASE_CLOSED', detail: { stage: found.stage } };
    const { seq, stage } = found;
    const closed: Outcome = { commandId: record._id, command: record.name, status: 'refused', seq, stage, refusal };
    const outcome = await outbox.settle(closed);
    return { commandId: record._id, status: outcome.status, outcome };
  }

  async function sendTwin(record: CommandRecord): Promise<void> {
    try {
      await client.connection.withDeadline(Date.now() + SIGNAL_LIMIT_MS, () => deps.dispatch(record));
    } catch (error) {
      log.warn({ commandId: record._id, err: errorName(error) }, 'command stays in the outbox for the sweeper');
    }
  }
}

/** What had to wait too long is in the outbox all the same. */
function leftToSweeper(error: unknown): void {
  if (!(error instanceof GatewayBusy)) throw error;
}

const receiptOf = (record: CommandRecord): CommandReceipt =>
  record.outcome === undefined
    ? { commandId: record._id, status: 'pending' }
    : { commandId: record._id, status: record.outcome.status, outcome: record.outcome };

/** Only a failure that the case itself raised is a refusal. */
function refusalIn(error: unknown): ApplicationFailure | null {
  if (!(error instanceof WorkflowUpdateFailedError)) return null;
  const { cause } = error;
  return cause instanceof ApplicationFailure && cause.nonRetryable === true && isCode(cause.type) ? cause : null;
}

/** Temporal's own failures ("AcceptedUpdateCompletedWorkflow" …) also come as application failures: they say nothing. */
const isCode = (type: string | null | undefined): boolean => /^[A-Z][A-Z0-9_]+$/.test(type ?? '');

const errorName = (error: unknown): string => (error instanceof Error ? error.name : 'unknown');

async function describe(client: Client, id: string): Promise<WorkflowSight> {
  try {
    const sight = await client.connection.withDeadline(Date.now() + DESCRIBE_LIMIT_MS, () =>
      client.workflow.getHandle(id).describe(),
    );
    return {
      status: sight.status.name.toLowerCase(),
      runId: sight.runId,
      historyLength: sight.historyLength,
      pendingActivities: (sight.raw.pendingActivities ?? []).map((activity) => ({
        name: activity.activityType?.name ?? '',
        attempt: activity.attempt ?? 0,
        lastFailure: activity.lastFailure?.applicationFailureInfo?.type ?? null,
      })),
    };
  } catch (error) {
    return { status: error instanceof WorkflowNotFoundError ? 'missing' : 'unavailable' };
  }
}
