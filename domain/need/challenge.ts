import { isOwn } from '../access/scope.ts';
import { parkedEvent } from '../kernel/parking.ts';
import { accept, refuse, type Decision, type Level } from '../kernel/types.ts';
import { levelAbove } from '../region/region.ts';
import { codeIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers, type NeedContext } from './handler.ts';
import { openToPublic } from './publication.ts';
import { presentFrom, searchFrom } from './route.ts';
import { levelForChallenge } from './second-thought.ts';
import { startReview } from './start-review.ts';
import { inWorkingDays, lifetimeLeft } from './times.ts';
import type { NeedState } from './types.ts';

/**
 * Somebody doubts a public need. The level above its approver looks first, so that nobody can stop a need just by
 * doubting it, nor an approver brush a doubt aside; only then is the review opened again.
 */

/** What a policy without the value meant to say: nothing could be challenged then. */
const CHALLENGE_WORKING_DAYS = 2;

const triageLevel = ({ approver, eligible }: NeedState) =>
  searchFrom(eligible, approver === null ? 'county' : (levelAbove(approver.level) ?? 'province'));

const challenge: Handler = (state, { data, actor }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  if (isOwn(actor, state)) return refuse('OWN_POSTING');
  if (state.challengers?.includes(actor.id) === true) return refuse('ALREADY_DONE');
  const { level, skipped } = triageLevel(state);
  const dueAt = inWorkingDays(context.policy.challengeWorkingDays ?? CHALLENGE_WORKING_DAYS, context);
  const lifetimeLeftMs = lifetimeLeft(state, context);
  const clock = { expireChallenge: dueAt };
  return accept(happened('needChallenged', { reasonCode, level, skipped, dueAt, lifetimeLeftMs, clock }));
};

const dismiss: Handler = (state, { data }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  const { by: challengerId = '', level = 'county' } = state.challenge ?? {};
  const dismissed = happened('challengeDismissed', { reasonCode, level, challengerId });
  return accept(dismissed, ...openToPublic(state, 'dismissed', context));
};

const uphold: Handler = (state, { data }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  return reasonCode === null ? invalid('reasonCode') : accept(upheld(state, 'upheld', context));
};

/** Nobody is left on the level that should look: the next one with somebody does, with its full time. */
export function rerouteChallenge(state: NeedState, eligible: NeedState['eligible'], context: NeedContext): Decision {
  const from = state.challenge?.level;
  if (from === undefined || eligible[from] === true) return accept();
  if (presentFrom(eligible, from) === null) return accept(parkedEvent('noReviewer', context));
  const { level, skipped } = searchFrom(eligible, from);
  const clock = {
    expireChallenge: inWorkingDays(context.policy.challengeWorkingDays ?? CHALLENGE_WORKING_DAYS, context),
  };
  return accept(happened('challengeRerouted', { from, level, skipped, eligible, clock }));
}

/** Nobody looked in time: the doubt counts. */
const expireChallenge: Handler = (state, _command, context) => accept(upheld(state, 'expired', context));

function upheld(state: NeedState, because: 'upheld' | 'expired', context: NeedContext) {
  const { level, skipped } = searchFrom(state.eligible, levelForChallenge(state, context));
  const started = startReview({ of: 'challenge', route: [level], level }, context);
  const from: Level = state.challenge?.level ?? 'county';
  return happened('challengeUpheld', { because, from, skipped, challengerId: state.challenge?.by ?? '', ...started });
}

export const challengeHandlers: Handlers = { challenge, dismiss, uphold, expireChallenge };
