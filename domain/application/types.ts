import type { Level } from '../kernel/types.ts';
import type { Authority, RequestStage, ReviewedState, RoutedPolicy } from '../reviewed/types.ts';

/** Start data: the office that somebody applies for. His name and his words stay in MongoDB. */
export interface ApplicationSeed {
  readonly applicantId: string;
  readonly level: Level;
  readonly regionCode: string;
  /** Codes from the province down to the office's own region. */
  readonly regionPath: readonly string[];
}

export interface ApplicationState extends ReviewedState, ApplicationSeed {
  readonly regionPath: readonly string[];
  readonly stage: RequestStage;
}

export interface ApplicationPolicy extends RoutedPolicy {
  readonly reviewWorkingDays: { readonly [authority in Exclude<Authority, 'village'>]: number };
  readonly statementLength: { readonly min: number; readonly max: number };
}
