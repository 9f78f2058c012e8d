import { isCadreOf, isOwn } from '../access/scope.ts';
import type { Actor, By, Level } from '../kernel/types.ts';
import { codeAt, LEVELS } from '../region/region.ts';
import type { NeedPolicy, NeedState } from './types.ts';

type Parties = Pick<NeedState, 'publisherId' | 'householdId' | 'regionPath'>;

/** Who is meant by each `by` that its people alone decide. */
const IS_PARTY = {
  publisher: ({ publisherId }: Parties, actor: Actor) => actor.id === publisherId,
  recipient: ({ householdId }: Parties, actor: Actor) => actor.householdId === householdId,
  /** The helper cadre whom the register names today, as long as he holds that office here. */
  helper: ({ regionPath }: Parties, { role, tie, regionCode }: Actor) =>
    role === 'helper' && tie === 'helped' && regionCode !== undefined && regionPath.includes(regionCode),
};

/** Who is meant by each `by` of the table. */
const IS: { readonly [by in By]?: (state: NeedState, actor: Actor) => boolean } = {
  ...IS_PARTY,
  reviewer: (state, actor) => state.review !== null && isCadreOf(actor, state.review.level, state.regionPath),
  levelAbove: (state, actor) => state.review !== null && isCadreOf(actor, state.review.level, state.regionPath),
  countyCadre: (state, actor) => isCadreWithin(actor, ['county', 'city', 'province'], state.regionPath),
  visitor: (state, actor) => isCadreWithin(actor, ['village', 'township'], state.regionPath),
  /** The level above the approver, but not he himself in another office, nor the one who doubts. */
  triager: ({ challenge, approver, regionPath }, actor) =>
    challenge !== undefined &&
    isCadreOf(actor, challenge.level, regionPath) &&
    actor.id !== approver?.id &&
    actor.id !== challenge.by,
  person: (_state, actor) => actor.role !== 'clock' && actor.role !== 'system',
  cadre: (state, actor) => isCadreWithin(actor, LEVELS, state.regionPath),
  approver: (state, actor) => state.approver !== null && state.approver.id === actor.id,
  /** Civil affairs or another unit of the level that the need was handed to. */
  aidUnit: ({ handOff, regionPath }, actor) =>
    actor.role === 'aidUnit' && handOff !== null && actor.regionCode === codeAt(regionPath, handOff.level),
  operator: (_state, actor) => actor.role === 'operator',
  system: (_state, actor) => actor.role === 'system',
};

/**
 * Who changes a content. A returned need must not lapse because its publisher is gone (frozen, or no longer in office): the
 * household itself or its helper of today may correct it as well.
 */
export const REVISES = {
  edit: ['publisher'],
  resubmit: ['publisher', 'recipient', 'helper'],
} as const satisfies { readonly [command: string]: readonly (keyof typeof IS_PARTY)[] };

/** Cadres who decide about a need may not be its publisher or of its household. */
const IMPARTIAL: readonly By[] = [
  'reviewer',
  'levelAbove',
  'countyCadre',
  'visitor',
  'cadre',
  'approver',
  'triager',
  'aidUnit',
];

/** A helper cadre (帮扶干部) posts for his households and never decides whether their needs are approved. */
const REVIEWS: readonly By[] = ['reviewer', 'levelAbove', 'approver', 'triager'];

/** What puts a need before the public again, or before others: no helper does that for his households either. */
const SHOWS: readonly string[] = ['restore', 'pin'];

interface Sent {
  readonly command: string;
  readonly policy: Pick<NeedPolicy, 'tiedAbstain' | 'operatorsImpartial'>;
}

/** What somebody close to it leaves to others, though the office would be his. */
function closeRefusal({ approver, challenge }: NeedState, actor: Actor, { command, policy }: Sent): string | null {
  if (policy.tiedAbstain !== true) return null;
  if (actor.tie === 'helped' && SHOWS.includes(command)) return 'HELPED_HOUSEHOLD';
  // A doubt is not looked at in the place of the one who approved, nor of the one who doubts.
  const looks = command === 'dismiss' || command === 'uphold';
  const inPlaceOf = actor.standsInFor !== undefined && [approver?.id, challenge?.by].includes(actor.standsInFor);
  return looks && inPlaceOf ? 'SECOND_REVIEWER_NEEDED' : null;
}

/** A cadre of one of these levels for this place. */
export const isCadreWithin = (actor: Actor, levels: readonly Level[], regionPath: readonly string[]): boolean =>
  levels.some((level) => isCadreOf(actor, level, regionPath));

/** Why this actor may not send a command that the table gives to `by`; null when he may. */
export function rightsRefusal(state: NeedState, actor: Actor, by: readonly By[], sent: Sent): string | null {
  const meant = by.filter((who) => IS[who]?.(state, actor) ?? false);
  if (meant.length === 0) return isOfAnotherLevel(state, actor, by) ? 'NOT_YOUR_LEVEL' : 'NOT_PERMITTED';
  const impartial = sent.policy.operatorsImpartial === true ? [...IMPARTIAL, 'operator'] : IMPARTIAL;
  if (meant.every((who) => impartial.includes(who)) && isOwn(actor, state)) return 'OWN_POSTING';
  if (actor.tie === 'helped' && meant.every((who) => REVIEWS.includes(who))) return 'HELPED_HOUSEHOLD';
  const close = closeRefusal(state, actor, sent);
  if (close !== null) return close;
  const assignee = state.review?.assigneeId ?? null;
  if (meant.includes('reviewer') && assignee !== null && assignee !== actor.id && assignee !== actor.standsInFor)
    return 'ASSIGNED_TO_ANOTHER';
  return null;
}

const isOfAnotherLevel = (state: NeedState, actor: Actor, by: readonly By[]): boolean =>
  by.some((who) => who === 'reviewer' || who === 'levelAbove' || who === 'triager') &&
  isCadreWithin(actor, LEVELS, state.regionPath);

/** Whether he may send a corrected content: what the table says of it, for all that a record of the need tells. */
export const mayRevise = (command: 'edit' | 'resubmit', need: Parties, actor: Actor): boolean =>
  REVISES[command].some((who) => IS_PARTY[who](need, actor));
