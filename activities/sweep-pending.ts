import type { Logger } from 'pino';
import { workflowId } from '../contracts/cases.ts';
import type { CommandRecord, commandRepository } from '../models/command.ts';

/**
 * Sends what waits in the outbox: cases accepted while Temporal was away, decisions that nobody could deliver, messages
 * from case to case. A command that arrives twice is applied once, so sending too often is harmless.
 */

const BATCH = 200;
const AT_ONCE = 8;

export interface PendingDeps {
  readonly commands: Pick<ReturnType<typeof commandRepository>, 'leaseDue'>;
  readonly dispatch: (command: CommandRecord) => Promise<void>;
  /** Asked first: while Temporal is away no try is used up, so that everything goes out as soon as it is back. */
  readonly temporalUp: () => Promise<boolean>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
}

/** @returns one round: how many commands were sent and how many could not be */
export function createPendingSweep({ commands, dispatch, temporalUp, log }: PendingDeps) {
  return async function sweepPending(signal?: AbortSignal): Promise<{ sent: number; failed: number }> {
    const total = { sent: 0, failed: 0 };
    while (!signal?.aborted && (await temporalUp())) {
      const due = await commands.leaseDue(BATCH);
      if (due.length === 0) break;
      const failed = await sendAll(byCase(due));
      total.sent += due.length - failed;
      total.failed += failed;
      if (due.length < BATCH) break;
    }
    if (total.sent + total.failed > 0) log.info(total, 'sweeper sent pending commands');
    return total;
  };

  /** Cases side by side; within a case the order of the commands is kept. */
  async function sendAll(lanes: (readonly CommandRecord[])[]): Promise<number> {
    let failed = 0;
    const worker = async (): Promise<void> => {
      for (let lane = lanes.shift(); lane !== undefined; lane = lanes.shift()) failed += await sendLane(lane);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return failed;
  }

  async function sendLane(lane: readonly CommandRecord[]): Promise<number> {
    for (const [sent, command] of lane.entries()) {
      try {
        await dispatch(command);
      } catch (err) {
        log.warn(
          { err, commandId: command._id, attempts: command.attempts + 1 },
          'a pending command could not be sent',
        );
        return lane.length - sent;
      }
    }
    return 0;
  }
}

/** One lane per case, oldest command first. */
function byCase(commands: readonly CommandRecord[]): CommandRecord[][] {
  const lanes = new Map<string, CommandRecord[]>();
  for (const command of commands.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime())) {
    const id = workflowId(command.caseType, command.caseId);
    const lane = lanes.get(id) ?? [];
    lane.push(command);
    lanes.set(id, lane);
  }
  return [...lanes.values()];
}
