import type { Connection, Model, mongo } from 'mongoose';
import { createModels } from './index.ts';
import { retentionIndexes } from './retention-indexes.ts';

/** A connection for every collection at once takes a fresh pool longer to open than anybody waits for one. */
const AT_ONCE = 8;

/**
 * Creates the collections and indexes that the schemas name; an index whose definition has changed is built anew. Warm
 * calls cost one listing. An index that no schema names any more is left alone.
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
  const indexes = indexesOf(model);
  if (indexes.length === 0) return;
  const create = () => model.collection.createIndexes(indexes);
  try {
    await create();
  } catch (error) {
    if (!isChangedDefinition(error)) throw error;
    await dropChanged(model, indexes);
    await create();
  }
}

function indexesOf({ schema, collection }: Model<unknown>): mongo.IndexDescription[] {
  const own = schema
    .indexes()
    .map(([key, { background: _, ...options }]) => ({ key, ...options }) as mongo.IndexDescription);
  return [...own, ...retentionIndexes(collection.name, (field) => own.some((index) => servesAll(index, field)))];
}

/** Whether the index finds every record by a text in this field. */
const servesAll = ({ key, partialFilterExpression: only }: mongo.IndexDescription, field: string): boolean =>
  Object.keys(key)[0] === field && (only === undefined || (Object.keys(only).join() === field && '$gt' in only[field]));

/** IndexOptionsConflict and IndexKeySpecsConflict. */
const isChangedDefinition = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 85 || error.code === 86);

async function dropChanged({ collection }: Model<unknown>, wanted: readonly mongo.IndexDescription[]): Promise<void> {
  const filters = new Map(wanted.map((index) => [nameOf(index), definitionOf(index)]));
  for (const index of await collection.indexes()) {
    const definition = filters.get(nameOf(index));
    if (definition !== undefined && definition !== definitionOf(index)) await collection.dropIndex(nameOf(index));
  }
}

const nameOf = ({ name, key }: mongo.IndexDescription): string => name ?? Object.entries(key).flat().join('_');

const definitionOf = ({ key, unique = false, partialFilterExpression }: mongo.IndexDescription): string =>
  JSON.stringify([key, unique, partialFilterExpression ?? null]);
