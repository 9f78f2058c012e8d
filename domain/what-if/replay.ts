import { handle, openFile, type CaseFile } from '../kernel/case-file.ts';
import { spread } from '../kernel/jitter.ts';
import { MIGRATE, policyAfter } from '../kernel/migration.ts';
import { isTerminal } from '../kernel/table.ts';
import {
  CLOCK,
  SYSTEM,
  type CalendarData,
  type CaseEvent,
  type CasePolicy,
  type CaseState,
  type Command,
  type Decider,
  type Instant,
  type Json,
} from '../kernel/types.ts';
import { clockNameOf, isClockStep, type RecordedLife, type RecordedStep, type StoredLife } from './life.ts';

/**
 * A stored case lived once more under other numbers: the people's commands come when they came, the clock's come by the
 * deadlines of those numbers. As long as everything goes as it went, deadlines included, the record leads; so under the
 * same numbers the same life must come out, and where it does not, the case is left out of every comparison.
 */
export interface Rules {
  readonly policy: CasePolicy;
  /** The policy that a recorded migration leads to; null: it is left out. */
  readonly migrated: (recorded: CasePolicy) => CasePolicy | null;
  readonly calendar: CalendarData;
  /** Until then the clock runs. */
  readonly horizon: Instant;
}

export interface Lived {
  readonly state: CaseState;
  readonly events: readonly CaseEvent[];
  /** Commands of people that were taken then and would come too late now. */
  readonly missed: readonly string[];
}

/** A runaway clock would be a bug of a decider; no case has so many steps. */
const MOST_STEPS = 5_000;

export function relive(
  decider: Decider<CaseState, CasePolicy>,
  { caseId, seed }: StoredLife,
  recorded: RecordedLife,
  { policy: start, migrated, calendar, horizon }: Rules,
): Lived {
  const { steps } = recorded;
  const clocks = steps.filter(isClockStep);
  const used = new Set<RecordedStep>();
  const events: CaseEvent[] = [];
  const missed: string[] = [];
  let file: CaseFile = openFile(decider, caseId, seed);
  let policy = start;
  let next = 0;
  let same = true;

  function apply(command: Command, now: Instant): readonly CaseEvent[] {
    const entered = file.state.stage;
    const handled = handle(decider, file, command, { now, policy, calendar });
    file = { ...handled.file, outcomes: [] };
    policy = policyAfter(policy, command, handled.events);
    events.push(...handled.events);
    if (!same && command.name !== TALLY) retell(entered, now);
    return handled.events;
  }

  /** A need that enters these stages is told its pledges' ledger: here the newest that had come by then. */
  function retell(entered: string, now: Instant): void {
    const { stage } = file.state;
    if (stage === entered || !TOLD_IN.includes(stage)) return;
    const newest = steps.findLast(({ command, at }) => command.name === TALLY && at <= now);
    if (newest === undefined) return;
    apply(
      { ...newest.command, id: `${newest.command.id}:again:${file.seq}`, data: newerThan(file.state, newest) },
      now,
    );
  }

  function byRecord(step: RecordedStep): void {
    next += 1;
    if (isClockStep(step)) used.add(step);
    const command = byOtherPolicy(step.command, migrated);
    if (command === null) return void (same = false);
    const data = !same && command.name === TALLY ? newerThan(file.state, step) : command.data;
    const happened = apply({ ...command, data }, step.at);
    if (happened.length === 0 && isOfPeople(step)) missed.push(command.name);
    same &&=
      happened.length === step.events.length && happened.every((event, i) => event.type === step.events[i]?.type);
  }

  /** As the engine does: a clock command that is refused, or leaves itself due, parks the case. */
  function byClock(name: string, at: Instant, match: RecordedStep | undefined): void {
    if (match !== undefined) used.add(match);
    same = false;
    const id = `replayed:clock:${file.seq}:${name}`;
    const happened = apply({ id, name, actor: CLOCK, data: {} }, at);
    const due = decider.deadline(file.state);
    if (isTerminal(decider.table, file.state)) return;
    if (happened.length > 0 && !(due?.command === name && due.at <= at)) return;
    apply({ id: `${id}:park`, name: 'park', actor: SYSTEM, data: { reason: `clockRefused:${name}` } }, at);
  }

  /** When the clock really acts: as late as it was then, else spread as ever. */
  function actsAt(name: string, dueAt: Instant): { at: Instant; match: RecordedStep | undefined } {
    const match = clocks.find((step) => !used.has(step) && clockNameOf(step) === name && step.dueAt !== null);
    if (match?.dueAt == null) return { at: spread(caseId, dueAt, policy.jitterMs), match };
    return { at: dueAt + (match.at - match.dueAt), match };
  }

  for (let n = 0; n < MOST_STEPS && !isTerminal(decider.table, file.state); n += 1) {
    const step = steps[next];
    const clock = step?.before ?? recorded.state.clock;
    if (same && sameClock(file.state.clock, clock)) {
      if (step === undefined) break;
      byRecord(step);
      continue;
    }
    if (step !== undefined && isClockStep(step)) {
      next += 1;
      same = false;
      continue;
    }
    const due = decider.deadline(file.state);
    const act = due === null ? null : actsAt(due.command, due.at);
    if (due !== null && act !== null && act.at <= horizon && (step === undefined || act.at < step.at)) {
      byClock(due.command, act.at, act.match);
    } else if (step !== undefined) {
      byRecord(step);
    } else break;
  }
  if (isTerminal(decider.table, file.state)) {
    missed.push(
      ...steps
        .slice(next)
        .filter(isOfPeople)
        .map(({ command }) => command.name),
    );
  }
  return { state: file.state, events, missed };
}

const isOfPeople = ({ command }: RecordedStep): boolean => !['clock', 'system'].includes(command.actor.role);

const TALLY = 'reportTally';
const TOLD_IN: readonly string[] = ['published', 'matched'];

const newerThan = (state: CaseState, { command }: RecordedStep): Command['data'] => {
  const known = (state as unknown as { tallyVersion?: number }).tallyVersion ?? 0;
  return { ...command.data, version: Math.max(Number(command.data['version'] ?? 0), known + 1) };
};

/** null: a migration that does not take place. */
function byOtherPolicy(command: Command, migrated: Rules['migrated']): Command | null {
  if (command.name !== MIGRATE) return command;
  const policy = migrated(command.data['policy'] as unknown as CasePolicy);
  return policy === null ? null : { ...command, data: { ...command.data, policy: policy as unknown as Json } };
}

function sameClock(a: CaseState['clock'], b: CaseState['clock']): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
