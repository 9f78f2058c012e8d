import type { Instant } from '../kernel/types.ts';
import type { Urgency } from '../need/types.ts';
import type { FitReason } from '../offer/fit.ts';

/** An open need as far as suggesting it goes: codes and numbers, no text and nobody's id. */
export interface Candidate {
  readonly id: string;
  /** Who may see it (domain/need/audience.ts). */
  audience: string;
  category: string;
  /** The category above: what is alike. */
  family: string;
  county: string;
  village: string;
  urgency: Urgency;
  publishedAt: Instant;
  expiresAt: Instant;
  /** Units that nobody has claimed, and what they cost together. */
  free: number;
  restFen: number;
  /** Some of its units are claimed already. */
  begun: boolean;
  /** Its household has received something before. */
  helpedBefore: boolean;
  /** How often it was shown to somebody; coarse. */
  shown: number;
}

/** What is known of a donor's ways. Nothing in it decides what he may see or claim. */
export interface DonorProfile {
  /** Where he lives or serves. */
  readonly regions: readonly string[];
  /** Western regions that his own region supports. */
  readonly paired: readonly string[];
  /** How often he gave, by category. */
  readonly gave: { readonly [category: string]: number };
  /** Categories of his approved offers. */
  readonly offers: readonly string[];
  /** What one of his gifts is worth on average; null while he has given nothing. */
  readonly usualFen: number | null;
}

export type ReasonCode =
  | 'offered'
  | 'gaveLike'
  | 'gaveAlike'
  | 'sameVillage'
  | 'sameTownship'
  | 'sameCounty'
  | 'sameCity'
  | 'paired'
  | 'sameProvince'
  | 'urgent'
  | 'waiting'
  | 'fits'
  | 'lastUnits'
  | 'neverHelped'
  | 'seldomSeenVillage'
  | 'seldomShown'
  | FitReason;

/** Why something is suggested, the weightiest reason first. `number`: days, units or times, where it tells one. */
export interface Reason {
  readonly code: ReasonCode;
  readonly points: number;
  readonly number?: number;
}

export interface Scored {
  readonly score: number;
  readonly reasons: readonly Reason[];
}
