import type { Connection } from 'mongoose';
import { inForceAt } from '../domain/access/office.ts';
import { audienceFilter, audienceKey } from '../domain/need/audience.ts';
import type { NeedState } from '../domain/need/types.ts';
import { fitOf, type LikenessPolicy } from '../domain/offer/fit.ts';
import { accountRepository } from '../models/account.ts';
import { needRepository } from '../models/need.ts';
import { offerRepository } from '../models/offer.ts';

/** A need that everybody could help with is no reason to write to everybody. */
const TOLD = 50;
const COMPARED = 500;

/**
 * The donors whose open offers fit a need that is published now, and who see it since then: with `before` only those who
 * did not see it before its audience grew. The newest offers first.
 */
export function createOfferDonors(
  db: Connection,
  regions: Parameters<typeof audienceFilter>[1],
  likeness: () => LikenessPolicy,
) {
  const needs = needRepository(db);
  const { offers } = offerRepository(db);
  const { accounts } = accountRepository(db);

  return async function offerDonors(after: NeedState, before: NeedState | null): Promise<readonly string[]> {
    const need = await needs.find(after.id);
    if (need === null) return [];
    const open = await offers
      .find(
        { stage: 'open', category: need.category, until: { $gt: new Date() }, left: { $gt: 0 } },
        { maxTimeMS: 5000 },
      )
      .sort({ approvedAt: -1, _id: -1 })
      .limit(COMPARED)
      .toArray();
    const policy = likeness();
    const fitting = open.filter((offer) => offer.donorId !== need.publisherId && fitOf(offer, need, policy) !== null);
    const ids = [...new Set(fitting.map(({ donorId }) => donorId))];
    const people = await accounts
      .find(
        { _id: { $in: ids }, frozen: null, householdId: { $ne: need.householdId } },
        { projection: { homeRegion: 1, grants: 1 }, maxTimeMS: 3000 },
      )
      .toArray();
    const now = Date.now();
    const told = people.filter(({ homeRegion, grants }) => {
      const codes = grants.filter((grant) => inForceAt(grant, now)).map(({ regionCode }) => regionCode);
      const { audience } = audienceFilter([homeRegion, ...codes], regions);
      const sees = (state: NeedState): boolean =>
        typeof audience === 'string' ? audience === audienceKey(state) : audience.$in.includes(audienceKey(state));
      return sees(after) && (before === null || !sees(before));
    });
    return told.slice(0, TOLD).map(({ _id }) => _id);
  };
}
