import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../contracts/problems.ts';
import { createPool, type Pool } from '../domain/matching/pool.ts';
import { CANDIDATE_FIELDS, candidatesOf, type CandidateRow } from '../models/candidate.ts';
import type { ApiDeps } from './deps.ts';

/**
 * All open needs in this process's memory, to find among them what suits somebody. MongoDB stays the truth: whatever is
 * picked here is read again by its id, with who may see it as part of the query, before anybody sees it. A change stream
 * says which needs have changed; it is asked twice a second, and what became of them is read in batches, so that a need
 * with a crowd of donors costs a few reads a second and not two per donor.
 */
export interface OpenNeeds {
  /** Loads when first asked for. @throws Problem UNAVAILABLE while that takes too long */
  pool(): Promise<Pool>;
  /** Starts loading now, so that the first caller need not wait. */
  warm(): void;
  /** Notes that these were shown to somebody. */
  shown(ids: readonly string[]): void;
  /** Resolves when every change that MongoDB has told so far is read. For tests. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const READ_EVERY_MS = 500;
/** How long MongoDB waits for a change before it says that there is none. */
const AWAIT_MS = 100;
const COUNT_EVERY_MS = 5_000;
/** Whatever was missed in between is mended by then. */
const RELOAD_EVERY_MS = 10 * 60_000;
const PATIENCE_MS = 5_000;
const CHUNK = 1_000;
const COUNTED_AT_ONCE = 2_000;

export function createOpenNeeds({ models, reference, log }: Pick<ApiDeps, 'models' | 'reference' | 'log'>): OpenNeeds {
  const { needs } = models.needs;
  let current: Pool | null = null;
  let loading: Promise<Pool> | null = null;
  let stream: ReturnType<typeof watch> | null = null;
  let reading: Promise<void> | null = null;
  let saving: Promise<void> = Promise.resolve();
  let closed = false;
  const changed = new Set<string>();
  const unsaved = new Map<string, number>();
  const timers = [
    setInterval(() => void saveCounts(), COUNT_EVERY_MS).unref(),
    setInterval(() => void readChanges(), READ_EVERY_MS).unref(),
    setInterval(() => current !== null && void load().catch(ignore), RELOAD_EVERY_MS).unref(),
  ];

  const ignore = (err: unknown): void => log.warn({ err }, 'open needs: what suggestions are made of was not read');

  const watch = () =>
    needs.watch([{ $match: { operationType: { $ne: 'invalidate' } } }, { $project: { documentKey: 1 } }], {
      maxAwaitTimeMS: AWAIT_MS,
    });

  /** Takes what has gathered since it was asked last. */
  async function gather(from: ReturnType<typeof watch>): Promise<void> {
    for (let change = await from.tryNext(); change !== null; change = await from.tryNext()) {
      if ('documentKey' in change) changed.add(change.documentKey._id);
      if (from.bufferedCount() === 0) return;
    }
  }

  /** Fills a new pool, so that what is gone disappears as well. The stream runs before the reading: nothing falls between. */
  function load(): Promise<Pool> {
    loading ??= fill().finally(() => (loading = null));
    return loading;
  }

  async function fill(): Promise<Pool> {
    stream ??= await opened();
    const pool = createPool();
    const rows = needs
      .find({ stage: 'published' }, { projection: CANDIDATE_FIELDS, batchSize: CHUNK })
      .sort({ publishedAt: 1, _id: 1 })
      .allowDiskUse();
    let chunk: CandidateRow[] = [];
    for await (const row of rows) {
      chunk.push(row as CandidateRow);
      if (chunk.length < CHUNK) continue;
      await add(pool, chunk);
      chunk = [];
    }
    await add(pool, chunk);
    current = pool;
    return pool;
  }

  async function add(pool: Pool, rows: readonly CandidateRow[]): Promise<void> {
    const open = rows.filter(({ stage }) => stage === 'published');
    for (const need of await candidatesOf(models, reference.categories, open)) pool.put(need);
  }

  async function opened(): Promise<ReturnType<typeof watch>> {
    const from = watch();
    await gather(from).catch(async (error: unknown) => {
      await from.close().catch(() => undefined);
      throw error;
    });
    return from;
  }

  /** One pass at a time. */
  function readChanges(): Promise<void> {
    reading ??= pass()
      .catch(ignore)
      .finally(() => (reading = null));
    return reading;
  }

  async function pass(): Promise<void> {
    if (current === null || closed) return;
    // Nobody knows what was missed: everything is read again.
    if (stream === null) return void (await load());
    try {
      await gather(stream);
    } catch (error) {
      await stream.close().catch(() => undefined);
      stream = null;
      if (!closed) throw error;
    }
    // What changes while everything is read again is for the new pool.
    while (loading === null && changed.size > 0 && !closed) await readSome(current);
  }

  async function readSome(pool: Pool): Promise<void> {
    const ids = [...changed].slice(0, CHUNK);
    for (const id of ids) changed.delete(id);
    try {
      const rows = await needs.find({ _id: { $in: ids } }, { projection: CANDIDATE_FIELDS, maxTimeMS: 3000 }).toArray();
      await add(pool, rows as CandidateRow[]);
      const open = new Set(rows.filter(({ stage }) => stage === 'published').map(({ _id }) => _id));
      for (const id of ids) if (!open.has(id)) pool.remove(id);
    } catch (error) {
      for (const id of ids) changed.add(id);
      throw error;
    }
  }

  function saveCounts(): Promise<void> {
    saving = saving.then(async () => {
      if (unsaved.size === 0) return;
      const batch = new Map(unsaved);
      unsaved.clear();
      await models.impressions.add(batch).catch(ignore);
    });
    return saving;
  }

  return {
    async pool() {
      const wait = current ?? (await Promise.race([load(), sleep(PATIENCE_MS, null, { ref: false })]));
      if (wait === null) throw problem('UNAVAILABLE', { retryAfter: 5 });
      return wait;
    },
    warm: () => void load().catch(ignore),
    shown(ids) {
      for (const id of ids) {
        // Who reads through everything at once is no audience: his reading need not be counted need by need.
        if (unsaved.size >= COUNTED_AT_ONCE && !unsaved.has(id)) continue;
        unsaved.set(id, (unsaved.get(id) ?? 0) + 1);
        current?.shown(id);
      }
    },
    settled: async () => {
      await reading;
      await readChanges();
      await saveCounts();
    },
    async close() {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      await stream?.close().catch(() => undefined);
      await saveCounts();
    },
  };
}
