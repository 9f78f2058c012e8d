// What every command does before the real thing can run: look at Node, install what is missing, start the
// TypeScript program. No dependencies, because none are installed yet.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';

export const root = join(import.meta.dirname, '..', '..');
const NODE = { minimum: [20, 19], below: 26 };

/** Runs a TypeScript program of this repository with everything installed; ends this process with its exit code. */
export async function launch(program, { args = process.argv.slice(2), env = {}, nodeOptions = [] } = {}) {
  try {
    requireNode();
    await ensureInstalled();
  } catch (error) {
    fail(error.message);
  }
  process.exit(await runTypeScript(program, args, env, nodeOptions));
}

export function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}

function requireNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [minMajor, minMinor] = NODE.minimum;
  if (major < minMajor || (major === minMajor && minor < minMinor) || major >= NODE.below) {
    throw new Error(
      `Bangfu runs on Node ${minMajor}.${minMinor} up to ${NODE.below - 1}; this is ${process.versions.node}. Install Node 24 and try again.`,
    );
  }
}

async function ensureInstalled() {
  if (isInstalled()) return;
  const onWait = (holder) => console.log(`Another command (process ${holder}) installs the packages, waiting …`);
  await withLock(join(root, '.bangfu', 'install.lock'), onWait, async () => {
    if (isInstalled()) return;
    console.log('Installing the packages with npm ci (a minute or so, only when they changed) …');
    const code = await npm(['ci', '--no-audit', '--no-fund']);
    if (code !== 0)
      throw new Error('npm ci failed (see above): check the network or the npm registry setting, then try again.');
  });
}

/** Whether node_modules holds exactly what the lockfile says; npm writes down what it installed. */
function isInstalled() {
  const wanted = readPackages(join(root, 'package-lock.json'));
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'));
  if (!wanted || !present) return false;
  return Object.entries(wanted).every(([path, { version, optional }]) => {
    // Optional packages are those of other systems and processors.
    if (path === '' || (optional && !present[path])) return true;
    return present[path]?.version === version;
  });
}

function readPackages(path) {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).packages : undefined;
}

async function npm(args) {
  const startedAt = Date.now();
  const beat = setInterval(
    () => console.log(`Still installing (${Math.round((Date.now() - startedAt) / 1000)} s so far) …`),
    15_000,
  );
  // Inside `npm run` this is the npm that runs us.
  const cli = process.env.npm_execpath;
  const child = cli?.endsWith('.js')
    ? spawn(process.execPath, [cli, ...args], { cwd: root, stdio: 'inherit' })
    : spawn('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  const code = await ended(child).catch(() => 1);
  clearInterval(beat);
  return code;
}

/** The Node that the packages bring along is the one we test with; where it is not there, the present one will do. */
function bestNode() {
  const own = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(own)) return { path: process.execPath, stripsTypes: Boolean(process.features.typescript) };
  const { version } = JSON.parse(readFileSync(join(root, 'node_modules', 'node', 'package.json'), 'utf8'));
  return { path: own, stripsTypes: Number(version.split('.')[0]) >= 24 };
}

async function runTypeScript(program, args, env, nodeOptions) {
  const node = bestNode();
  const loader = node.stripsTypes ? [] : ['--import', 'tsx'];
  const child = spawn(node.path, [...nodeOptions, ...loader, join(root, program), ...args], {
    cwd: root,
    env: { NODE_COMPILE_CACHE: join(root, '.bangfu', 'cache', 'compiled'), ...process.env, ...env },
    // The channel carries nothing: its end tells the program that we are gone, even if we were killed.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  // A terminal sends Ctrl-C to the program as well; it alone decides when all is over.
  process.on('SIGINT', () => undefined);
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return ended(child);
}

async function ended(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(signal === 'SIGINT' ? 130 : signal ? 1 : code));
  });
}
