import type { MatchActivities, MatchStep } from '../contracts/match.ts';
import { inForceAt } from '../domain/access/office.ts';
import { SYSTEM } from '../domain/kernel/types.ts';
import { audienceFilter } from '../domain/need/audience.ts';
import { FIT_TEXTS, fitOf, type Fit } from '../domain/offer/fit.ts';
import { createCloseness, type Claimant } from '../models/closeness.ts';
import type { CommandRecord } from '../models/command.ts';
import type { Models } from '../models/index.ts';
import type { MatchOutcome, MatchRecord } from '../models/match.ts';
import type { NeedRecord } from '../models/need.ts';
import type { OfferRecord } from '../models/offer.ts';
import { createReservations, type ClaimResult, type ReservationDeps } from '../models/reservation.ts';
import { stableId } from './stable-id.ts';

export type MatchReference = ReservationDeps['reference'] & {
  readonly regions: Parameters<typeof audienceFilter>[1];
};

export interface MatchDeps {
  readonly models: Models;
  readonly reference: MatchReference;
  readonly dispatch: (command: CommandRecord) => Promise<void>;
}

/** So many open needs are compared: those that wait longest. */
const COMPARED = 500;
/** For each proposal wanted so many needs are kept, since some are gone when their turn comes. */
const SPARE = 3;
/** Somebody took units between the look and the reservation: what is left is worth another look. */
const TRIES = 3;

type Seen = ReturnType<typeof audienceFilter>;

/**
 * The work of a match. Finding is written down once; each proposal is one reservation under ids that follow from the match
 * and the need, so that a worker that died after it finds it made.
 */
export function createMatchActivities({ models, reference, dispatch }: MatchDeps): MatchActivities {
  const { matches, offers, needs, pledges, accounts } = models;
  const reserve = createReservations({ models, reference, closenessOf: createCloseness(models) });

  return {
    async findNeeds({ matchId, offerId }) {
      const atMost = reference.currentPolicy(Date.now()).offer.proposalsPerMatch;
      const [offer, donor] = await Promise.all([offers.find(offerId), donorOf(matchId)]);
      const open = offer === null || donor === null || offer.stage !== 'open' ? [] : await fitting(offer, donor.seen);
      const found = open.slice(0, SPARE * atMost).map(({ need }) => need._id);
      return { needIds: await matches.begin(matchId, found), atMost };
    },

    async proposeNeed(step) {
      const { outcome, pledge, need, fit } = await propose(step);
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
        reasons: need === null || fit === null ? [] : reasonsOf(fit, need),
      });
      return outcome === 'proposed' || outcome === 'usedUp' ? outcome : 'passed';
    },

    finishMatch: ({ matchId }) => matches.finish(matchId),
  };

  /** Open needs that fit and that this offer has never been proposed to, the best first. */
  async function fitting(offer: OfferRecord, seen: Seen): Promise<{ need: NeedRecord; fit: Fit }[]> {
    const known = await pledges.pledges.distinct('needId', { offerId: offer._id }, { maxTimeMS: 3000 });
    const open = await needs.needs
      .find(
        {
          ...seen,
          category: offer.category,
          stage: 'published',
          expiresAt: { $gt: new Date() },
          _id: { $nin: known },
          ...(offer.regionCode !== null && { regionPath: offer.regionCode }),
        },
        { projection: { details: 0, searchTerms: 0 }, maxTimeMS: 5000 },
      )
      .sort({ pinnedAt: 1, publishedAt: 1, _id: 1 })
      .limit(COMPARED)
      .toArray();
    return open
      .flatMap((need) => {
        const fit = fitOf(offer, need);
        return fit === null ? [] : [{ need, fit }];
      })
      .sort((a, b) => weight(b) - weight(a));
  }

  async function propose({ matchId, offerId, needId }: MatchStep): Promise<Proposed> {
    const record = await matches.find(matchId);
    const donor = await donorOf(matchId);
    for (let tries = 0; ; tries += 1) {
      const [offer, need] = await Promise.all([offers.find(offerId), visible(needId, donor?.seen)]);
      if (record === null || donor === null || offer === null) return { outcome: 'gone', need: null, fit: null };
      const pledgeId = stableId(record.createdAt.getTime(), `${matchId}\n${needId}`);
      const made = await pledges.find(pledgeId);
      if (made !== null)
        return { outcome: 'proposed', pledge: again(made), need, fit: need && fitOf(whole(offer), need) };
      if (offer.stage !== 'open' || offer.left === 0) return { outcome: 'usedUp', need, fit: null };
      const fit = need === null ? null : fitOf(offer, need);
      if (need === null || fit === null) return { outcome: need === null ? 'gone' : 'lost', need, fit };
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
        seenBy: { ...donor.seen },
        now: Date.now(),
      });
      const outcome = outcomeOf(pledge);
      if (outcome !== 'lost' || tries === TRIES) return { outcome, pledge, need, fit };
    }
  }

  async function visible(needId: string, seen: Seen | undefined): Promise<NeedRecord | null> {
    if (seen === undefined) return null;
    return needs.needs.findOne({ _id: needId, stage: 'published', ...seen }, { maxTimeMS: 3000 });
  }

  /** Null for an account that is gone or frozen: nothing is proposed to it. */
  async function donorOf(matchId: string): Promise<{ claimant: Claimant; seen: Seen } | null> {
    const record = await matches.find(matchId);
    const account = record && (await accounts.find(record.donorId));
    if (account === null || account.frozen !== null) return null;
    const grants = account.grants.filter((grant) => inForceAt(grant, Date.now()));
    const { _id: accountId, householdId, homeRegion } = account;
    const seen = audienceFilter([homeRegion, ...grants.map(({ regionCode }) => regionCode)], reference.regions);
    return { claimant: { accountId, householdId, grants, sessionId: null }, seen };
  }
}

