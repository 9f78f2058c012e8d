import { fold } from '../kernel/case-file.ts';
import { MIGRATED } from '../kernel/migration.ts';
import type { CaseEvent, CasePolicy, CaseState, Command, Decider, JsonObject } from '../kernel/types.ts';

/** A case as it is stored: its events, and what its commands carried (`data` is not in the events). */
export interface StoredLife {
  readonly caseId: string;
  readonly seed: JsonObject;
  readonly events: readonly CaseEvent[];
  readonly commands: ReadonlyMap<string, Pick<Command, 'name' | 'data'>>;
}

/** One command that changed the case, in its place in the life. */
export interface RecordedStep {
  readonly command: Command;
  readonly at: number;
  readonly events: readonly CaseEvent[];
  /** Of a clock's command: for when it was due. */
  readonly dueAt: number | null;
  /** The clock as it stood before. */
  readonly before: CaseState['clock'];
}

export interface RecordedLife {
  readonly steps: readonly RecordedStep[];
  readonly state: CaseState;
}

/** Thrown for a life that cannot be replayed; `message` is a code. */
export class Unreadable extends Error {
  override name = 'Unreadable';
}

type Folding = Pick<Decider<CaseState, CasePolicy>, 'initial' | 'evolve' | 'table'>;

/** The engine parks a case whose clock command came to nothing; a replay does that by itself. */
const CLOCK_PARK = /:clock:\d+:(\w+):park$/;

/** @throws Unreadable when a command is not kept any more */
export function recordedLife(decider: Folding, { caseId, seed, events, commands }: StoredLife): RecordedLife {
  const steps: RecordedStep[] = [];
  let state = decider.initial(caseId, seed);
  for (let i = 0; i < events.length;) {
    const { commandId, actor, at } = events[i] as CaseEvent;
    let end = i;
    while (events[end]?.commandId === commandId) end += 1;
    const own = events.slice(i, end);
    const sent = commands.get(commandId);
    if (sent === undefined) throw new Unreadable('commandGone');
    const before = state;
    state = fold({ ...decider, initial: () => before }, caseId, seed, own);
    const clockName = actor.role === 'clock' ? sent.name : CLOCK_PARK.exec(commandId)?.[1];
    steps.push({
      command: { id: commandId, name: sent.name, actor, data: restored(sent, own) },
      at,
      events: own,
      dueAt: clockName === undefined ? null : (before.clock[clockName] ?? null),
      before: before.clock,
    });
    i = end;
  }
  return { steps, state };
}

export const isClockStep = ({ command, dueAt }: RecordedStep): boolean =>
  command.actor.role === 'clock' || (dueAt !== null && CLOCK_PARK.test(command.id));

export const clockNameOf = ({ command }: RecordedStep): string => CLOCK_PARK.exec(command.id)?.[1] ?? command.name;

/** What Bangfu told a case itself was not kept in older records; some of it stands in the events. */
function restored({ name, data }: Pick<Command, 'name' | 'data'>, [event]: readonly CaseEvent[]): JsonObject {
  if (Object.keys(data).length > 0 || event === undefined) return data;
  if (name === 'park') return { reason: event.data['reason'] ?? 'unknown', reaction: event.data['reaction'] ?? null };
  if (event.type !== 'reviewStarted') return data;
  const { eligible, reviewers, risk } = event.data;
  if (risk !== undefined) throw new Unreadable('screeningNotKept');
  return { ...(eligible !== undefined && { eligible }), ...(reviewers !== undefined && { reviewers }) };
}

/** Going over to another version is nothing that happens to the people of a case. */
export const withoutMigrations = (events: readonly CaseEvent[]): CaseEvent[] =>
  events.filter((event) => event.type !== MIGRATED);
