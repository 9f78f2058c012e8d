import type { MatchActivities, MatchStep } from '../contracts/match.ts';
import { inForceAt } from '../domain/access/office.ts';
import { SYSTEM } from '../domain/kernel/types.ts';
import { audienceFilter } from '../domain/need/audience.ts';
import type { ReasonRecord } from '../domain/matching/reasons.ts';
import { fitReasons, scored } from '../domain/matching/score.ts';
import type { DonorProfile, Reason } from '../domain/matching/types.ts';
import { fitOf, isFitReason, type Fit } from '../domain/offer/fit.ts';
import { profileOf } from '../models/candidate.ts';
import { createCloseness, type Claimant } from '../models/closeness.ts';
import type { CommandRecord } from '../models/command.ts';
import type { Models } from '../models/index.ts';
import type { MatchOutcome } from '../models/match.ts';
import type { NeedRecord } from '../models/need.ts';
import { createReservations, type ClaimResult, type ReservationDeps } from '../models/reservation.ts';
import { rankedFor } from './match-candidates.ts';
import { stableId } from './stable-id.ts';

export type MatchReference = ReservationDeps['reference'] & {
  readonly regions: Parameters<typeof audienceFilter>[1];
};

export interface MatchDeps {
  readonly models: Models;
  readonly reference: MatchReference;
  readonly dispatch: (command: CommandRecord) => Promise<void>;
}

/** Somebody took units between the look and the reservation: what is left is worth another look. */
const TRIES = 3;

type Seen = ReturnType<typeof audienceFilter>;

/**
 * The work of a match. Finding is written down once; each proposal is one reservation under ids that follow from the match
 * and the need, so that a worker that died after it finds it made.
 */
export function createMatchActivities({ models, reference, dispatch }: MatchDeps): MatchActivities {
  const { matches, offers, needs, pledges, accounts, donors } = models;
  const reserve = createReservations({ models, reference, closenessOf: createCloseness(models) });

  return {
    async findNeeds({ matchId, offerId }) {
      const policy = reference.currentPolicy(Date.now()).offer;
      const atMost = policy.proposalsPerMatch;
      const [offer, donor] = await Promise.all([offers.find(offerId), donorOf(matchId)]);
      const ranked =
        offer === null || donor === null || offer.stage !== 'open'
          ? []
          : await rankedFor({ models, reference }, { offer, policy, atMost, ...donor });
      const found = ranked.map(({ need, reasons }) => ({ needId: need.id, reasons }));
      return { needIds: await matches.begin(matchId, found), atMost };
    },

    async proposeNeed(step) {
      const { outcome, pledge, reasons = [] } = await propose(step);
      if (pledge?.ok === true && pledge.command !== null) {
        // The command is in the outbox: the sweeper sends what cannot be sent now.
        await dispatch(pledge.command).catch(() => undefined);
      }
      const made = pledge?.ok === true ? pledge.pledge : null;
      await matches.add(step.matchId, {
        needId: step.needId,
        outcome,
        units: made?.lines.reduce((sum, { quantity }) => sum + quantity, 0) ?? 0,
        pledgeId: made?._id ?? null,
        reasons: [...reasons],
      });
      return outcome === 'proposed' || outcome === 'usedUp' ? outcome : 'passed';
    },

    finishMatch: ({ matchId }) => matches.finish(matchId),
  };

  async function propose({ matchId, offerId, needId }: MatchStep): Promise<Proposed> {
    const record = await matches.find(matchId);
    const donor = await donorOf(matchId);
    const ranked = record?.why?.[needId] ?? [];
    for (let tries = 0; ; tries += 1) {
      const [offer, need] = await Promise.all([offers.find(offerId), visible(needId, donor?.seen)]);
      if (record === null || donor === null || offer === null) return { outcome: 'gone' };
      const pledgeId = stableId(record.createdAt.getTime(), `${matchId}\n${needId}`);
      const made = await pledges.find(pledgeId);
      if (made !== null) return { outcome: 'proposed', pledge: again(made), reasons: made.reasons ?? [] };
      if (offer.stage !== 'open' || offer.left === 0) return { outcome: 'usedUp' };
      const fit = need === null ? null : fitOf(offer, need, reference.currentPolicy(Date.now()).offer);
      if (need === null || fit === null) return { outcome: need === null ? 'gone' : 'lost' };
      const reasons = reasonsFor(ranked, fit);
      const pledge = await reserve({
        pledgeId,
        commandId: `propose-${pledgeId}`,
        needId,
        donor: donor.claimant,
        actor: SYSTEM,
        delivery: offer.delivery,
        lines: fit.lines,
        standby: false,
        offerId,
        reasons,
        seenBy: { ...donor.seen },
        now: Date.now(),
      });
      const outcome = outcomeOf(pledge);
      if (outcome !== 'lost' || tries === TRIES) return { outcome, pledge, reasons };
    }
  }

  async function visible(needId: string, seen: Seen | undefined): Promise<NeedRecord | null> {
    if (seen === undefined) return null;
    return needs.needs.findOne({ _id: needId, stage: 'published', ...seen }, { maxTimeMS: 3000 });
  }

  /** Null for an account that is gone or frozen: nothing is proposed to it. */
  async function donorOf(matchId: string): Promise<MatchDonor | null> {
    const record = await matches.find(matchId);
    const account = record && (await accounts.find(record.donorId));
    if (account === null || account.frozen !== null) return null;
    const grants = account.grants.filter((grant) => inForceAt(grant, Date.now()));
    const { _id: accountId, householdId, homeRegion } = account;
    const codes = [homeRegion, ...grants.map(({ regionCode }) => regionCode)];
    const known = codes.filter((code): code is string => code != null && reference.regions.find(code) !== null);
    // That it is of a category that he offers is true of all of them, so it is no reason for one.
    const profile = profileOf(reference, await donors.find(accountId), [...new Set(known)], []);
    const claimant = { accountId, householdId, grants, sessionId: null };
    return { claimant, seen: audienceFilter(codes, reference.regions), profile };
  }
}

interface MatchDonor {
  readonly claimant: Claimant;
  readonly seen: Seen;
  readonly profile: DonorProfile;
}

interface Proposed {
  readonly outcome: MatchOutcome;
  readonly pledge?: ClaimResult;
  readonly reasons?: readonly ReasonRecord[];
}

/** Made by a try whose answer got lost. */
const again = (pledge: Extract<ClaimResult, { ok: true }>['pledge']): ClaimResult => ({
  ok: true,
  pledge,
  command: null,
});

function outcomeOf(result: ClaimResult): MatchOutcome {
  if (result.ok) return 'proposed';
  const { code } = result.refusal;
  if (code === 'OWN_NEED') return 'own';
  if (code === 'NOT_FOUND') return 'gone';
  return 'lost';
}

/** Why the need was thought of, and what the offer can give to it as things are now. */
const reasonsFor = (ranked: readonly Reason[], fit: Fit): ReasonRecord[] =>
  scored([...ranked.filter(({ code }) => !isFitReason(code)), ...fitReasons(fit)]).reasons.map(({ code, number }) =>
    number === undefined ? { code } : { code, number },
  );
