import { isCadreOf, isOwn } from '../access/scope.ts';
import type { Actor, By } from '../kernel/types.ts';
import { isCadreWithin } from '../need/rights.ts';
import { codeAt, isWithin, LEVELS } from '../region/region.ts';
import type { PledgeState } from './types.ts';

/** Who is meant by each `by` of the table. A donor is whoever made the pledge, in whatever role he acts. */
const IS: { readonly [by in By]?: (state: Parties, actor: Actor) => boolean } = {
  donor: (state, actor) => actor.id === state.donorId,
  publisher: (state, actor) => actor.id === state.publisherId,
  recipient: (state, actor) => actor.householdId !== undefined && actor.householdId === state.householdId,
  cadre: (state, actor) => isCadreWithin(actor, LEVELS, state.regionPath),
  countyCadre: (state, actor) => state.disputeLevel !== null && isCadreOf(actor, state.disputeLevel, state.regionPath),
  pointKeeper: (state, actor) => actor.role === 'pointKeeper' && keepsPointOf(state, actor),
  operator: (_state, actor) => actor.role === 'operator',
  system: (_state, actor) => actor.role === 'system',
};

function keepsPointOf(state: Parties, actor: Actor): boolean {
  const village = codeAt(state.regionPath, 'village');
  return village !== null && actor.regionCode !== undefined && isWithin(village, actor.regionCode);
}

/** Commands that establish receipt or its failure. Each ends the pledge, so no running case was decided otherwise. */
const ESTABLISHES: readonly string[] = ['confirm', 'collect', 'handOver', 'returnParcel', 'ruleReceived', 'ruleFailed'];

/** Who sends one of them for his office, and not because it is his own. */
const OFFICES: readonly By[] = ['cadre', 'countyCadre', 'pointKeeper'];

type Parties = Pick<PledgeState, 'donorId' | 'publisherId' | 'householdId' | 'regionPath' | 'disputeLevel'>;

/**
 * Why this actor may not send a command that the table gives to `by`; null when he may. Receipt is never established by
 * the donor, in whatever other role he comes, nor for an office by who posted the need, is of its household, or stands
 * in for the donor or the publisher: the recipient says for himself that something came.
 */
export function rightsRefusal(state: Parties, actor: Actor, by: readonly By[], command: string): string | null {
  const establishes = ESTABLISHES.includes(command);
  if (establishes && actor.id === state.donorId) return 'OWN_PLEDGE';
  const meant = by.filter((who) => IS[who]?.(state, actor) ?? false);
  if (meant.length === 0) {
    const another = by.includes('countyCadre') && isCadreWithin(actor, LEVELS, state.regionPath);
    return another ? 'NOT_YOUR_LEVEL' : 'NOT_PERMITTED';
  }
  if (!establishes || !meant.every((who) => OFFICES.includes(who))) return null;
  if (actor.standsInFor === state.donorId) return 'OWN_PLEDGE';
  return isOwn(actor, state) ? 'OWN_POSTING' : null;
}
