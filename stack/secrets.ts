import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DEVELOPMENT_KEYS, type KeyName } from '../infra/config.ts';
import { UserFacingError } from './errors.ts';

const KEY_NAMES = Object.keys(DEVELOPMENT_KEYS) as KeyName[];

/**
 * The keys of this data folder: made at random the first time and kept beside the data they protect, readable by
 * their owner only. Keys given by environment come first.
 */
export async function ensureSecrets(
  dataDir: string,
  env: Record<string, string | undefined>,
): Promise<Record<string, string>> {
  const path = join(dataDir, 'secrets.json');
  const kept = await readSecrets(path);
  const missing = KEY_NAMES.filter((name) => !kept[name] && !env[name]);
  const all = { ...kept, ...Object.fromEntries(missing.map((name) => [name, newKey()])) };
  if (missing.length > 0) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, `${JSON.stringify(all, null, 2)}\n`, { mode: 0o600 });
  }
  return Object.fromEntries(KEY_NAMES.map((name) => [name, env[name] || (all[name] ?? '')]));
}

async function readSecrets(path: string): Promise<Record<string, string>> {
  const content = await readFile(path, 'utf8').catch(() => '{}');
  try {
    return JSON.parse(content) as Record<string, string>;
  } catch {
    throw new UserFacingError(`${path} is damaged: restore it, or clear all data with npm run reset.`);
  }
}

function newKey(): string {
  return `k1:${randomBytes(32).toString('base64')}`;
}
