import type { Level } from '../kernel/types.ts';
import type { Authority, RoutedPolicy, RoutedState, Turn } from '../reviewed/types.ts';

export type ComplaintStage =
  'draft' | 'submitted' | 'handling' | 'decided' | 'parked' | 'closed' | 'withdrawn' | 'cancelled';

/** What a complaint is about. `score`: somebody's own, as an appeal. */
export const COMPLAINT_SUBJECTS = ['need', 'pledge', 'offer', 'account', 'office', 'score', 'platform'] as const;
export type ComplaintSubject = (typeof COMPLAINT_SUBJECTS)[number];

/** Start data. What the complainant wrote stays sealed in MongoDB. */
export interface ComplaintSeed {
  readonly complainantId: string;
  /** It has come in by its number and a code, and has no account: the household is the complainant. */
  readonly householdId?: string;
  readonly about: ComplaintSubject;
  /** Of the need, pledge, offer, account, office (its region) or score; none for the platform. */
  readonly subjectId: string | null;
  /** Whose doing it is about: none of them, nor who stands in for them, ever sees or handles it. */
  readonly accusedIds: readonly string[];
  /** Highest level that had a part in it; the level above it begins. Null: the operators begin. */
  readonly partOf: Level | null;
  /** Codes from the province down to the place of what it is about. */
  readonly regionPath: readonly string[];
}

export type ComplaintOutcome = 'upheld' | 'dismissed';

export interface ComplaintState extends RoutedState, ComplaintSeed {
  readonly regionPath: readonly string[];
  readonly stage: ComplaintStage;
  readonly handling: Turn | null;
  readonly decidedBy: {
    readonly id: string;
    readonly level: Authority;
    readonly outcome: ComplaintOutcome;
    readonly code: string;
  } | null;
  /** The complainant has objected once: what is decided next is final. */
  readonly objected: boolean;
}

export interface ComplaintPolicy extends RoutedPolicy {
  readonly handlingWorkingDays: { readonly [authority in Authority]: number };
  /** So long the complainant may object to a decision. */
  readonly objectionDays: number;
  readonly textLength: { readonly min: number; readonly max: number };
  readonly photosAtMost: number;
  /** How many one account may make. */
  readonly perAccount: { readonly days: number; readonly count: number };
  /** Largest correction of a score that an upheld appeal may bring, in points. */
  readonly correctionAtMost: number;
}
