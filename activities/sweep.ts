import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { MAINTENANCE_STEPS, type MaintenanceStep } from '../contracts/jobs.ts';
import type { Queues } from '../infra/queues.ts';
import type { sweepRoundRepository } from '../models/sweep-round.ts';

/**
 * Runs the sweeper's steps, each at its own pace and by one process of all. The queue's schedulers trigger them, so that
 * they show in the dashboard; a timer takes over what the queue is late with, so that nothing depends on Redis.
 */

const MINUTE = 60_000;

export const SWEEP_EVERY_MS: { readonly [step in MaintenanceStep]: number } = {
  oldCases: MINUTE,
  lostWorkflows: 5 * MINUTE,
  lostRecords: 10 * MINUTE,
  expiredDrafts: 10 * MINUTE,
  orphanedPhotos: 60 * MINUTE,
  lostImports: 2 * MINUTE,
  checkpoint: 10 * MINUTE,
  lostPolicyRuns: 2 * MINUTE,
  retention: 60 * MINUTE,
  dataRequests: 5000,
  lostSms: 2 * MINUTE,
  secondLooks: 5 * MINUTE,
};
const PENDING_EVERY_MS = 5000;
const TICK_MS = 5000;
/** Redis may have lost the schedulers. */
const SCHEDULE_EVERY_MS = 10 * MINUTE;

export type SweepSteps = { readonly [step in MaintenanceStep]: () => Promise<number> };

export interface SweeperDeps {
  readonly rounds: Pick<ReturnType<typeof sweepRoundRepository>, 'take'>;
  readonly steps: SweepSteps;
  readonly sendPending: (signal: AbortSignal) => Promise<unknown>;
  readonly queues: Pick<Queues, 'all' | 'redis'>;
  readonly log: Pick<Logger, 'info' | 'warn'>;
  readonly everyMs?: typeof SWEEP_EVERY_MS;
  readonly pendingEveryMs?: number;
  readonly tickMs?: number;
  readonly seen?: (step: MaintenanceStep | 'pending', ok: boolean) => void;
}

export interface Sweeper {
  /** Sweeps until the signal, whatever is away. */
  run(signal: AbortSignal): Promise<void>;
  /** One step, as the queue triggers it. @returns what it found or cleared; null when it was not due */
  round(step: MaintenanceStep): Promise<number | null>;
}

export function createSweeper(deps: SweeperDeps): Sweeper {
  const { rounds, steps, queues, log, seen, everyMs = SWEEP_EVERY_MS } = deps;
  const { pendingEveryMs = PENDING_EVERY_MS, tickMs = TICK_MS } = deps;
  const failing = new Set<string>();
  let scheduledAt = 0;

  async function take(step: MaintenanceStep, lateMs: number): Promise<number | null> {
    if (!(await rounds.take(step, everyMs[step], lateMs))) return null;
    const found = await steps[step]();
    if (found > 0) log.info({ step, found }, 'sweeper');
    return found;
  }

  /** One line when a step begins to fail and one when it works again. */
  async function guarded(name: MaintenanceStep | 'pending', work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
      seen?.(name, true);
      if (failing.delete(name)) log.info({ step: name }, 'sweeper step works again');
    } catch (err) {
      seen?.(name, false);
      if (!failing.has(name)) log.warn({ err, step: name }, 'sweeper step failed');
      failing.add(name);
    }
  }

  async function schedule(): Promise<void> {
    if (queues.redis.status !== 'ready' || Date.now() - scheduledAt < SCHEDULE_EVERY_MS) return;
    for (const step of MAINTENANCE_STEPS) {
      await queues.all.maintenance.upsertJobScheduler(step, { every: everyMs[step] }, { name: step, data: { step } });
    }
    scheduledAt = Date.now();
  }

  async function every(ms: number, signal: AbortSignal, work: () => Promise<void>): Promise<void> {
    while (!signal.aborted) {
      await work();
      await sleep(ms, undefined, { signal }).catch(() => {});
    }
  }

  return {
    round: (step) => take(step, -everyMs[step] / 5),
    async run(signal) {
      await Promise.all([
        every(pendingEveryMs, signal, () => guarded('pending', () => deps.sendPending(signal))),
        every(tickMs, signal, () =>
          schedule().catch((err: unknown) => log.warn({ err }, 'sweeper steps are not scheduled')),
        ),
        every(tickMs, signal, async () => {
          for (const step of MAINTENANCE_STEPS) {
            if (signal.aborted) return;
            await guarded(step, () => take(step, everyMs[step] / 2));
          }
        }),
      ]);
    },
  };
}
