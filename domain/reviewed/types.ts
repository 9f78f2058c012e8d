import type { CasePolicy, CaseState, Command, Context, Decision, Instant, Level } from '../kernel/types.ts';

/**
 * What applications, offers, certifications and complaints have in common: somebody asks, a level of the administration
 * decides, and the level above takes over when it sleeps. Each kind adds its own rules.
 */

/** Who decides: a cadre of a level, or an operator where no level can. */
export type Authority = Level | 'operator';

/** Levels with a cadre who may decide; a level that is not named counts as present. */
export type Eligible = { readonly [level in Level]?: boolean };

/** Whose turn it is, and until when. */
export interface Turn {
  readonly level: Authority;
  readonly since: Instant;
  readonly dueAt: Instant;
}

/** What a case needs so that it can be given to somebody. */
export interface RoutedState extends CaseState {
  /** Codes from the province down to the place that it is about. */
  readonly regionPath: readonly string[];
  readonly eligible: Eligible;
  readonly decidedBy: { readonly id: string; readonly level: Authority } | null;
  readonly outcome: string | null;
}

export interface ReviewedState extends RoutedState {
  readonly review: Turn | null;
}

/** The stages of what somebody asks for and a level grants or refuses. */
export type RequestStage =
  'draft' | 'submitted' | 'underReview' | 'parked' | 'approved' | 'refused' | 'withdrawn' | 'cancelled';

export interface RoutedPolicy extends CasePolicy {
  /** So long may it take to find out who decides; then every level counts as present. */
  readonly routingHours: number;
}

/** Decides one command. Stage, sender and due time were checked before. */
export type Handler<S, P> = (state: S, command: Command, context: Context<P>) => Decision;

export type Handlers<S, P> = { readonly [command: string]: Handler<S, P> };
