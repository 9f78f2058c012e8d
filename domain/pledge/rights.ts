import { isCadreOf } from '../access/scope.ts';
import type { Actor, By } from '../kernel/types.ts';
import { isCadreWithin } from '../need/rights.ts';
import { codeAt, isWithin, LEVELS } from '../region/region.ts';
import type { PledgeState } from './types.ts';

/** Who is meant by each `by` of the table. A donor is whoever made the pledge, in whatever role he acts. */
const IS: { readonly [by in By]?: (state: PledgeState, actor: Actor) => boolean } = {
  donor: (state, actor) => actor.id === state.donorId,
  publisher: (state, actor) => actor.id === state.publisherId,
  recipient: (state, actor) => actor.householdId !== undefined && actor.householdId === state.householdId,
  cadre: (state, actor) => isCadreWithin(actor, LEVELS, state.regionPath),
  countyCadre: (state, actor) => state.disputeLevel !== null && isCadreOf(actor, state.disputeLevel, state.regionPath),
  pointKeeper: (state, actor) => actor.role === 'pointKeeper' && keepsPointOf(state, actor),
  operator: (_state, actor) => actor.role === 'operator',
  system: (_state, actor) => actor.role === 'system',
};

function keepsPointOf(state: PledgeState, actor: Actor): boolean {
  const village = codeAt(state.regionPath, 'village');
  return village !== null && actor.regionCode !== undefined && isWithin(village, actor.regionCode);
}

/** Commands that establish receipt or its failure: never by the donor, in whatever other role he comes. */
const NEVER_BY_DONOR: readonly string[] = [
  'confirm',
  'collect',
  'handOver',
  'returnParcel',
  'ruleReceived',
  'ruleFailed',
];

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export function rightsRefusal(state: PledgeState, actor: Actor, by: readonly By[], command: string): string | null {
  if (actor.id === state.donorId && NEVER_BY_DONOR.includes(command)) return 'OWN_PLEDGE';
  if (by.some((who) => IS[who]?.(state, actor) ?? false)) return null;
  const another = by.includes('countyCadre') && isCadreWithin(actor, LEVELS, state.regionPath);
  return another ? 'NOT_YOUR_LEVEL' : 'NOT_PERMITTED';
}