interface Proposed {
  readonly outcome: MatchOutcome;
  readonly pledge?: ClaimResult;
  readonly need: NeedRecord | null;
  readonly fit: Fit | null;
}

/** Made by a try whose answer got lost. */
const again = (pledge: Extract<ClaimResult, { ok: true }>['pledge']): ClaimResult => ({
  ok: true,
  pledge,
  command: null,
});

/** To tell the reasons again after the units were taken. */
const whole = (offer: OfferRecord): OfferRecord => ({ ...offer, left: offer.quantity });

function outcomeOf(result: ClaimResult): MatchOutcome {
  if (result.ok) return 'proposed';
  const { code } = result.refusal;
  if (code === 'OWN_NEED') return 'own';
  if (code === 'NOT_FOUND') return 'gone';
  return 'lost';
}

const DAY_MS = 86_400_000;
const URGENCY = { urgent: 3, normal: 1, low: 0 } as const;

const waitedDays = ({ publishedAt }: Pick<NeedRecord, 'publishedAt'>): number =>
  publishedAt === null ? 0 : Math.floor((Date.now() - publishedAt.getTime()) / DAY_MS);

/** Likeness first, then urgency, then who waits longest. */
const weight = ({ need, fit }: { need: NeedRecord; fit: Fit }): number =>
  100 * fit.likeness + 10 * URGENCY[need.urgency] + Math.min(30, waitedDays(need));

function reasonsOf(fit: Fit, need: NeedRecord): MatchRecord['results'][number]['reasons'] {
  const days = waitedDays(need);
  return [
    ...fit.reasons.map((code) => ({ code, text: FIT_TEXTS[code] })),
    ...(need.urgency === 'urgent' ? [{ code: 'urgent', text: '情况紧急' }] : []),
    ...(days > 0 ? [{ code: 'waiting', text: `已经等待${days}天` }] : []),
  ];
}
