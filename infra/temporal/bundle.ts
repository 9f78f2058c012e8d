import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundleWorkflowCode } from '@temporalio/worker';
import { createDataConverter } from './codec.ts';
import type { Config } from '../config.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Everything that workflow code may import, and how it is bundled. */
const SOURCES = ['workflows', 'domain', 'contracts', 'package-lock.json', 'infra/temporal/bundle.ts'];

/**
 * The cases' rules are evaluated once per worker thread and not once per workflow. They may be: a module of `domain/`
 * keeps no state, and the SDK freezes what it exports.
 */
export const PRELOADED = [join(ROOT, 'domain/cases.ts')];

/**
 * The workflow bundle, made once for each state of the sources and kept in the data folder: workers start without
 * bundling, and all of them run the same bytes.
 */
export async function workflowBundle(config: Pick<Config, 'dataDir' | 'keys'>): Promise<{ codePath: string }> {
  const folder = join(config.dataDir, 'bundles');
  const codePath = join(folder, `workflows-${await sourceHash()}.js`);
  if (await exists(codePath)) return { codePath };
  const { failureConverterPath } = createDataConverter(config.keys.codec);
  const { code } = await bundleWorkflowCode({
    workflowsPath: join(ROOT, 'workflows/index.ts'),
    failureConverterPath,
    preloadModules: PRELOADED,
    logger: { log: no, trace: no, debug: no, info: no, warn: no, error: no },
  });
  await mkdir(folder, { recursive: true });
  const half = `${codePath}.${process.pid}`;
  await writeFile(half, code);
  await rename(half, codePath);
  return { codePath };
}

const no = (): void => undefined;

async function exists(path: string): Promise<boolean> {
  return (await readFile(path).catch(() => null)) !== null;
}

async function sourceHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    for (const file of await filesOf(join(ROOT, source))) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesOf(path: string): Promise<string[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => null);
  if (entries === null) return [path];
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
