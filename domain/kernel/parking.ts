import { addWorkingDays } from '../time/calendar.ts';
import { decideMigration, evolveMigration, MIGRATE, migrateRule, type Spans } from './migration.ts';
import { earliest, stageRule } from './table.ts';
import {
  accept,
  refuse,
  type CaseEvent,
  type CasePolicy,
  type CaseState,
  type CaseTable,
  type Command,
  type CommandRule,
  type Context,
  type Decider,
  type Decision,
  type Instant,
  type Json,
  type JsonObject,
  type NewEvent,
  type Reaction,
  type StageRule,
} from './types.ts';

/**
 * Parking, the same for every case: a case that cannot go on waits for an operator instead of failing.
 * `parked` is a stage of each table; while it lasts only an operator moves the case, and the clock only reminds him.
 */
export const PARKED = 'parked';

interface ParkingOptions<S extends CaseState, P extends CasePolicy> {
  /** Commands of the case that are taken while it is parked (facts), besides `cancel`. */
  readonly whileParked?: { readonly [command: string]: CommandRule };
  /** Where an operator's `cancel` leads. */
  readonly cancelTo: string;
  /** Events that a return to `from` makes necessary, because facts came in meanwhile. */
  settle?(state: S, context: Context<P>): readonly NewEvent[];
  /**
   * Hands the case, as it is after its return, to another level or person: an operator's `reassign`. Without it the case
   * knows nobody to hand it to.
   */
  reassign?(state: S, command: Command, context: Context<P>): Decision;
  /** Shifts the instants that the state keeps beside its clock; `byMs` is the time spent parked, `clock` already moved. */
  shift?(state: S, byMs: number): S;
  /** What the policy sets of the clock, so that it can be counted anew under another version. */
  readonly spans?: Spans<S, P>;
}

/** Adds the stage `parked`, and `park`, `cancel` and `migratePolicy` to every open stage. The case's own `decide` handles `cancel`. */
export function parkableTable(
  table: CaseTable,
  options: Pick<ParkingOptions<CaseState, CasePolicy>, 'whileParked' | 'cancelTo'> & { readonly reassignable?: true },
): CaseTable {
  const cancel: CommandRule = { by: ['operator'], to: [options.cancelTo] };
  const open = Object.entries(table.stages).filter(([, rule]) => rule.terminal !== true);
  const back: CommandRule = { by: ['operator'], to: Object.keys(table.stages) };
  const parked: StageRule = {
    commands: {
      ...{ resume: back, retry: back, skip: back, cancel, [MIGRATE]: migrateRule },
      ...(options.reassignable && { reassign: back }),
      ...options.whileParked,
    },
    clock: { remindOperator: ['same'] },
    maxDays: Number.MAX_SAFE_INTEGER,
  };
  const parkable = open.map(([stage, rule]): [string, StageRule] => [
    stage,
    {
      ...rule,
      commands: { ...rule.commands, cancel, park: { by: ['system'], to: [PARKED] }, [MIGRATE]: migrateRule },
    },
  ]);
  return { ...table, stages: { ...table.stages, ...Object.fromEntries(parkable), [PARKED]: parked } };
}

/** The event by which a case parks itself. `reason` is a code; `reaction` is kept so that it can be retried. */
export const parkedEvent = (reason: string, context: Context<CasePolicy>, reaction?: Reaction): NewEvent => ({
  type: 'parked',
  data: {
    reason,
    remindAt: remindAt(context),
    ...(reaction === undefined ? {} : { reaction: { effect: reaction.effect, args: reaction.args } }),
  },
});

const remindAt = ({ now, policy, calendar }: Context<CasePolicy>): Instant =>
  addWorkingDays(now, policy.parkedReminderWorkingDays, policy.time, calendar);

type ParkingHooks<S extends CaseState, P extends CasePolicy> = Pick<
  ParkingOptions<S, P>,
  'settle' | 'shift' | 'reassign' | 'spans'
>;

/** Wraps a decider whose table came from `parkableTable`. */
export function withParking<S extends CaseState, P extends CasePolicy>(
  inner: Omit<Decider<S, P>, 'deadline'>,
  options: ParkingHooks<S, P> = {},
): Decider<S, P> {
  return {
    ...inner,
    ...(options.spans !== undefined && { spans: options.spans }),
    deadline: (state) => earliest(state.clock),
    decide: (state, command, context) =>
      decideClock(inner.table, state, command, context) ??
      decideParking(state, command, context, options) ??
      decideMigration(state, command, context, options.spans) ??
      inner.decide(state, command, context),
    evolve: (state, event) =>
      evolveParking(state, event, options.shift) ??
      evolveMigration(state, event, options.shift) ??
      inner.evolve(state, event),
    reactions: (state, event) =>
      event.type === 'resumed' && event.data['mode'] === 'retry'
        ? [event.data['reaction'] as unknown as Reaction]
        : inner.reactions(state, event),
  };
}

