import type { Connection } from 'mongoose';
import { EVERYBODY } from '../domain/need/audience.ts';
import { PUBLIC_ORDER, PUBLIC_STAGES, type NeedRecord } from './need.ts';

const NEEDS = 1_000;
const FROM = 5;
const FRESH_MS = 10 * 60_000;

/** How common search terms are, measured on the newest public needs and kept for some minutes. Only speed depends on it. */
export function createTermCounts(db: Connection) {
  let counts: ReadonlyMap<string, number> = new Map();
  let staleAt = 0;
  let counting: Promise<void> | null = null;

  async function count(): Promise<void> {
    staleAt = Date.now() + FRESH_MS;
    const rows = await db
      .collection<NeedRecord>('needs')
      .aggregate<{ _id: string; n: number }>(
        [
          { $match: { audience: EVERYBODY, stage: { $in: [...PUBLIC_STAGES] } } },
          { $sort: PUBLIC_ORDER },
          { $limit: NEEDS },
          { $unwind: '$searchTerms' },
          { $group: { _id: '$searchTerms', n: { $sum: 1 } } },
          { $match: { n: { $gte: FROM } } },
        ],
        { maxTimeMS: 3_000 },
      )
      .toArray();
    counts = new Map(rows.map(({ _id, n }) => [_id, n]));
  }

  return {
    /** Puts terms in order, the rarest first. Waits for the first count only; later ones are made beside the queries. */
    async order(): Promise<(terms: readonly string[]) => string[]> {
      const first = staleAt === 0;
      if (Date.now() >= staleAt) counting = count().catch(() => undefined);
      if (first || counts.size === 0) await counting;
      return (terms) => [...terms].sort((a, b) => (counts.get(a) ?? 0) - (counts.get(b) ?? 0));
    },
  };
}
