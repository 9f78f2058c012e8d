import { addDays, addWorkingDays, workingDaysBetween } from '../time/calendar.ts';
import {
  accept,
  refuse,
  type CaseEvent,
  type CasePolicy,
  type CaseState,
  type Command,
  type CommandRule,
  type Context,
  type Decision,
  type Instant,
  type Json,
  type JsonObject,
} from './types.ts';

/**
 * A running case goes over to another version of its policy, the same for every case: an operator's command brings the
 * numbers, the deadlines of the present stage are counted anew from where they began, and from then on the case decides
 * by the new numbers. What stands still (a pause, a correction) keeps what was left of it.
 */
export const MIGRATE = 'migratePolicy';
export const MIGRATED = 'policyMigrated';

export const migrateRule: CommandRule = { by: ['operator'], to: ['same'] };

/** How a pending act of the clock came about: that many days after `since`. */
export interface Span<P> {
  readonly since: Instant;
  /** Undefined under a policy that does not have the value. */
  readonly days: (policy: P) => number | undefined;
  readonly working?: true;
}

/** The pending acts of the clock in this state, as far as a policy sets them; for a parked case as if it were not. */
export type Spans<S, P> = (state: S) => { readonly [command: string]: Span<P> };

/** A change comes with notice: no deadline is moved to a time nearer than this. */
const NOTICE_WORKING_DAYS = 1;

/** The policy that a case decides by after this command. */
export const policyAfter = <P extends CasePolicy>(policy: P, command: Command, events: readonly CaseEvent[]): P =>
  command.name === MIGRATE && events.length > 0 ? (command.data['policy'] as unknown as P) : policy;

/** null: another command. */
export function decideMigration<S extends CaseState, P extends CasePolicy>(
  state: S,
  command: Command,
  context: Context<P>,
  spans: Spans<S, P> = () => ({}),
): Decision | null {
  if (command.name !== MIGRATE) return null;
  if (command.actor.role !== 'operator') return refuse('NOT_PERMITTED');
  const to = policyFrom<P>(command.data['policy']);
  if (to === null) return refuse('INVALID_REQUEST', { member: 'policy' });
  if (to.version === context.policy.version) return refuse('ALREADY_DONE');
  const clock = migratedClock(state, context, to, spans);
  return accept({ type: MIGRATED, data: { from: context.policy.version, to: to.version, clock } });
}

/** The clock under the new policy; of a parked case the one that waits to go on. */
function migratedClock<S extends CaseState, P extends CasePolicy>(
  state: S,
  context: Context<P>,
  to: P,
  spans: Spans<S, P>,
): { [command: string]: Instant } {
  const { parked } = state;
  const running = parked === undefined ? state : { ...state, stage: parked.from, clock: parked.clock };
  const known = spans(running);
  const now = parked?.since ?? context.now;
  const notice = to.migrationNoticeWorkingDays ?? NOTICE_WORKING_DAYS;
  const soonest = addWorkingDays(now, notice, to.time, context.calendar);
  return Object.fromEntries(
    Object.entries(running.clock).map(([command, at]) => {
      const span = known[command];
      const moved = span === undefined ? at : movedTo(at, span, context, to);
      return [command, Math.max(moved, Math.min(at, soonest))];
    }),
  );
}

/** As many days more or less as the new policy gives. What an extension or a stay with the operators added stays added. */
function movedTo<P extends CasePolicy>(at: Instant, span: Span<P>, { policy, calendar }: Context<P>, to: P): Instant {
  const { since, days, working } = span;
  const [before, after] = [days(policy), days(to)];
  if (before === undefined || after === undefined) return at;
  const sameTime = policy.time.dayMs === to.time.dayMs && policy.time.workingDays === to.time.workingDays;
  if (before === after && sameTime) return at;
  if (working) {
    const taken = workingDaysBetween(since, at, policy.time, calendar);
    return addWorkingDays(since, taken - before + after, to.time, calendar);
  }
  return addDays(since, (at - since) / policy.time.dayMs - before + after, to.time);
}

/** null: another event. */
export function evolveMigration<S extends CaseState>(
  state: S,
  event: CaseEvent,
  shift: (state: S, byMs: number) => S = (same) => same,
): S | null {
  if (event.type !== MIGRATED) return null;
  const clock = event.data['clock'] as unknown as S['clock'];
  return state.parked === undefined ? shift({ ...state, clock }, 0) : { ...state, parked: { ...state.parked, clock } };
}

/** The policy as the command brings it: an operator's route made it from a version that was checked when it was loaded. */
function policyFrom<P extends CasePolicy>(given: Json | undefined): P | null {
  if (!isRecord(given) || !isRecord(given['time'])) return null;
  const { version, jitterMs, parkedReminderWorkingDays, time } = given;
  const { dayMs, workingDays } = time;
  const whole =
    typeof version === 'string' &&
    [jitterMs, parkedReminderWorkingDays, dayMs].every((n) => typeof n === 'number' && n >= 0) &&
    (workingDays === 'calendar' || workingDays === 'every');
  return whole ? (given as unknown as P) : null;
}

const isRecord = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
