// Started beside every command that runs servers. It reads which processes belong to the command and, when its
// standard input ends because the command is gone for whatever reason (kill -9 included), stops those that are left.
// Lines: "add <pid>", "remove <pid>", "folder <path>" (a temporary folder to delete at the end).
import { readFileSync, rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

const GRACE_MS = 8_000;
const pids = [];
const folders = [];

function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch {
    return false;
  }
}

/** Where nobody reaps orphans (a container without an init) an ended process stays as a zombie and still has its id. */
function runs(pid) {
  if (!signal(pid, 0)) return false;
  try {
    return !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return true;
  }
}

async function stop(pid) {
  const until = Date.now() + GRACE_MS;
  signal(pid, 'SIGTERM');
  while (runs(pid) && Date.now() < until) await delay(50);
  signal(pid, 'SIGKILL');
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => undefined);

for await (const line of createInterface({ input: process.stdin })) {
  const [verb, ...rest] = line.split(' ');
  const value = rest.join(' ');
  if (verb === 'add') pids.push(Number(value));
  if (verb === 'remove' && pids.includes(Number(value))) pids.splice(pids.indexOf(Number(value)), 1);
  if (verb === 'folder') folders.push(value);
}
// The last started depends on those before it.
for (const pid of pids.reverse()) await stop(pid);
for (const folder of folders) rmSync(folder, { recursive: true, force: true });
