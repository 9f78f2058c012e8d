/** A match: a short workflow that finds needs for an offer, reserves and proposes. Ids and codes only. */

export interface MatchInput {
  readonly matchId: string;
  readonly offerId: string;
}

export interface MatchPlan {
  /** Needs that fit, the best first. */
  readonly needIds: readonly string[];
  /** Enough after so many proposals. */
  readonly atMost: number;
}

export interface MatchStep extends MatchInput {
  readonly needId: string;
}

/** The activities of a match. Each may run twice; the second run changes nothing. */
export interface MatchActivities {
  findNeeds(input: MatchInput): Promise<MatchPlan>;
  /** `usedUp`: nothing is left to propose. */
  proposeNeed(step: MatchStep): Promise<'proposed' | 'passed' | 'usedUp'>;
  finishMatch(input: MatchInput): Promise<void>;
}

export interface MatchEnd {
  readonly proposed: number;
}
