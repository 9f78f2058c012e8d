import type { Connection } from 'mongoose';
import type { CaseType } from '../contracts/cases.ts';
import { CASE_DECIDERS } from '../domain/cases.ts';
import { handle } from '../domain/kernel/case-file.ts';
import { MIGRATE } from '../domain/kernel/migration.ts';
import type { Actor, CalendarData, Command, Instant, Json } from '../domain/kernel/types.ts';
import { policyOf, type Policy } from '../domain/policy.ts';
import type { CaseRecord } from '../models/case.ts';
import { commandRepository, pendingCommand, type CommandRecord, type NewCommand } from '../models/command.ts';
import { policyRunRepository, type MigrationResultRecord, type MigrationRun } from '../models/policy-run.ts';
import type { BatchWork } from './policy-runs.ts';
import { messageId } from './tally.ts';

export interface MigrationDeps {
  readonly db: Connection;
  readonly reference: {
    readonly calendar: CalendarData;
    policyFor(version: string): Policy;
    policyIn(regionPath: readonly string[], now: Instant): Policy;
  };
  readonly dispatch: (command: CommandRecord) => Promise<void>;
}

/** Takes running cases over to another version: each case decides for itself, here it is only asked and told. */
export function createMigrationWork({ db, reference, dispatch }: MigrationDeps): BatchWork<MigrationRun> {
  const outbox = commandRepository(db);
  const { results } = policyRunRepository(db);

  return async function migrate(run, cases) {
    const now = Date.now();
    const moves = cases.flatMap((record) => move(run, record, now) ?? []);
    count(run, cases, moves);
    const rows = moves.map(({ row }) => row);
    await Promise.all(rows.map((row) => results.replaceOne({ _id: row._id }, row, { upsert: true })));
    if (run.request.dryRun) return;
    const commands = moves.filter(({ row }) => row.refusal === null).map(({ command }) => command);
    await outbox.enqueue(commands);
    // What cannot be sent now, the sweeper sends.
    await Promise.allSettled(commands.map((command) => dispatch(pendingCommand(command))));
  };

  /** null: the case has that version. */
  function move(run: MigrationRun, record: CaseRecord, now: Instant) {
    const { caseType, caseId, regionPath, policyVersion: from, seq, state } = record;
    const decider = CASE_DECIDERS[caseType];
    const target = run.request.to === null ? reference.policyIn(regionPath, now) : reference.policyFor(run.request.to);
    if (decider === undefined || target.version === from) return null;
    const kind = caseType as CaseType;
    const policy = policyOf(target, kind);
    const commandId = messageId(MIGRATE, `${caseType}-${caseId}`, run._id);
    const actor: Actor = { id: run.requestedBy, role: 'operator' };
    const data = { policy: policy as unknown as Json };
    const asked: Command = { id: commandId, name: MIGRATE, actor, data };
    const own = policyOf(reference.policyFor(from), kind);
    const context = { now, policy: own, calendar: reference.calendar };
    const { outcome, file } = handle(decider, { state, seq, outcomes: [] }, asked, context);
    const dueBefore = decider.deadline(state);
    const dueAfter = decider.deadline(file.state);
    const row: MigrationResultRecord = {
      ...{ _id: `${run._id}:${record._id}`, runId: run._id, caseType, caseId, from, to: target.version },
      ...{ stage: state.stage, refusal: outcome.refusal?.code ?? null },
      dueBefore: dueBefore === null ? null : new Date(dueBefore.at),
      dueAfter: dueAfter === null ? null : new Date(dueAfter.at),
      commandId: run.request.dryRun || outcome.status === 'refused' ? null : commandId,
    };
    const command: NewCommand = { _id: commandId, caseType, caseId, name: MIGRATE, actor, data, bodyHash: '' };
    return { row, command };
  }
}

function count(
  { report }: MigrationRun,
  cases: readonly unknown[],
  moves: readonly { row: MigrationResultRecord }[],
): void {
  report.cases += cases.length;
  report.unchanged += cases.length - moves.length;
  for (const { row } of moves) {
    if (row.refusal !== null) {
      report.refused[row.refusal] = (report.refused[row.refusal] ?? 0) + 1;
      continue;
    }
    report.sent += 1;
    const [before, after] = [row.dueBefore?.getTime() ?? 0, row.dueAfter?.getTime() ?? 0];
    report.deadlines[after < before ? 'sooner' : after > before ? 'later' : 'same'] += 1;
  }
}
