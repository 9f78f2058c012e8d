// Clears the data of the local servers and keeps what was fetched. Needs nothing installed.
import { readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fail, root } from './lib/launch.mjs';
import { lockHolder } from './lib/lock.mjs';

// By name: the folder may be one that the user chose and that holds other things.
const OURS = ['demo', 'mongo', 'redis', 'temporal', 'logs', 'photos', 'secrets.json', 'run.lock'];
const dataDir = resolve(root, process.env.BANGFU_DATA_DIR || '.bangfu');
for (const lock of ['run.lock', join('demo', 'run.lock')]) {
  const holder = await lockHolder(join(dataDir, lock));
  if (holder !== undefined) fail(`Bangfu is running (process ${holder}): stop it first, then reset.`);
}

const names = await readdir(dataDir).catch(() => []);
const cleared = names.filter((name) => OURS.includes(name));
for (const name of cleared) await rm(join(dataDir, name), { recursive: true, force: true });
console.log(cleared.length > 0 ? `Cleared ${cleared.join(', ')} in ${dataDir}.` : `Nothing to clear in ${dataDir}.`);
