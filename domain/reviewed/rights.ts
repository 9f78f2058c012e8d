import { isCadreOf } from '../access/scope.ts';
import type { Actor, By } from '../kernel/types.ts';
import { isCadreWithin } from '../need/rights.ts';
import { LEVELS } from '../region/region.ts';
import type { RoutedState, Turn } from './types.ts';

interface Asker {
  /** How the table calls the one who asked. */
  readonly by: By;
  readonly id: string;
  /** Why he, and who stands in for him, does not decide on it. */
  readonly refusal: string;
}

const hasTurn = (turn: Turn | null, regionPath: readonly string[], actor: Actor): boolean => {
  if (turn === null) return false;
  return turn.level === 'operator' ? actor.role === 'operator' : isCadreOf(actor, turn.level, regionPath);
};

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export function reviewRefusal(
  { regionPath }: Pick<RoutedState, 'regionPath'>,
  turn: Turn | null,
  asker: Asker,
  actor: Actor,
  by: readonly By[],
): string | null {
  const isMeant = (who: By): boolean => {
    if (who === asker.by) return actor.id === asker.id;
    return who === 'reviewer'
      ? hasTurn(turn, regionPath, actor)
      : (who === 'operator' || who === 'system') && actor.role === who;
  };
  const reviewer = by.includes('reviewer');
  if (!by.some(isMeant)) {
    const another = reviewer && (actor.role === 'operator' || isCadreWithin(actor, LEVELS, regionPath));
    return another ? 'NOT_YOUR_LEVEL' : 'NOT_PERMITTED';
  }
  return reviewer && (actor.id === asker.id || actor.standsInFor === asker.id) ? asker.refusal : null;
}
