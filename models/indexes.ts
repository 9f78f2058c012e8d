import type { Connection, Model, mongo } from 'mongoose';
import { createModels } from './index.ts';

/** A connection for every collection at once takes a fresh pool longer to open than anybody waits for one. */
const AT_ONCE = 8;

/**
 * Creates the collections and indexes that the schemas name. Warm calls cost one listing. An index that a schema no
 * longer names, or whose definition changed, is the business of a migration: nothing is dropped here.
 */
export async function ensureIndexes(db: Connection): Promise<void> {
  createModels(db);
  const present = new Set((await db.listCollections()).map(({ name }) => name));
  const waiting = Object.values(db.models as Record<string, Model<unknown>>);
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let model = waiting.pop(); model !== undefined; model = waiting.pop()) await ensureModel(model, present);
    }),
  );
}

async function ensureModel(model: Model<unknown>, present: ReadonlySet<string>): Promise<void> {
  // Transactions must never be the first to write to a collection.
  if (!present.has(model.collection.name)) await model.createCollection();
  const wanted = model.schema.indexes();
  if (wanted.length === 0) return;
  await model.collection.createIndexes(
    wanted.map(([key, { background: _, ...options }]) => ({ key, ...options }) as mongo.IndexDescription),
  );
}
