import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { MongoClient } from 'mongodb';
import type { Config } from '../infra/config.ts';

const root = join(import.meta.dirname, '..');
/** All that decides what the setup does. */
const SOURCES = ['data', 'models', 'domain', 'contracts', 'infra', 'activities', 'scripts', 'package-lock.json'];

/**
 * Remembers that the servers of a data folder were set up by this very code and data, so that a later start need not
 * load and run the setup again. Kept in both places where it could get lost: beside Temporal's database, and in MongoDB.
 */
export interface Prepared {
  /** Whether it looks so before any server runs. */
  readonly likely: boolean;
  /** Whether it is so: asked of MongoDB. */
  check(): Promise<boolean>;
  keep(): Promise<void>;
}

export async function preparedState(config: Config, demoData: boolean): Promise<Prepared> {
  const file = join(config.dataDir, 'temporal', 'prepared');
  const mark = await markOf(config, demoData);
  const settings = async <T>(work: (all: ReturnType<typeof settingsOf>) => Promise<T>): Promise<T> => {
    const client = new MongoClient(config.mongo.uri, { serverSelectionTimeoutMS: 5_000 });
    try {
      return await work(settingsOf(client));
    } finally {
      await client.close();
    }
  };
  return {
    likely: readText(file) === mark,
    check: () => settings(async (all) => (await all.findOne({ _id: 'prepared' }))?.value === mark),
    async keep() {
      const $set = { value: mark, updatedAt: new Date() };
      await settings((all) => all.updateOne({ _id: 'prepared' }, { $set }, { upsert: true }));
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, mark);
    },
  };
}

const settingsOf = (client: MongoClient) =>
  client.db().collection<{ _id: string; value: string; updatedAt: Date }>('settings');

const readText = (path: string): string | null => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
};

async function markOf({ profile, temporal }: Config, demoData: boolean): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([profile, temporal.namespace, demoData]));
  for (const source of SOURCES) {
    for (const path of await filesOf(join(root, source))) hash.update(path).update(await readFile(path));
  }
  return hash.digest('hex');
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => null);
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
