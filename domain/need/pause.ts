import { accept, refuse } from '../kernel/types.ts';
import { codeIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers } from './handler.ts';
import { lifetimeLeft, openToPublic } from './publication.ts';
import { inDays } from './times.ts';

/** Off the public list for a while, by its publisher or a cadre of the place: the lifetime stands still. */

/** What a policy without the value meant to say: nothing could be paused then. */
const PAUSE_DAYS = 30;

const pause: Handler = (state, { data, actor }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  const by = actor.id === state.publisherId ? 'publisher' : 'cadre';
  const until = inDays(context.policy.pauseDays ?? PAUSE_DAYS, context);
  const lifetimeLeftMs = lifetimeLeft(state, context);
  return accept(happened('needPaused', { reasonCode, by, until, lifetimeLeftMs, clock: { endPause: until } }));
};

/** What a cadre stopped, the publisher cannot start again. */
const unpause: Handler = (state, { actor }, context) => {
  if (state.pausedBy === 'cadre' && actor.id === state.publisherId) return refuse('PAUSED_BY_CADRE');
  return accept(...openToPublic(state, 'unpaused', context));
};

const endPause: Handler = (state, _command, context) => accept(...openToPublic(state, 'unpaused', context));

export const pauseHandlers: Handlers = { pause, unpause, endPause };
