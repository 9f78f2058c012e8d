import type { Spans } from '../kernel/migration.ts';
import { withParking } from '../kernel/parking.ts';
import type { Decider } from '../kernel/types.ts';
import { decideSponsorship, settleSponsorship } from './decide.ts';
import { evolveSponsorship, initialSponsorship } from './evolve.ts';
import { sponsorshipReactions } from './reactions.ts';
import { sponsorshipTable } from './table.ts';
import type { SponsorshipPolicy, SponsorshipState } from './types.ts';
import { sponsorshipView } from './view.ts';

/** What the policy sets of the clock. */
const sponsorshipSpans: Spans<SponsorshipState, SponsorshipPolicy> = ({ stage, stageSince: since, claimedAt }) => {
  switch (stage) {
    case 'underReview':
      return { expireReview: { since, days: (p) => p.reviewWorkingDays, working: true } };
    case 'claimed':
      return { close: { since: claimedAt ?? since, days: (p) => p.sendDays } };
    case 'running':
    case 'sending':
      return { stall: { since, days: (p) => p.runDays } };
    default:
      return {};
  }
};

/** The time for sending counts from when all was claimed: a stay with the operators takes nothing of it. */
const shiftSponsorship = (state: SponsorshipState, byMs: number): SponsorshipState =>
  state.claimedAt === undefined ? state : { ...state, claimedAt: state.claimedAt + byMs };

/** The whole behaviour of a sponsorship: thousands of needs taken on by one organisation. */
export const sponsorshipDecider: Decider<SponsorshipState, SponsorshipPolicy> = withParking(
  {
    type: 'sponsorship',
    table: sponsorshipTable,
    initial: initialSponsorship,
    decide: decideSponsorship,
    evolve: evolveSponsorship,
    reactions: sponsorshipReactions,
    view: sponsorshipView,
  },
  { settle: settleSponsorship, shift: shiftSponsorship, spans: sponsorshipSpans },
);
