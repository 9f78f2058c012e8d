import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { problem } from '../contracts/problems.ts';
import { createPool, type Pool } from '../domain/matching/pool.ts';
import { CANDIDATE_FIELDS, candidatesOf, type CandidateRow } from '../models/candidate.ts';
import type { ApiDeps } from './deps.ts';

/**
 * All open needs in this process's memory, to find among them what suits somebody. MongoDB stays the truth: whatever is
 * picked here is read again by its id, with who may see it as part of the query, before anybody sees it. A change stream
 * says which needs have changed; what became of them is read in batches, so that a need with a crowd of donors costs two
 * reads a second and not one per donor.
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
  let reading: Promise<void> = Promise.resolve();
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
    needs
      .watch([{ $match: { operationType: { $ne: 'invalidate' } } }, { $project: { documentKey: 1 } }])
      .on('change', (change) => {
        if ('documentKey' in change) changed.add(change.documentKey._id);
      })
      .on('error', (err) => {
        // Nobody knows what was missed: everything is read again.
        log.warn({ err }, 'open needs: the change stream ended');
        stream = null;
        if (!closed) setTimeout(() => void load().catch(ignore), 1_000).unref();
      });

  /** Fills a new pool, so that what is gone disappears as well. The stream runs before the reading: nothing falls between. */
  function load(): Promise<Pool> {
    loading ??= fill().finally(() => (loading = null));
    return loading;
  }

  async function fill(): Promise<Pool> {
    if (stream === null) {
      stream = watch();
      await Promise.race([once(stream, 'resumeTokenChanged'), sleep(2_000, null, { ref: false })]);
    }
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

  function readChanges(): Promise<void> {
    reading = reading.then(readAll).catch(ignore);
    return reading;
  }

  async function readAll(): Promise<void> {
    while (current !== null && changed.size > 0 && !closed) await readSome(current);
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
