import { similarity } from '../search/similarity.ts';
import { isTwin, wordsOf, type TwinPolicy } from './household-limits.ts';
import type { Posting } from './posting.ts';

/** Search before create: needs that may be the same as a draft. The publisher says of each why it is not. */

/** How alike a need must be to be shown before another one is submitted, in percent. */
export interface LikelyMatchPolicy {
  /** By title and items, for the same household. */
  readonly householdPercent: number;
  /** By the whole text, for other households of the village. */
  readonly areaPercent: number;
  /** At most so many are shown. */
  readonly shown: number;
}

export const MATCH_REASONS = ['sameHousehold', 'sameCategory', 'sameArea', 'similarText'] as const;
export type MatchReason = (typeof MATCH_REASONS)[number];

/** Why a publisher says that it is not the same. */
export const DISMISSALS = ['otherThing', 'otherHousehold', 'stillNeeded', 'lastOneEnded'] as const;

/** A need that is open, or that the household asked for within the window. */
export interface MatchCandidate {
  readonly id: string;
  readonly householdId: string;
  readonly title: string;
  readonly details: string;
  readonly itemNames: readonly string[];
  readonly category: string;
}

export interface LikelyMatch {
  readonly id: string;
  readonly percent: number;
  /** The household's own, for the same: no reason makes it another one, the submission is refused. */
  readonly duplicate: boolean;
  readonly reasons: readonly MatchReason[];
}

type Draft = Pick<Posting, 'title' | 'details' | 'category' | 'lines'> & { readonly householdId: string };

/** The likeliest first; `candidates` are of the household and of its village. */
export function likelyMatches(
  draft: Draft,
  candidates: readonly MatchCandidate[],
  policy: LikelyMatchPolicy & TwinPolicy,
): LikelyMatch[] {
  return candidates
    .map((other) => matchOf(draft, other, policy))
    .filter((match) => match !== null)
    .sort((a, b) => b.percent - a.percent || (a.id < b.id ? -1 : 1))
    .slice(0, policy.shown);
}

function matchOf(draft: Draft, other: MatchCandidate, policy: LikelyMatchPolicy & TwinPolicy): LikelyMatch | null {
  const own = other.householdId === draft.householdId;
  const sameCategory = other.category === draft.category;
  const percent = Math.floor(100 * (own ? alikeInWords(draft, other) : alikeInStory(draft, other)));
  const similar = percent >= (own ? policy.householdPercent : policy.areaPercent);
  if (!similar && !(own && sameCategory)) return null;
  const reasons: [MatchReason, boolean][] = [
    ['sameHousehold', own],
    ['sameCategory', sameCategory],
    ['sameArea', !own],
    ['similarText', similar],
  ];
  const duplicate = own && isTwin(draft, other, policy);
  return { id: other.id, percent, duplicate, reasons: reasons.filter(([, holds]) => holds).map(([reason]) => reason) };
}

const itemsOf = ({ lines }: Pick<Posting, 'lines'>): string[] => lines.map((line) => line.name);

const alikeInWords = (draft: Draft, other: MatchCandidate): number =>
  similarity(wordsOf(draft.title, itemsOf(draft)), wordsOf(other.title, other.itemNames));

/** Two neighbours who need quilts are two needs; the same story told twice is looked at. */
const COMPARED = 600;
const story = (title: string, details: string): string => `${title}${details}`.slice(0, COMPARED);
const alikeInStory = (draft: Draft, other: MatchCandidate): number =>
  similarity(story(draft.title, draft.details), story(other.title, other.details));

/** Of what the household has asked for, that which `posting` asks for again. What `before` was a twin of is no news. */
export function newTwins<T extends Parameters<typeof isTwin>[1]>(
  posting: Parameters<typeof isTwin>[0],
  others: readonly T[],
  policy: TwinPolicy,
  before: Parameters<typeof isTwin>[0] | null = null,
): T[] {
  return others.filter(
    (other) => isTwin(posting, other, policy) && !(before !== null && isTwin(before, other, policy)),
  );
}
