import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { CASE_TYPES, workflowId } from '../contracts/cases.ts';
import type { CaseRecord, caseRepository } from '../models/case.ts';
import type { eventRepository } from '../models/event.ts';
import type { FindingKind, FindingRecord, findingRepository } from '../models/finding.ts';

/**
 * Looks for cases that nobody works on: too long in one stage, a record without its workflow, a workflow without its
 * record. What it finds is reported once and resolved by itself when it is gone.
 */

const BATCH = 500;
/** Describing a workflow costs Temporal a little: suspicious cases only, and few a second. */
const DESCRIBED_PER_SECOND = 5;
const DESCRIBED_PER_ROUND = 100;
const LISTED_PER_ROUND = 1000;

/** What the sweeper asks Temporal. */
export interface WorkflowSights {
  /** @throws when Temporal does not answer */
  running(workflowId: string): Promise<boolean>;
  /** Ids of running cases that started in this span, as visibility sees them: seconds late, never the truth. */
  startedBetween(from: Date, to: Date, limit: number): AsyncIterable<{ workflowId: string; caseType: string }>;
}

export interface CaseSweepDeps {
  readonly cases: ReturnType<typeof caseRepository>['cases'];
  readonly events: ReturnType<typeof eventRepository>['events'];
  readonly findings: ReturnType<typeof findingRepository>;
  readonly sights: WorkflowSights;
  readonly log: Pick<Logger, 'warn'>;
  /** A deadline this long past means that no workflow acted on it. Longer than any policy's jitter. */
  readonly overdueGraceMs?: number;
  /** A workflow may run this long before its first record is missed. */
  readonly recordGraceMs?: number;
  readonly describePauseMs?: number;
}

type CasePart = Pick<
  CaseRecord,
  '_id' | 'caseType' | 'caseId' | 'stage' | 'regionPath' | 'dueAt' | 'reportAfter' | 'terminal'
>;
const PART = { caseType: 1, caseId: 1, stage: 1, regionPath: 1, dueAt: 1, reportAfter: 1, terminal: 1 } as const;

