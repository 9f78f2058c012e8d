import type { Authority, RequestStage, ReviewedState, RoutedPolicy } from '../reviewed/types.ts';

/** Start data. Name, number, what he writes and the photos of his papers stay sealed in MongoDB. */
export interface CertificationSeed {
  readonly applicantId: string;
  /** His by his account or by the register alone: neither its people nor its helper decide. */
  readonly householdId?: string;
  /** Codes from the province down to the township where he lives. */
  readonly regionPath: readonly string[];
}

export interface CertificationState extends ReviewedState, CertificationSeed {
  readonly regionPath: readonly string[];
  readonly stage: RequestStage;
}

export interface CertificationPolicy extends RoutedPolicy {
  readonly reviewWorkingDays: { readonly [authority in Exclude<Authority, 'village'>]: number };
  readonly statementLength: { readonly min: number; readonly max: number };
  readonly photosAtMost: number;
  /** How many one account may ask for; one of them open at a time. */
  readonly perAccount: { readonly days: number; readonly count: number };
}
