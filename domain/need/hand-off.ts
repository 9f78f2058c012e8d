import { accept, type NewEvent } from '../kernel/types.ts';
import { levelAbove } from '../region/region.ts';
import { codeIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers, type NeedContext } from './handler.ts';
import { startFollowing } from './following.ts';
import { inWorkingDays } from './times.ts';
import type { NeedState } from './types.ts';

/** An unmet need is somebody's task, with a deadline and an outcome, instead of "timed out". */

export const handOffClock = (context: NeedContext): NeedState['clock'] => ({
  expireHandoff: inWorkingDays(context.policy.handOffAcceptWorkingDays, context),
});

const take: Handler = (state, _command, context) => {
  if (state.handOff !== null && state.handOff.acceptedBy !== null) return accept();
  const clock = { expireHandoff: inWorkingDays(context.policy.handOffResolveWorkingDays, context) };
  return accept(happened('handOffAccepted', { clock }));
};

const resolve: Handler = (state, { data }, context) => {
  const outcome = codeIn(data, 'outcome');
  return outcome === null ? invalid('outcome') : accept(...resolved(state, outcome, context));
};

/** First one level up, the second time nobody will help: the household is told so. */
const expireHandoff: Handler = (state, _command, context) =>
  (state.handOff?.expired ?? 0) === 0
    ? accept(
        happened('handOffMovedUp', {
          level: levelAbove(state.handOff?.level ?? 'county') ?? 'province',
          clock: handOffClock(context),
        }),
      )
    : accept(...resolved(state, 'unmet', context));

function resolved(state: NeedState, outcome: string, context: NeedContext): NewEvent[] {
  const event = happened('handOffResolved', { outcome });
  return state.progress.received === 'none'
    ? [event, happened('needClosed', { outcome })]
    : [event, startFollowing(state, context)];
}

export const handOffHandlers: Handlers = { accept: take, resolve, expireHandoff };