export function createCaseSweeps(deps: CaseSweepDeps) {
  const { cases, events, findings, sights, log } = deps;
  const { overdueGraceMs = 15 * 60_000, recordGraceMs = 5 * 60_000 } = deps;
  const { describePauseMs = 1000 / DESCRIBED_PER_SECOND } = deps;
  let examinedUpTo: { dueAt: Date; id: string } | null = null;

  /** Cases that stand longer in their stage than any rule allows. */
  async function oldCases(now = new Date()): Promise<number> {
    const found = await cases
      .find({ terminal: false, reportAfter: { $lt: now } })
      .project<CasePart>(PART)
      .sort({ reportAfter: 1 })
      .limit(BATCH)
      .maxTimeMS(5000)
      .toArray();
    for (const record of found) await report('oldCase', record, record.stage);
    await resolve('oldCase', async (record) => record === null || !isOld(record, now));
    await resolveConflicts();
    return found.length;
  }

  /** Open cases whose deadline passed unseen: is there still a workflow at all? */
  async function lostWorkflows(now = new Date()): Promise<number> {
    const due = new Date(now.getTime() - overdueGraceMs);
    const suspects = await overdue(due);
    let lost = 0;
    for (const record of suspects) {
      if (!(await sights.running(record._id))) {
        await report('lostWorkflow', record, record.stage);
        lost += 1;
      }
      await sleep(describePauseMs);
    }
    await resolve('lostWorkflow', async (record) => {
      if (record === null || record.terminal || record.dueAt === null || record.dueAt >= due) return true;
      await sleep(describePauseMs);
      return sights.running(record._id);
    });
    return lost;
  }

  /** The next part of the overdue cases, round after round, so that long queues of healthy ones hide nobody. */
  async function overdue(due: Date): Promise<CasePart[]> {
    const after = examinedUpTo;
    const rest = after && { $or: [{ dueAt: { $gt: after.dueAt } }, { dueAt: after.dueAt, _id: { $gt: after.id } }] };
    const suspects = await cases
      .find({ terminal: false, dueAt: { $lt: due }, ...rest })
      .project<CasePart>(PART)
      .sort({ dueAt: 1, _id: 1 })
      .limit(DESCRIBED_PER_ROUND)
      .maxTimeMS(5000)
      .toArray();
    const last = suspects.at(-1);
    const more = suspects.length === DESCRIBED_PER_ROUND && last !== undefined && last.dueAt !== null;
    examinedUpTo = more && last.dueAt !== null ? { dueAt: last.dueAt, id: last._id } : null;
    return suspects;
  }

  /** Running workflows of the last day that have recorded nothing. Visibility only names suspects; Temporal decides. */
  async function lostRecords(now = new Date()): Promise<number> {
    const to = new Date(now.getTime() - recordGraceMs);
    const from = new Date(now.getTime() - 24 * 3_600_000);
    const seen: string[] = [];
    for await (const { workflowId: id, caseType } of sights.startedBetween(from, to, LISTED_PER_ROUND)) {
      if ((CASE_TYPES as readonly string[]).includes(caseType)) seen.push(id);
    }
    const known = await cases
      .find({ _id: { $in: seen } })
      .project<{ _id: string }>({ _id: 1 })
      .maxTimeMS(5000)
      .toArray();
    const present = new Set(known.map(({ _id }) => _id));
    let lost = 0;
    for (const id of seen.filter((one) => !present.has(one)).slice(0, DESCRIBED_PER_ROUND)) {
      if (!(await sights.running(id))) continue;
      const [caseType = '', caseId = ''] = id.split(':');
      await report('lostRecord', { caseType, caseId, regionPath: [] }, 'running');
      lost += 1;
      await sleep(describePauseMs);
    }
    await resolve('lostRecord', async (record, finding) => {
      if (record !== null) return true;
      await sleep(describePauseMs);
      return !(await sights.running(workflowId(finding.caseType, finding.caseId)));
    });
    return lost;
  }

  /** A case that was halted by a contradiction records again: whatever it was, it is over. */
  async function resolveConflicts(): Promise<void> {
    const gone: string[] = [];
    for (const { _id, caseType, caseId, seenAt } of await findings.open('recordConflict', DESCRIBED_PER_ROUND)) {
      const newest = await events.findOne({ caseType, caseId }, { sort: { seq: -1 }, maxTimeMS: 3000 });
      if (newest !== null && newest.recordedAt > seenAt) gone.push(_id);
    }
    await findings.resolve(gone);
  }

  async function report(
    kind: FindingKind,
    { caseType, caseId, regionPath }: Pick<CaseRecord, 'caseType' | 'caseId' | 'regionPath'>,
    detail: string,
  ): Promise<void> {
    const isNew = await findings.report({ kind, caseType, caseId, detail, regionPath });
    if (isNew) log.warn({ kind, caseType, caseId, detail }, 'sweeper found a case that needs an operator');
  }

  async function resolve(
    kind: FindingKind,
    isGone: (record: CasePart | null, finding: FindingRecord) => Promise<boolean>,
  ): Promise<void> {
    const gone: string[] = [];
    for (const finding of await findings.open(kind, DESCRIBED_PER_ROUND)) {
      const _id = workflowId(finding.caseType, finding.caseId);
      const record = await cases.findOne<CasePart>({ _id }, { projection: PART, maxTimeMS: 3000 });
      if (await isGone(record, finding)) gone.push(finding._id);
      else await findings.touch(finding._id);
    }
    await findings.resolve(gone);
  }

  return { oldCases, lostWorkflows, lostRecords };
}

const isOld = ({ terminal, reportAfter }: CasePart, now: Date): boolean =>
  !terminal && reportAfter !== null && reportAfter < now;
