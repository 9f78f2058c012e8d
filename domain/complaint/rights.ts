import { isCadreOf } from '../access/scope.ts';
import type { Actor, By } from '../kernel/types.ts';
import { isCadreWithin } from '../need/rights.ts';
import { LEVELS } from '../region/region.ts';
import type { ComplaintState } from './types.ts';

/** Whether it is about him, or about the one he stands in for. */
export const isAccused = ({ accusedIds }: Pick<ComplaintState, 'accusedIds'>, { id, standsInFor }: Actor): boolean =>
  accusedIds.includes(id) || (standsInFor !== undefined && accusedIds.includes(standsInFor));

const mayHandle = ({ handling, regionPath }: ComplaintState, actor: Actor): boolean => {
  if (handling === null) return false;
  return handling.level === 'operator' ? actor.role === 'operator' : isCadreOf(actor, handling.level, regionPath);
};

/** Who is meant by each `by` of the table. */
const IS: { readonly [by in By]?: (state: ComplaintState, actor: Actor) => boolean } = {
  person: (state, actor) => actor.id === state.complainantId,
  reviewer: mayHandle,
  operator: (_state, actor) => actor.role === 'operator',
  system: (_state, actor) => actor.role === 'system',
};

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export function rightsRefusal(state: ComplaintState, actor: Actor, by: readonly By[]): string | null {
  // Before anything else: a complaint never comes into the hands of those whom it is about.
  if (actor.id !== state.complainantId && isAccused(state, actor)) return 'NOT_PERMITTED';
  if (!by.some((who) => IS[who]?.(state, actor) ?? false)) {
    const another =
      by.includes('reviewer') && (actor.role === 'operator' || isCadreWithin(actor, LEVELS, state.regionPath));
    return another ? 'NOT_YOUR_LEVEL' : 'NOT_PERMITTED';
  }
  // An objection goes to somebody who has not decided yet.
  if (by.includes('reviewer') && actor.id === state.decidedBy?.id) return 'SECOND_REVIEWER_NEEDED';
  const own = actor.id === state.complainantId || actor.standsInFor === state.complainantId;
  return by.includes('reviewer') && own ? 'OWN_COMPLAINT' : null;
}
