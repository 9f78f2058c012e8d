import type { Collection, Filter, UpdateFilter } from 'mongodb';

/** What lies in the storage and may come to be used by nothing: when it goes, and how, is the same for all of its kinds. */
export interface Kept {
  _id: string;
  uploadedBy: string;
  /** When the sweeper deletes it if nothing uses it by then; null once used. GIVEN_UP while it deletes it. */
  unusedUntil: Date | null;
}

/** Of a record whose bytes are being deleted: nothing takes it into use any more. */
export const GIVEN_UP = new Date(0);

export const isGivenUp = ({ unusedUntil }: Pick<Kept, 'unusedUntil'>): boolean =>
  unusedUntil?.getTime() === GIVEN_UP.getTime();

/** As long as a draft lives where its policy does not say, and a day; a draft that lives longer asks for more. */
export const UNUSED_MS = 31 * 86_400_000;

const LIMIT = { maxTimeMS: 3000 };

export function unusedOf<T extends Kept>(collection: Collection<T>) {
  const where = (filter: object): Filter<T> => filter as Filter<T>;
  const until = (at: Date): UpdateFilter<T> => ({ $set: { unusedUntil: at } }) as unknown as UpdateFilter<T>;
  return {
    /** A draft names them: they wait for it that long, if they would not wait longer anyway. */
    async keepUntil(ids: readonly string[], uploadedBy: string, at: Date): Promise<void> {
      const waiting = { _id: { $in: [...ids] }, uploadedBy, unusedUntil: { $gt: GIVEN_UP, $lt: at } };
      await collection.updateMany(where(waiting), until(at));
    },

    /** What nothing used in time; the caller gives each up, then deletes bytes, then records. */
    unused: (now: Date, limit: number) =>
      collection
        .find(where({ unusedUntil: { $lt: now } }), LIMIT)
        .limit(limit)
        .toArray(),
    /** False when it has come into use meanwhile. */
    giveUp: async (id: string, now: Date): Promise<boolean> =>
      (await collection.updateOne(where({ _id: id, unusedUntil: { $lt: now } }), until(GIVEN_UP))).matchedCount > 0,
    remove: async (id: string): Promise<void> => {
      await collection.deleteOne(where({ _id: id, unusedUntil: GIVEN_UP }));
    },
  };
}
