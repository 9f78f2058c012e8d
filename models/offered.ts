import type { Connection } from 'mongoose';
import { offerRepository } from './offer.ts';

/** What donors have offered in advance and still have, as far as suggesting goes. */

const FIELDS = { donorId: 1, category: 1 } as const;
const AT_MOST = 200;

export const openOffers = (now: Date) => ({ stage: 'open' as const, until: { $gt: now }, left: { $gt: 0 } });

export function offeredRepository(db: Connection) {
  const { offers } = offerRepository(db);
  return {
    /** Donors who offer one of these categories now, with what they offer of them. */
    async of(categories: readonly string[], now = new Date()): Promise<Map<string, string[]>> {
      const found = await offers
        .find({ category: { $in: [...categories] }, ...openOffers(now) }, { projection: FIELDS, maxTimeMS: 3000 })
        .limit(AT_MOST)
        .toArray();
      const byDonor = new Map<string, string[]>();
      for (const { donorId, category } of found) {
        byDonor.set(donorId, [...(byDonor.get(donorId) ?? []), category]);
      }
      return byDonor;
    },
  };
}
