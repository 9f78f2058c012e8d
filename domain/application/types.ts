import type { CasePolicy, CaseState, Instant, Level } from '../kernel/types.ts';

export type ApplicationStage =
  'draft' | 'submitted' | 'underReview' | 'parked' | 'approved' | 'refused' | 'withdrawn' | 'cancelled';

/** Who decides: a cadre of a level above the office, or an operator where there is no such level. */
export type Authority = Level | 'operator';

/** Start data: the office that somebody applies for. His name and his words stay in MongoDB. */
export interface ApplicationSeed {
  readonly applicantId: string;
  readonly level: Level;
  readonly regionCode: string;
  /** Codes from the province down to the office's own region. */
  readonly regionPath: readonly string[];
}

export interface ApplicationReview {
  readonly level: Authority;
  readonly since: Instant;
  readonly dueAt: Instant;
}

export interface ApplicationState extends CaseState, ApplicationSeed {
  readonly stage: ApplicationStage;
  /** Levels with a cadre who may decide; a level that is not named counts as present. */
  readonly eligible: { readonly [level in Level]?: boolean };
  readonly review: ApplicationReview | null;
  readonly decidedBy: { readonly id: string; readonly level: Authority } | null;
  readonly outcome: string | null;
}

export interface ApplicationPolicy extends CasePolicy {
  /** So long may it take to find out who decides; then every level counts as present. */
  readonly routingHours: number;
  readonly reviewWorkingDays: { readonly [authority in Exclude<Authority, 'village'>]: number };
  readonly statementLength: { readonly min: number; readonly max: number };
}
