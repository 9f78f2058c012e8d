import { readFileSync } from 'node:fs';
import type { World } from './world.ts';

/** Linux counts processor time in hundredths of a second. */
const TICK_MS = 10;

export type Cpu = Record<string, number>;

/** Processor time that each process has used so far, in milliseconds; empty where there is no /proc. */
export function cpuNow({ stack, apps }: World, more: Record<string, number | undefined>): Cpu {
  const servers = [stack.temporal, stack.mongo, stack.redis, ...apps].map(({ name, pid }) => [name, pid] as const);
  const pids = [...servers, ...Object.entries(more), ['This program', process.pid] as const];
  return Object.fromEntries(pids.map(([name, pid]) => [name, pid === undefined ? 0 : usedBy(pid)]));
}

function usedBy(pid: number): number {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
  } catch {
    return 0;
  }
}

export const cpuBetween = (before: Cpu, after: Cpu): Cpu =>
  Object.fromEntries(Object.entries(after).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));

export const addCpu = (sum: Cpu, more: Cpu): Cpu =>
  Object.fromEntries(Object.entries(more).map(([name, ms]) => [name, ms + (sum[name] ?? 0)]));

/** The greatest first, as milliseconds of each of `count`. */
export const cpuText = (cpu: Cpu, count: number): string =>
  Object.entries(cpu)
    .map(([name, ms]) => [name, ms / count] as const)
    .filter(([, ms]) => ms >= 0.5)
    .sort(([, a], [, b]) => b - a)
    .map(([name, ms]) => `${name} ${ms.toFixed(0)}`)
    .join(', ');
