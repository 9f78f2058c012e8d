import { isCadreOf } from '../access/scope.ts';
import type { Actor, By } from '../kernel/types.ts';
import { isCadreWithin } from '../need/rights.ts';
import { LEVELS } from '../region/region.ts';
import type { OfferState } from './types.ts';

const mayDecide = ({ review, regionPath }: OfferState, actor: Actor): boolean => {
  if (review === null) return false;
  return review.level === 'operator' ? actor.role === 'operator' : isCadreOf(actor, review.level, regionPath);
};

/** Who is meant by each `by` of the table. */
const IS: { readonly [by in By]?: (state: OfferState, actor: Actor) => boolean } = {
  donor: (state, actor) => actor.id === state.donorId,
  reviewer: mayDecide,
  operator: (_state, actor) => actor.role === 'operator',
  system: (_state, actor) => actor.role === 'system',
};

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export function rightsRefusal(state: OfferState, actor: Actor, by: readonly By[]): string | null {
  if (!by.some((who) => IS[who]?.(state, actor) ?? false)) {
    const another =
      by.includes('reviewer') && (actor.role === 'operator' || isCadreWithin(actor, LEVELS, state.regionPath));
    return another ? 'NOT_YOUR_LEVEL' : 'NOT_PERMITTED';
  }
  const own = actor.id === state.donorId || actor.standsInFor === state.donorId;
  return by.includes('reviewer') && own ? 'OWN_OFFER' : null;
}
