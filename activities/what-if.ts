import { setImmediate as breathe } from 'node:timers/promises';
import type { Connection } from 'mongoose';
import { CASE_DECIDERS } from '../domain/cases.ts';
import { MIGRATED } from '../domain/kernel/migration.ts';
import type { CalendarData, CaseEvent } from '../domain/kernel/types.ts';
import type { Policy, PolicyPart } from '../domain/policy.ts';
import { countUnreadable, createRules, whatIf } from '../domain/what-if/index.ts';
import { UnknownPolicyError } from '../infra/policies.ts';
import type { CaseRecord } from '../models/case.ts';
import { commandRepository, type CommandRecord } from '../models/command.ts';
import { eventRepository, toCaseEvent } from '../models/event.ts';
import type { WhatIfRun } from '../models/policy-run.ts';
import type { BatchWork } from './policy-runs.ts';

export interface WhatIfDeps {
  readonly db: Connection;
  readonly reference: { readonly calendar: CalendarData; policyFor(version: string): Policy };
}

type SentCommand = Pick<CommandRecord, '_id' | 'caseId' | 'name' | 'data' | 'start'>;

/** Replays stored cases under other numbers. The pure deciders decide; nothing but the report is written. */
export function createWhatIfWork({ db, reference }: WhatIfDeps): BatchWork<WhatIfRun> {
  const { events } = eventRepository(db);
  const { commands } = commandRepository(db);

  return async function replay(run, cases) {
    const rulesOf = createRules(reference.policyFor, run.request.change);
    const world = { calendar: reference.calendar, horizon: run.createdAt.getTime() };
    for (const caseType of new Set(cases.map((record) => record.caseType))) {
      const group = cases.filter((record) => record.caseType === caseType);
      const [happened, sent] = await Promise.all([eventsOf(caseType, group), commandsOf(caseType, group)]);
      for (const record of group) {
        await breathe();
        const own = (happened.get(record.caseId) ?? []).filter(({ seq }) => seq <= record.seq);
        replayOne(record, own, sent.get(record.caseId) ?? []);
      }
    }

    function replayOne(record: CaseRecord, own: readonly CaseEvent[], told: readonly SentCommand[]): void {
      const decider = CASE_DECIDERS[record.caseType];
      if (decider === undefined || own.length < record.seq) return countUnreadable(run.report, 'eventsGone');
      try {
        const rules = rulesOf(record.caseType as PolicyPart, startVersion(record, own, told));
        const { caseId, seed } = record;
        const life = { caseId, seed, events: own, commands: new Map(told.map((command) => [command._id, command])) };
        whatIf(run.report, decider, record, life, rules, world);
      } catch (error) {
        if (!(error instanceof UnknownPolicyError)) throw error;
        countUnreadable(run.report, 'policyUnknown');
      }
    }
  };

  async function eventsOf(caseType: string, group: readonly CaseRecord[]): Promise<Map<string, CaseEvent[]>> {
    const byCase = new Map<string, CaseEvent[]>();
    const ids = group.map(({ caseId }) => caseId);
    const found = events.find({ caseType, caseId: { $in: ids } }).sort({ caseType: 1, caseId: 1, seq: 1 });
    for await (const event of found.maxTimeMS(60_000)) {
      const own = byCase.get(event.caseId) ?? [];
      own.push(toCaseEvent(event));
      byCase.set(event.caseId, own);
    }
    return byCase;
  }

  async function commandsOf(caseType: string, group: readonly CaseRecord[]): Promise<Map<string, SentCommand[]>> {
    const byCase = new Map<string, SentCommand[]>();
    const ids = group.map(({ caseId }) => caseId);
    const fields = { caseId: 1, name: 1, data: 1, 'start.policyVersion': 1 } as const;
    const found = commands.find({ caseType, caseId: { $in: ids } }).project<SentCommand>(fields);
    for await (const command of found.maxTimeMS(60_000)) {
      const own = byCase.get(command.caseId) ?? [];
      own.push(command);
      byCase.set(command.caseId, own);
    }
    return byCase;
  }
}

/** The version that a case began with; its record names the one it has now. */
function startVersion(record: CaseRecord, events: readonly CaseEvent[], told: readonly SentCommand[]): string {
  const begun = told.find(({ start }) => start !== undefined)?.start?.policyVersion;
  const first = events.find(({ type }) => type === MIGRATED)?.data['from'];
  return begun ?? (typeof first === 'string' ? first : record.policyVersion);
}
