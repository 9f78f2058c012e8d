import type { Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import type { Logger } from '../infra/logger.ts';
import { caseRepository, type CaseRecord } from '../models/case.ts';
import { policyRunRepository, type CaseSelection, type PolicyRunRecord } from '../models/policy-run.ts';
import { isMongoAway } from './mongo-away.ts';

/** What is done with one batch of cases. It may be repeated after a crash: the report is then as it was before it. */
export type BatchWork<R extends PolicyRunRecord> = (run: R, cases: readonly CaseRecord[]) => Promise<void>;

export interface PolicyRunDeps {
  readonly db: Connection;
  readonly work: { readonly [K in PolicyRunRecord['kind']]: BatchWork<Extract<PolicyRunRecord, { kind: K }>> };
  readonly log: Pick<Logger, 'error'>;
  readonly batchSize?: number;
}

/** Carries out a run batch by batch. Whoever takes it up after a crash goes on behind the last batch that was saved. */
export function createPolicyRuns({ db, work, log, batchSize = 100 }: PolicyRunDeps): (runId: string) => Promise<void> {
  const runs = policyRunRepository(db);
  const { cases } = caseRepository(db);

  return async function carryOut(runId) {
    const run = await runs.begin(runId, new Date());
    if (run === null) return;
    try {
      await throughAll(run);
    } catch (error) {
      if (isMongoAway(error)) throw error;
      log.error({ err: error, runId }, 'a policy run failed');
      await runs.end(runId, 'failed', error instanceof Error ? error.name : 'unknown');
    }
  };

  async function throughAll(run: PolicyRunRecord): Promise<void> {
    const chosen = chosenCases(run);
    const total = run.total ?? (await cases.countDocuments(chosen, { maxTimeMS: 60_000 }));
    await runs.progress(run._id, { total });
    let { after, done } = run;
    for (;;) {
      const batch = await cases
        .find({ $and: [chosen, { _id: { $gt: after } }] })
        .sort({ _id: 1 })
        .limit(batchSize)
        .maxTimeMS(60_000)
        .toArray();
      const last = batch.at(-1);
      if (last === undefined) break;
      await (work[run.kind] as BatchWork<PolicyRunRecord>)(run, batch);
      after = last._id;
      done += batch.length;
      // What had begun before and was recorded only after it was counted is among them.
      const counted = { after, done, total: Math.max(total, done), report: run.report };
      if (!(await runs.progress(run._id, counted))) return;
    }
    await runs.end(run._id, 'done');
  }
}

function chosenCases(run: PolicyRunRecord): Filter<CaseRecord> {
  const { region, caseTypes, startedFrom, startedBefore }: CaseSelection = run.request;
  return {
    caseType: { $in: [...caseTypes] },
    // What began later is for later runs.
    startedAt: { ...(startedFrom && { $gte: startedFrom }), $lt: startedBefore ?? run.createdAt },
    ...(region !== null && { regionPath: region }),
    ...(run.kind === 'migration' && { terminal: false }),
    ...(run.kind === 'migration' && run.request.caseIds !== null && { caseId: { $in: [...run.request.caseIds] } }),
    ...(run.kind === 'migration' && run.request.from !== null && { policyVersion: run.request.from }),
  };
}
