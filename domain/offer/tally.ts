import type { PledgeState } from '../pledge/types.ts';

/**
 * Where the units of an offer are: `left + proposed + accepted + sent + given = quantity`, always. They move with the
 * pledges that were made from it, in the same transactions.
 */
export interface OfferTally {
  readonly left: number;
  /** Held for needs, and not answered by the donor yet. */
  readonly proposed: number;
  readonly accepted: number;
  readonly sent: number;
  readonly given: number;
}

export type OfferPlace = Exclude<keyof OfferTally, 'left'>;

/** What one pledge has of its offer; what it has not, is left. */
export type OfferShare = { readonly [place in OfferPlace]: number };

export const NO_SHARE: OfferShare = { proposed: 0, accepted: 0, sent: 0, given: 0 };

const sum = (lines: PledgeState['lines']): number => lines.reduce((n, { quantity }) => n + quantity, 0);

/** What is given up before it was sent, or comes back to the donor, can be offered again; what was lost cannot. */
export function shareOf(state: PledgeState): OfferShare {
  const stage = state.parked?.from ?? state.stage;
  switch (stage) {
    case 'offered':
    case 'waiting':
    case 'held':
      return { ...NO_SHARE, [state.proposed === true ? 'proposed' : 'accepted']: sum(state.lines) };
    case 'received':
      return { ...NO_SHARE, given: sum(state.sentLines) };
    case 'failed':
      return state.endedBecause === 'returned' ? NO_SHARE : { ...NO_SHARE, given: sum(state.sentLines) };
    case 'released':
      return NO_SHARE;
    default:
      return { ...NO_SHARE, sent: sum(state.sentLines) };
  }
}
