import { parkableTable, withParking } from '../../../domain/kernel/parking.ts';
import { checkedTable } from '../../../domain/kernel/table.ts';
import {
  accept,
  refuse,
  type CaseEvent,
  type CasePolicy,
  type CaseState,
  type Command,
  type Context,
  type Decision,
} from '../../../domain/kernel/types.ts';

/** A third kind of case, made in a test: that it runs shows that the engine knows no kind. */
export interface ToyState extends CaseState {
  readonly pokes: number;
  readonly answered: string | null;
}

const cancelTo = 'cancelled';
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

export const toyTable = checkedTable(
  'toy',
  parkableTable(
    {
      first: 'new',
      stages: {
        new: { commands: { begin: { by: ['person'], to: ['open'] } }, clock: { forget: ['done'] }, maxDays: 1 },
        open: {
          commands: {
            poke: { by: ['person'], to: ['same'] },
            ask: { by: ['person'], to: ['same'] },
            answer: { by: ['system'], to: ['same'] },
            spring: { by: ['person'], to: ['same'] },
            finish: { by: ['person'], to: ['done'] },
          },
          clock: { tick: ['same'], bad: ['same'], close: ['done'] },
          maxDays: 10,
        },
        done: { terminal: true, commands: {}, clock: {}, maxDays: 0 },
        cancelled: { terminal: true, commands: {}, clock: {}, maxDays: 0 },
      },
    },
    { cancelTo },
  ),
);

function decide(state: ToyState, command: Command, { now, policy }: Context<CasePolicy>): Decision {
  const day = policy.time.dayMs;
  switch (command.name) {
    case 'begin':
      return accept({ type: 'begun', data: { tickAt: now + day, closeAt: now + 5 * day } });
    case 'poke':
      return command.data['bad'] === true ? refuse('BAD_POKE') : accept({ type: 'poked', data: {} });
    case 'ask':
      return accept({ type: 'asked', data: { effect: command.data['effect'] ?? 'answerIt' } });
    case 'answer':
      return command.data['text'] === 'no' ? refuse('NO_ANSWER') : accept({ type: 'answered', data: command.data });
    case 'spring':
      return accept({ type: 'sprung', data: { at: now + day } });
    case 'tick':
      return accept({ type: 'ticked', data: {} });
    case 'bad':
      return refuse('CLOCK_IS_WRONG');
    case 'finish':
    case 'close':
      return accept({ type: 'finished', data: {} });
    default:
      return accept({ type: 'cancelled', data: {} });
  }
}

function evolve(state: ToyState, event: CaseEvent): ToyState {
  switch (event.type) {
    case 'begun': {
      const clock = { tick: Number(event.data['tickAt']), close: Number(event.data['closeAt']) };
      return { ...state, stage: 'open', clock };
    }
    case 'poked':
      return { ...state, pokes: state.pokes + 1 };
    case 'answered':
      return { ...state, answered: text(event.data['text']) };
    case 'sprung':
      return { ...state, clock: { ...state.clock, bad: Number(event.data['at']) } };
    case 'ticked': {
      const { tick: _done, ...clock } = state.clock;
      return { ...state, clock };
    }
    case 'finished':
      return { ...state, stage: 'done' };
    case 'cancelled':
      return { ...state, stage: cancelTo };
    default:
      return state;
  }
}

export const toyDecider = withParking<ToyState, CasePolicy>(
  {
    type: 'toy',
    table: toyTable,
    initial: (id) => ({ id, stage: 'new', stageSince: 0, clock: {}, pokes: 0, answered: null }),
    decide,
    evolve,
    reactions: (_state, event) =>
      event.type === 'asked' ? [{ effect: text(event.data['effect']), args: { q: 1 } }] : [],
    view: (state) => ({ waitingOn: state.stage === 'parked' ? 'operator' : 'clock', regionPath: ['36'], urgency: 2 }),
  },
  { spans: ({ stageSince }) => ({ close: { since: stageSince, days: (policy) => policy.parkedReminderWorkingDays } }) },
);
