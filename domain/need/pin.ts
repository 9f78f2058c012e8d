import { accept, refuse } from '../kernel/types.ts';
import { countIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers } from './handler.ts';
import { inDays } from './times.ts';

/** At the top of the public list for some days. It ends when the need leaves the list, too. */

/** What a policy without the value meant to say: nothing could be pinned then. */
const PIN_DAYS = 7;

const pin: Handler = (state, { data }, context) => {
  const days = countIn(data, 'days', 1, context.policy.pinDaysAtMost ?? PIN_DAYS);
  if (days === null) return invalid('days');
  if (state.pin !== undefined) return refuse('ALREADY_DONE');
  const until = inDays(days, context);
  return accept(happened('needPinned', { until, clock: { ...state.clock, endPin: until } }));
};

const unpin: Handler = (state) => {
  if (state.pin === undefined) return refuse('ALREADY_DONE');
  const { endPin: _end, ...clock } = state.clock;
  return accept(happened('needUnpinned', { clock }));
};

export const pinHandlers: Handlers = { pin, unpin, endPin: unpin };
