import type { Logger } from 'pino';
import { makeCheckpoint, verifyCheckpoints, type CheckpointDeps } from '../infra/checkpoint.ts';
import type { NewFinding } from '../models/finding.ts';

/** So many of the newest are compared with the events each time; `npm run checkpoints:verify` takes them all. */
const CHECKED = 10;

export interface CheckpointSweepDeps extends CheckpointDeps {
  readonly report: (finding: NewFinding) => Promise<unknown>;
  readonly log: Pick<Logger, 'error'>;
}

/** The sweeper's step: looks whether the newest checkpoints still fit, tells the operators when not, and signs the next. */
export function createCheckpointSweep({ report, log, ...deps }: CheckpointSweepDeps) {
  return async function checkpoint(now = Date.now()): Promise<number> {
    const newest = (await deps.checkpoints.newest())?._id ?? 0;
    const { faults } = await verifyCheckpoints(deps, { after: Math.max(0, newest - CHECKED) });
    for (const { checkpoint: n, fault } of faults) {
      log.error({ checkpoint: n, fault }, 'the event log contradicts a signed checkpoint');
      await report({ kind: 'brokenCheckpoint', caseType: 'checkpoint', caseId: String(n), detail: fault });
    }
    const made = await makeCheckpoint(deps, now);
    return faults.length + (made === null ? 0 : 1);
  };
}
