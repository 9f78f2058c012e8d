import { himself } from '../access/scope.ts';
import { levelAbove } from '../region/region.ts';
import type { Actor, Level } from '../kernel/types.ts';
import type { NeedContext } from './handler.ts';
import type { NeedPolicy, NeedState, Review } from './types.ts';

/** An appeal and an upheld challenge are about somebody's decision: he is not the one who decides on it. */

type Decides = Pick<NeedPolicy, 'othersDecideAgain'>;

/** Who decided what is looked at again; null where nothing was, or under a policy that did not ask. */
function decidedBefore(state: NeedState, of: Review['of'], policy: Decides): string | null {
  if (policy.othersDecideAgain !== true) return null;
  if (of === 'appeal') return state.decidedBy?.id ?? null;
  return of === 'challenge' ? (state.approver?.id ?? null) : null;
}

/** Neither in another office of his nor through who stands in for him. */
export function isHisOwnDecision(state: NeedState, { of }: Review, actor: Actor, context: NeedContext): boolean {
  const before = decidedBefore(state, of, context.policy);
  return before !== null && himself(actor).includes(before);
}

/** Who of a level leaves what waits for it to colleagues: it is about his own decision, approval or doubt. */
export function barredFrom(state: NeedState, policy: Decides): string[] {
  const { stage, review, approver, challenge } = state;
  const doubt = stage === 'challenged' ? [approver?.id, challenge?.by] : [];
  const again =
    stage === 'underReview' && review !== null ? [review.first?.by, decidedBefore(state, review.of, policy)] : [];
  return [...doubt, ...again].filter((id) => id != null);
}

/** Where an upheld challenge is decided: by the county, unless its only cadre is the approver. */
export function levelForChallenge({ approver, reviewers }: NeedState, { policy }: NeedContext): Level {
  const alone = approver?.level === 'county' && (reviewers?.county ?? 1) <= 1;
  return policy.othersDecideAgain === true && alone ? (levelAbove('county') ?? 'county') : 'county';
}
