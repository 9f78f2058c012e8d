import { createHash } from 'node:crypto';
import type { Config } from '../infra/config.ts';
import { createCrypto } from '../infra/crypto/index.ts';
import { loadPolicies } from '../infra/policies.ts';
import { loadReference } from '../infra/reference.ts';
import { storedRegions, type Region } from '../infra/region-rows.ts';
import { bootstrapTemporal } from '../infra/temporal/bootstrap.ts';
import { createTemporalClient } from '../infra/temporal/connection.ts';
import { connectMongo } from '../models/db.ts';
import { createModels, type Models } from '../models/index.ts';
import { ensureIndexes } from '../models/indexes.ts';
import type { RegionRecord } from '../models/region.ts';
import { loadDemoData } from './demo-data.ts';
import { listHiddenPhotos } from './hidden-photos.ts';
import { renewSearchTerms } from './search-terms.ts';

export interface SetupOptions {
  /** Whether demo accounts and households are put in when they are missing; refused in production. */
  readonly demoData: boolean;
  readonly progress?: (line: string) => void;
}

/**
 * Brings MongoDB and Temporal into the state that the processes expect: indexes, namespace and search attributes,
 * regions, policies and, when asked for, demo data. Idempotent; opens and closes its own connections.
 * @throws Error when a server stays away, a stored policy differs from the file, or demo data is asked for in production
 */
export async function setup(config: Config, { demoData, progress = () => undefined }: SetupOptions): Promise<void> {
  if (demoData && config.profile === 'production') throw new Error('demo data is not for production');
  await Promise.all([setUpTemporal(config, progress), setUpMongo(config, demoData, progress)]);
}

type Progress = (line: string) => void;

async function setUpTemporal(config: Config, progress: Progress): Promise<void> {
  const { connection } = createTemporalClient(config);
  try {
    await bootstrapTemporal(connection, config.temporal.namespace);
    progress(`namespace ${config.temporal.namespace} has its search attributes`);
  } finally {
    await connection.close();
  }
}

async function setUpMongo(config: Config, demoData: boolean, progress: Progress): Promise<void> {
  const db = await connectMongo(config, { patienceMs: 30_000 });
  try {
    await ensureIndexes(db);
    progress('collections and indexes are there');
    const models = createModels(db);
    await once(models, 'needsKnowTheirAudience', models.needs.openOlder);
    await once(models, 'needsNameHelpers', models.needs.nameHelpers);
    const reference = () => loadReference({ profile: config.profile });
    await renewSearchTerms(models, reference);
    await once(models, 'needsHiddenPhotos', () => listHiddenPhotos(models, reference()));
    await models.policies.store(loadPolicies('default').all, { replace: config.profile !== 'production' });
    await setUpRegions(models, progress);
    if (demoData) await loadDemoData({ config, models, crypto: createCrypto(config.keys), progress });
  } finally {
    await db.close();
  }
}

/** What looks at every record there is, and finds nothing the second time. */
async function once({ settings }: Models, name: string, work: () => Promise<void>): Promise<void> {
  if ((await settings.get(name)) !== null) return;
  await work();
  await settings.set(name, 'done');
}

const SETTING = 'regions';

async function setUpRegions(models: Models, progress: Progress): Promise<void> {
  const regions = storedRegions();
  const version = createHash('sha256').update(JSON.stringify(regions)).digest('hex');
  if ((await models.settings.get(SETTING)) === version) return;
  progress(`storing ${regions.length} regions`);
  await models.regions.upsert(regions.map(regionRecord));
  await models.settings.set(SETTING, version);
}

/** A region as the register keeps it. */
export const regionRecord = ({ code, ...region }: Region): RegionRecord => ({ _id: code, ...region });
