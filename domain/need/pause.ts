import { accept, refuse } from '../kernel/types.ts';
import { codeIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers } from './handler.ts';
import { endWithoutConsent } from './consent.ts';
import { openToPublic } from './publication.ts';
import { inDays, lifetimeLeft, pauseDaysOf } from './times.ts';

/** Off the public list for a while, by its publisher or a cadre of the place: the lifetime stands still. */

const pause: Handler = (state, { data, actor }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  const by = actor.id === state.publisherId ? 'publisher' : 'cadre';
  const until = inDays(pauseDaysOf(context.policy), context);
  const lifetimeLeftMs = lifetimeLeft(state, context);
  return accept(happened('needPaused', { reasonCode, by, until, lifetimeLeftMs, clock: { endPause: until } }));
};

/** What a cadre stopped, the publisher cannot start again; and without its consent nobody but the household. */
const unpause: Handler = (state, { actor }, context) => {
  if (state.consentRevoked !== undefined) return refuse('CONSENT_REVOKED');
  if (state.pausedBy === 'cadre' && actor.id === state.publisherId) return refuse('PAUSED_BY_CADRE');
  return accept(...openToPublic(state, 'unpaused', context));
};

const endPause: Handler = (state, _command, context) =>
  state.consentRevoked === undefined
    ? accept(...openToPublic(state, 'unpaused', context))
    : endWithoutConsent(state, context);

export const pauseHandlers: Handlers = { pause, unpause, endPause };
