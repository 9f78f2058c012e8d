import type { CaseState, CaseTable, Command, Deadline, Instant, JsonObject, Refusal, StageRule } from './types.ts';

/** Commands that every open stage takes, added by `withParking`; no case's table repeats them. */
export const PARKING_COMMANDS = ['park', 'resume', 'retry', 'skip', 'reassign', 'migratePolicy'] as const;

/**
 * Checks a case's table when it is loaded, so that a stage without an exit or without a deadline cannot ship.
 * @throws Error naming every fault
 */
export function checkedTable<T extends CaseTable>(name: string, table: T): T {
  const faults = Object.entries(table.stages).flatMap(([stage, rule]) => stageFaults(table, stage, rule));
  if (!(table.first in table.stages)) faults.push(`first stage ${table.first} is unknown`);
  if (faults.length > 0) throw new Error(`table of ${name}: ${faults.join('; ')}`);
  return table;
}

function stageFaults(table: CaseTable, stage: string, rule: StageRule): string[] {
  const targets = [...Object.values(rule.commands).flatMap((c) => c.to), ...Object.values(rule.clock).flat()];
  const faults = targets
    .filter((to) => to !== 'same' && !(to in table.stages))
    .map((to) => `${stage} leads to the unknown stage ${to}`);
  if (rule.terminal) {
    if (targets.length > 0) faults.push(`terminal stage ${stage} has commands`);
    return faults;
  }
  if (!targets.some((to) => to !== 'same')) faults.push(`${stage} has no exit`);
  if (Object.keys(rule.clock).length === 0) faults.push(`${stage} has no deadline`);
  return faults;
}

export function stageRule(table: CaseTable, stage: string): StageRule {
  const rule = table.stages[stage];
  if (rule === undefined) throw new Error(`unknown stage ${stage}`);
  return rule;
}

export const isTerminal = (table: CaseTable, state: CaseState): boolean =>
  stageRule(table, state.stage).terminal === true;

/** The commands a stage takes from people and systems, for the "what is allowed" part of a refusal. */
export const allowedCommands = (table: CaseTable, stage: string): string[] =>
  Object.keys(stageRule(table, stage).commands);

/** Whether the table lets this command happen in this stage at all; who may send it is checked by the case. */
export function refusalByStage(table: CaseTable, state: CaseState, command: Command): Refusal | null {
  const rule = stageRule(table, state.stage);
  if (command.name in rule.commands || command.name in rule.clock) return null;
  const detail: JsonObject = {
    stage: state.stage,
    command: command.name,
    allowed: allowedCommands(table, state.stage),
  };
  return { code: rule.terminal ? 'CASE_CLOSED' : 'NOT_ALLOWED_IN_STAGE', detail };
}

/** When the last act of the clock is due that is set now: by then the case has moved on, or the clock does not run. */
export const lastOf = (clock: CaseState['clock']): Instant | null => {
  const times = Object.values(clock);
  return times.length === 0 ? null : Math.max(...times);
};

/** The earliest act of the clock; ties go to the name, so that every replay picks the same one. */
export function earliest(clock: CaseState['clock']): Deadline | null {
  const entries = Object.entries(clock).sort(([a, at], [b, bt]) => at - bt || (a < b ? -1 : 1));
  const first = entries[0];
  return first === undefined ? null : { command: first[0], at: first[1] };
}
