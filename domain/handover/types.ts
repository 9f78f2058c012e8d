import type { CasePolicy, CaseState, Level } from '../kernel/types.ts';

export type HandoverStage =
  'draft' | 'offered' | 'parked' | 'accepted' | 'refused' | 'withdrawn' | 'lapsed' | 'cancelled';

/** Start data: whose work, for whom. Both hold the same office, so the place is one. */
export interface HandoverSeed {
  readonly giverId: string;
  readonly receiverId: string;
  readonly level: Level;
  readonly regionCode: string;
  /** Codes from the province down to the office's own region. */
  readonly regionPath: readonly string[];
  /** Needs whose review waits for the giver alone. */
  readonly needIds: readonly string[];
}

export interface HandoverState extends CaseState, HandoverSeed {
  readonly stage: HandoverStage;
  readonly outcome: string | null;
}

export interface HandoverPolicy extends CasePolicy {
  /** So long may the colleague think about it; then everything stays where it was. */
  readonly answerWorkingDays: number;
  /** Most needs in one handing over. */
  readonly needsAtMost: number;
}
