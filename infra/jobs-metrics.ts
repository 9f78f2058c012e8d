import { Gauge, type Registry } from 'prom-client';
import type { Logger } from './logger.ts';
import { counter } from './metrics.ts';

/** What the jobs process shows of itself. Names are documented in ops/. */
export interface JobsGauges {
  /** Commands in the outbox that are due and not applied, and how old the oldest is. */
  pendingCommands(): Promise<{ count: number; oldest: Date | null }>;
  /** Open findings by kind. */
  findings(): Promise<Record<string, number>>;
}

export function createJobsMetrics(registry: Registry, gauges: JobsGauges, log: Pick<Logger, 'debug'>) {
  let waitingSince: Date | null = null;
  const published = counter(registry, 'bangfu_relay_events_total', 'Events put into the queues');
  const lostPlaces = counter(
    registry,
    'bangfu_relay_place_lost_total',
    'Times the relay had to read the collection again',
  );
  const sweeps = counter(registry, 'bangfu_sweeper_steps_total', 'Rounds of the sweeper', ['step', 'result'] as const);

  /** A metric that cannot be read now (MongoDB is away) keeps its last value; the page still answers. */
  const gauge = (
    name: string,
    help: string,
    labelNames: string[],
    read: (gauge: Gauge) => void | Promise<void>,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        try {
          await read(this);
        } catch (err) {
          log.debug({ err, metric: name }, 'metric not read');
        }
      },
    });
  };

  gauge('bangfu_relay_lag_seconds', 'Age of the oldest event that is not in the queues yet', [], (lag) =>
    lag.set(waitingSince === null ? 0 : (Date.now() - waitingSince.getTime()) / 1000),
  );
  gauge('bangfu_commands_pending', 'Commands accepted and not applied yet', [], async (pending) =>
    pending.set((await gauges.pendingCommands()).count),
  );
  gauge('bangfu_commands_pending_oldest_seconds', 'Age of the oldest of them', [], async (age) => {
    const { oldest } = await gauges.pendingCommands();
    age.set(oldest === null ? 0 : (Date.now() - oldest.getTime()) / 1000);
  });
  gauge('bangfu_findings_open', 'What the sweeper has found and is not settled', ['kind'], async (findings) => {
    const counts = await gauges.findings();
    findings.reset();
    for (const [kind, n] of Object.entries(counts)) findings.set({ kind }, n);
  });

  return {
    relay: {
      waitingSince: (at: Date | null): void => void (waitingSince = at),
      published: (count: number): void => published.inc(count),
      placeLost: (): void => lostPlaces.inc(),
    },
    sweep: (step: string, ok: boolean): void => sweeps.inc({ step, result: ok ? 'ok' : 'failed' }),
  };
}
