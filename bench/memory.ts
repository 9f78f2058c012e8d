import { readFileSync } from 'node:fs';
import { createLife } from './life.ts';
import type { Row } from './report.ts';
import { inLanes, timed } from './stats.ts';
import type { World } from './world.ts';

/** Resident size of our processes idle and with many open cases. */
export async function memory(world: World, cases: number): Promise<Row[]> {
  const idle = sizes(world);
  const life = createLife(world);
  const ms = await timed(() => inLanes(cases, 24, () => life.submit()));
  const open = sizes(world);
  return Object.keys(idle).map((name) => ({
    what: `Resident memory, ${name}`,
    ours: `${open[name] ?? 0} MiB with ${cases.toLocaleString('en')} open cases more`,
    bare: `${idle[name] ?? 0} MiB before (after the measurements above)`,
    ratio: null,
    spread: 'one reading each',
    target: null,
    note: `opened at ${((cases / ms) * 1000).toFixed(0)}/s`,
  }));
}

function sizes({ apps }: World): Record<string, number> {
  return Object.fromEntries(apps.map((app) => [app.name, residentMiB(app.pid ?? 0)]));
}

function residentMiB(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
