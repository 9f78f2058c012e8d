import type { PledgeLine } from '../pledge/types.ts';
import type { Condition } from '../pledge/terms.ts';
import { normaliseText } from '../search/terms.ts';
import { similarity } from '../search/similarity.ts';
import type { OfferCondition, OfferPolicy } from './types.ts';

/** Whether what somebody offers fits what somebody needs: the same for a match, a suggestion and a message. */

export interface OfferFacts {
  readonly category: string;
  readonly itemName: string;
  readonly condition: OfferCondition;
  /** Null: for the whole country. */
  readonly regionCode: string | null;
  /** Units that are left. */
  readonly left: number;
}

export interface NeedFacts {
  readonly category: string;
  readonly regionPath: readonly string[];
  readonly lines: readonly {
    readonly id: string;
    readonly name: string;
    readonly condition: Condition;
    readonly free: number;
  }[];
}

/** Below this two names mean two things; a policy from before it was a value of its own means this. */
const ALIKE_PERCENT = 50;

export type LikenessPolicy = Pick<OfferPolicy, 'alikePercent'>;

export type FitReason =
  /** The need names the very thing. */
  | 'sameItem'
  /** It names something alike. */
  | 'likeItem'
  /** The offer is for people of this region. */
  | 'regionNamed'
  /** As much as the need still wants. */
  | 'coversAll';

const FIT_REASONS: readonly string[] = ['sameItem', 'likeItem', 'regionNamed', 'coversAll'] satisfies FitReason[];

export const isFitReason = (code: string): code is FitReason => FIT_REASONS.includes(code);

export interface Fit {
  /** What the offer can give to this need, never more than is left or wanted. */
  readonly lines: readonly PledgeLine[];
  readonly reasons: readonly FitReason[];
  /** How alike the things are, 0 to 1. */
  readonly likeness: number;
}

/** Null when it does not fit: another category or region, another thing, in a condition that is not accepted, or nothing left. */
export function fitOf(offer: OfferFacts, need: NeedFacts, policy: LikenessPolicy): Fit | null {
  if (offer.category !== need.category || offer.left <= 0) return null;
  if (offer.regionCode !== null && !need.regionPath.includes(offer.regionCode)) return null;
  const alike = need.lines
    .map((line) => ({ ...line, likeness: likenessOf(offer.itemName, line.name) }))
    .filter(
      (line) =>
        line.free > 0 &&
        line.likeness * 100 >= (policy.alikePercent ?? ALIKE_PERCENT) &&
        accepts(line.condition, offer.condition),
    )
    .sort((a, b) => b.likeness - a.likeness);
  const lines: PledgeLine[] = [];
  let left = offer.left;
  for (const { id: lineId, free } of alike) {
    const quantity = Math.min(free, left);
    if (quantity > 0) lines.push({ lineId, quantity });
    left -= quantity;
  }
  const likeness = alike[0]?.likeness ?? 0;
  if (lines.length === 0) return null;
  const wanted = alike.reduce((sum, { free }) => sum + free, 0);
  const given = lines.reduce((sum, { quantity }) => sum + quantity, 0);
  const reasons: FitReason[] = [likeness === 1 ? 'sameItem' : 'likeItem'];
  if (offer.regionCode !== null) reasons.push('regionNamed');
  if (given === wanted) reasons.push('coversAll');
  return { lines, reasons, likeness };
}

const accepts = (wanted: Condition, offered: OfferCondition): boolean => wanted !== 'new' || offered === 'new';

/** 1 for the same thing, also when one name only says more: 棉被 and 加厚棉被. */
function likenessOf(offered: string, wanted: string): number {
  const [a, b] = [normaliseText(offered), normaliseText(wanted)];
  return a.includes(b) || b.includes(a) ? 1 : similarity(a, b);
}
