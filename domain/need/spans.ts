import type { Spans } from '../kernel/migration.ts';
import type { NeedPolicy, NeedState } from './types.ts';

/** What the policy sets of a need's clock, stage by stage: by this a running need goes over to other numbers. */
export const needSpans: Spans<NeedState, NeedPolicy> = (state) => {
  const { stage, stageSince: since, urgency, review, following, handOff } = state;
  switch (stage) {
    case 'submitted':
      return { screenTimeout: { since, days: (p) => p.screeningHours / 24 } };
    case 'underReview': {
      if (review === null) return {};
      const of = { since: review.since, working: true } as const;
      return {
        remindReviewer: { ...of, days: (p) => p.reviewWorkingDays[review.level] / 2 },
        expireReview: { ...of, days: (p) => p.reviewWorkingDays[review.level] },
        expireDecision: { ...of, days: (p) => p.decisionWorkingDays },
      };
    }
    case 'returned':
      return { lapse: { since, days: (p) => p.returnedDays } };
    case 'published':
      return {
        widen: { since, days: (p) => p.widenDays?.[urgency] },
        expire: { since, days: (p) => publicDays(state, p) },
      };
    case 'paused':
      return { endPause: { since, days: (p) => p.pauseDays } };
    case 'withheld':
      return { endWithholding: { since, days: (p) => p.moneyHeldDays } };
    case 'matched':
      return { stall: { since, days: (p) => p.matchedDays } };
    case 'challenged':
      return { expireChallenge: { since, days: (p) => p.challengeWorkingDays, working: true } };
    case 'refused':
    case 'takenDown':
      return { finish: { since, days: (p) => p.appealDays } };
    case 'handedOff': {
      const accepted = handOff?.acceptedBy != null;
      const days = (p: NeedPolicy) => (accepted ? p.handOffResolveWorkingDays : p.handOffAcceptWorkingDays);
      return { expireHandoff: { since, days, working: true } };
    }
    case 'following': {
      const from = following?.since ?? since;
      return {
        askOutcome: { since: from, days: (p) => p.outcomeDays[following?.asked ?? 0] },
        dueVisit: { since: from, days: (p) => p.answerDays },
        finish: { since: from, days: (p) => p.followingDays },
      };
    }
    default:
      return {};
  }
};

/** A renewal gives the lifetime once more; units that came free after its end get the extension instead. */
const publicDays = ({ extended, renewed, urgency }: NeedState, policy: NeedPolicy): number =>
  extended ? policy.extensionDays : policy.lifetimeDays[urgency] * (renewed ? 2 : 1);
