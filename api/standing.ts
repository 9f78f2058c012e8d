import type { StandingRecord } from '../models/standing.ts';

/** Where a case stands: the values of `standing` in the contracts. */
export const standingOf = <Stage extends string>(record: StandingRecord<Stage>) => ({
  id: record._id,
  rev: record.rev,
  seq: record.seq,
  stage: record.stage,
  stageSince: record.stageSince.toISOString(),
  dueAt: record.dueAt?.toISOString() ?? null,
});
