import type { Connection } from 'mongoose';
import { accountRepository, type AccountRecord } from './account.ts';
import type { DonorRecord } from './donor.ts';
import { openOffers } from './offered.ts';

/** What suggestions go by for one donor, from four collections in one read. */
export interface DonorWays {
  /** What he gave before. */
  readonly gifts: Pick<DonorRecord, 'gave' | 'gaveFen'>;
  /** Categories that he offers now. */
  readonly offers: readonly string[];
  /** Needs for which he gives already, the newest of them. */
  readonly underWay: readonly string[];
  readonly idNumberIndex: string | undefined;
}

interface Row extends Pick<AccountRecord, '_id' | 'idNumberIndex'> {
  readonly gifts: Pick<DonorRecord, 'gave' | 'gaveFen'>[];
  readonly offers: { readonly category: string }[];
  readonly underWay: { readonly needId: string }[];
}

const OFFERS_AT_MOST = 200;
const UNDER_WAY_AT_MOST = 50;

/** One round trip: each costs more than what it brings, and nothing can be ranked before all of it is there. */
export function donorWaysRepository(db: Connection) {
  const { accounts } = accountRepository(db);
  const of = (from: string, foreignField: string, as: keyof Row, pipeline: object[]) => ({
    $lookup: { from, localField: '_id', foreignField, as, pipeline },
  });
  return async function donorWays(accountId: string, now = new Date()): Promise<DonorWays> {
    const [row] = await accounts
      .aggregate<Row>(
        [
          { $match: { _id: accountId } },
          { $project: { idNumberIndex: 1 } },
          of('donors', '_id', 'gifts', [{ $project: { _id: 0, gave: 1, gaveFen: 1 } }]),
          of('offers', 'donorId', 'offers', [
            { $match: openOffers(now) },
            { $limit: OFFERS_AT_MOST },
            { $project: { _id: 0, category: 1 } },
          ]),
          of('pledges', 'donorId', 'underWay', [
            { $match: { stage: { $nin: ['received', 'released', 'failed'] } } },
            { $sort: { createdAt: -1, _id: -1 } },
            { $limit: UNDER_WAY_AT_MOST },
            { $project: { _id: 0, needId: 1 } },
          ]),
        ],
        { maxTimeMS: 3000 },
      )
      .toArray();
    return {
      gifts: row?.gifts[0] ?? {},
      offers: [...new Set(row?.offers.map(({ category }) => category))],
      underWay: row?.underWay.map(({ needId }) => needId) ?? [],
      idNumberIndex: row?.idNumberIndex,
    };
  };
}