/** Codes of Bangfu itself; anything else would be a bug, not an input. */
const text = (value: Json | undefined): string => (typeof value === 'string' ? value : 'unknown');

/** A timer may fire a moment before its time; acting that early harms nobody, refusing would park the case. */
const EARLY_MS = 1000;

/** The clock's commands are for the clock alone, and only when the state says that they are due. */
function decideClock(
  table: CaseTable,
  state: CaseState,
  command: Command,
  context: Context<CasePolicy>,
): Decision | null {
  if (!(command.name in stageRule(table, state.stage).clock)) return null;
  if (command.actor.role !== 'clock') return refuse('NOT_PERMITTED');
  const at = state.clock[command.name];
  return at === undefined || context.now < at - EARLY_MS ? refuse('NOT_DUE') : null;
}

function decideParking<S extends CaseState, P extends CasePolicy>(
  state: S,
  command: Command,
  context: Context<P>,
  options: Pick<ParkingOptions<S, P>, 'settle' | 'shift'>,
): Decision | null {
  const { name, actor, data } = command;
  if (name === 'park') {
    if (actor.role !== 'system') return refuse('NOT_PERMITTED');
    return accept(parkedEvent(text(data['reason']), context, data['reaction'] as unknown as Reaction | undefined));
  }
  if (name === 'remindOperator') {
    return accept({ type: 'operatorReminded', data: { remindAt: remindAt(context) } });
  }
  if (name === 'reassign') return decideReassign(state, command, context, options);
  if (name !== 'resume' && name !== 'retry' && name !== 'skip') return null;
  if (actor.role !== 'operator') return refuse('NOT_PERMITTED');
  if (state.parked === undefined) return refuse('NOT_ALLOWED_IN_STAGE');
  if (name !== 'resume' && state.parked.reaction === undefined) return refuse('NOTHING_TO_RETRY');
  const { resumed, back } = returned(state, command, context, options);
  return accept(resumed, ...(options.settle?.(back, context) ?? []));
}

/** To another level or person; a parked case returns for it, and facts that came in meanwhile come first. */
function decideReassign<S extends CaseState, P extends CasePolicy>(
  state: S,
  command: Command,
  context: Context<P>,
  options: ParkingHooks<S, P>,
): Decision | null {
  const { reassign, settle } = options;
  if (reassign === undefined) return null;
  if (command.actor.role !== 'operator') return refuse('NOT_PERMITTED');
  if (state.parked === undefined) return reassign(state, command, context);
  const { resumed, back } = returned(state, command, context, options);
  const settled = settle?.(back, context) ?? [];
  if (settled.length > 0) return accept(resumed, ...settled);
  const decided = reassign(back, command, context);
  return decided.ok ? accept(resumed, ...decided.events) : decided;
}

/** The event of the return and the state after it. */
function returned<S extends CaseState, P extends CasePolicy>(
  state: S,
  { id: commandId, name, actor }: Command,
  context: Context<P>,
  { shift }: ParkingHooks<S, P>,
): { resumed: NewEvent; back: S } {
  const resumed = resumedEvent(state, name, context);
  const back = evolveParking(state, { ...resumed, seq: 0, at: context.now, actor, commandId }, shift) ?? state;
  return { resumed, back };
}

function resumedEvent(state: CaseState, mode: string, context: Context<CasePolicy>): NewEvent {
  const parked = state.parked;
  if (parked === undefined) throw new Error('only a parked case resumes');
  const away = context.now - parked.since;
  // What was overdue when the case was parked gets one more working day: shifted, it would park the case again at once.
  const fresh = addWorkingDays(context.now, 1, context.policy.time, context.calendar);
  const clock = Object.fromEntries(
    Object.entries(parked.clock).map(([name, at]) => [name, at <= parked.since ? fresh : at + away]),
  );
  const reaction = mode === 'retry' ? parked.reaction : undefined;
  const data: JsonObject = { mode, to: parked.from, clock };
  return {
    type: 'resumed',
    data: reaction === undefined ? data : { ...data, reaction: { effect: reaction.effect, args: reaction.args } },
  };
}

function evolveParking<S extends CaseState>(
  state: S,
  event: CaseEvent,
  shift: (state: S, byMs: number) => S = (same) => same,
): S | null {
  const { data } = event;
  if (event.type === 'parked') {
    const reaction = data['reaction'] as unknown as Reaction | undefined;
    const parked = { from: state.stage, since: event.at, reason: text(data['reason']), clock: state.clock };
    return {
      ...state,
      stage: PARKED,
      clock: { remindOperator: Number(data['remindAt']) },
      parked: reaction === undefined ? parked : { ...parked, reaction },
    };
  }
  if (event.type === 'operatorReminded') return { ...state, clock: { remindOperator: Number(data['remindAt']) } };
  if (event.type === 'resumed') {
    const { parked, ...rest } = state;
    const back = { ...(rest as S), stage: text(data['to']), clock: data['clock'] as S['clock'] };
    return shift(back, event.at - (parked?.since ?? event.at));
  }
  return null;
}
