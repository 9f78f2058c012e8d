import { accept, refuse, type Actor, type Decision } from '../kernel/types.ts';
import { happened } from './events.ts';
import type { Handler, Handlers, NeedContext } from './handler.ts';
import { inDays } from './times.ts';
import type { Review } from './types.ts';

/** The claim lock: a reviewer takes a need for some minutes, so that two don't work on it at once. It lapses by itself. */

const MINUTES_PER_DAY = 1440;

/** Refused while somebody else has it. */
export function takenByAnother({ taken }: Review, actor: Actor, { now }: NeedContext): Decision | null {
  if (taken === undefined || taken.until <= now || taken.by === actor.id) return null;
  return refuse('TAKEN_BY_ANOTHER', { by: taken.by, until: taken.until });
}

const take: Handler = ({ review }, { actor }, context) => {
  const { takeMinutes } = context.policy;
  if (review === null || takeMinutes === undefined) return refuse('NOT_ALLOWED_IN_STAGE');
  const taken = takenByAnother(review, actor, context);
  if (taken !== null) return taken;
  return accept(
    happened('reviewTaken', { taken: { by: actor.id, until: inDays(takeMinutes / MINUTES_PER_DAY, context) } }),
  );
};

const letGo: Handler = ({ review }, { actor }, context) => {
  if (review === null) return refuse('NOT_ALLOWED_IN_STAGE');
  const taken = takenByAnother(review, actor, context);
  if (taken !== null) return taken;
  return review.taken === undefined ? accept() : accept(happened('reviewLetGo', {}));
};

export const claimLockHandlers: Handlers = { take, letGo };
