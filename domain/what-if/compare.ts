import type { CaseEvent, CaseState, Json, JsonObject } from '../kernel/types.ts';
import { withoutMigrations, type RecordedLife } from './life.ts';
import type { Lived } from './replay.ts';

/** How a case came out: where it stands, and what it came to. */
export interface End {
  readonly stage: string;
  readonly outcome: string | null;
}

/** `end`: it would stand elsewhere. `course`: the same end by another way. `time`: the same way at other times. */
export type Difference = 'end' | 'course' | 'time';

export interface Compared {
  readonly difference: Difference | null;
  readonly before: End;
  readonly after: End;
}

export function endOf(state: CaseState): End {
  const { outcome, endedBecause } = state as unknown as { outcome?: string | null; endedBecause?: string | null };
  return { stage: state.stage, outcome: outcome ?? endedBecause ?? state.parked?.reason ?? null };
}

/** The same life under two policies. */
export function compared(before: Lived, after: Lived): Compared {
  const ends = { before: endOf(before.state), after: endOf(after.state) };
  return { ...ends, difference: differenceOf(ends, withoutMigrations(before.events), withoutMigrations(after.events)) };
}

function differenceOf(
  { before, after }: { before: End; after: End },
  then: readonly CaseEvent[],
  now: readonly CaseEvent[],
): Difference | null {
  if (before.stage !== after.stage || before.outcome !== after.outcome) return 'end';
  const sameWay =
    then.length === now.length &&
    then.every((event, i) => event.type === now[i]?.type && routeOf(event) === routeOf(now[i] as CaseEvent));
  if (!sameWay) return 'course';
  return then.every((event, i) => event.at === now[i]?.at) ? null : 'time';
}

/** Whether the replay under the same rules gives what is stored, to the last number. */
export const isReproduced = ({ steps }: RecordedLife, { events }: Lived): boolean => {
  const stored = steps.flatMap((step) => step.events);
  return stored.length === events.length && stored.every((event, i) => isSame(event, events[i] as CaseEvent));
};

const isSame = (a: CaseEvent, b: CaseEvent): boolean => a.type === b.type && a.at === b.at && sameJson(a.data, b.data);

function sameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].every((key) => sameJson((a as JsonObject)[key], (b as JsonObject)[key]));
}

/** The levels that a review goes through, where an event begins one. */
export function routeOf({ data }: Pick<CaseEvent, 'data'>): string | null {
  const review = data['review'];
  if (typeof review !== 'object' || review === null || Array.isArray(review)) return null;
  const route = review['route'];
  return Array.isArray(route) ? route.filter((level) => typeof level === 'string').join('-') : null;
}

/** The route of the first review: what the risk, or the amount, asked for. */
export const firstRoute = (events: readonly CaseEvent[]): string | null => {
  const first = events.find((event) => event.type === 'reviewStarted');
  return first === undefined ? null : routeOf(first);
};
