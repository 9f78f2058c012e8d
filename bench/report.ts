import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem, type } from 'node:os';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

/** One line of the table. `ratio` is ours to bare; `target` says which side of which number is wanted. */
export interface Row {
  readonly what: string;
  readonly ours: string;
  readonly bare: string;
  readonly ratio: number | null;
  readonly spread: string;
  readonly target: { readonly text: string; readonly met: boolean } | null;
  readonly note?: string;
  /** Only when it is another run than that of the page's head. */
  readonly measured?: Conditions;
}

export interface Conditions {
  readonly date: string;
  readonly commit: string;
  readonly node: string;
  readonly versions: Record<string, string>;
  readonly machine: string;
  readonly loadBefore: string;
  readonly loadAfter: string;
  readonly mode: string;
}

const root = new URL('../', import.meta.url);
const load = (): string =>
  loadavg()
    .map((n) => n.toFixed(2))
    .join(' ');
export const loadNow = load;

export function conditions(loadBefore: string, mode: string): Conditions {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')) as {
    packages: Record<string, { version?: string }>;
  };
  const names = ['@temporalio/worker', 'mongoose', 'mongodb', 'bullmq', 'express', 'ioredis'];
  const versions = Object.fromEntries(names.map((n) => [n, lock.packages[`node_modules/${n}`]?.version ?? '?']));
  const cpu = cpus();
  return {
    date: new Date().toISOString(),
    commit: git('rev-parse', '--short', 'HEAD'),
    node: process.version,
    versions,
    machine: `${cpu.length} cores (${cpu[0]?.model ?? '?'}), ${Math.round(totalmem() / 2 ** 30)} GiB, ${type()}`,
    loadBefore,
    loadAfter: load(),
    mode,
  };
}

function git(...args: string[]): string {
  try {
    return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** Writes docs/benchmarks.json and docs/benchmarks.md, and prints the table and which targets are missed. */
export async function writeReport(rows: readonly Row[], where: Conditions): Promise<void> {
  writeFileSync(new URL('docs/benchmarks.json', root), `${JSON.stringify({ conditions: where, rows }, null, 2)}\n`);
  await writeFormatted('docs/benchmarks.md', markdown(rows, where));
  for (const row of rows) {
    console.log(`${row.what}: ${row.ours} against ${row.bare}, ratio ${ratioText(row)} ${verdict(row)}`);
  }
  const missed = rows.filter((row) => row.target?.met === false);
  console.log(missed.length === 0 ? 'Every target is met.' : `Missed: ${missed.map((r) => r.what).join('; ')}`);
}

/** As the repository's own format wants it, so that nobody has to format a page that is made by a command. */
async function writeFormatted(file: string, text: string): Promise<void> {
  const filepath = fileURLToPath(new URL(file, root));
  writeFileSync(filepath, await format(text, { ...(await resolveConfig(filepath)), filepath }));
}

/** A run of some rows keeps the others of the page, each with the conditions under which it was measured. */
export function withOthers(rows: readonly Row[]): Row[] {
  const before = JSON.parse(readFileSync(new URL('docs/benchmarks.json', root), 'utf8')) as {
    conditions: Conditions;
    rows: Row[];
  };
  const replaced = new Map(rows.map((row) => [row.what, row]));
  const kept = before.rows.map((row): Row => {
    const again = replaced.get(row.what);
    replaced.delete(row.what);
    return again ?? { ...row, measured: row.measured ?? before.conditions };
  });
  return [...kept, ...replaced.values()];
}

const ratioText = (row: Row): string => (row.ratio === null ? '–' : row.ratio.toFixed(2));
const verdict = (row: Row): string =>
  row.target === null ? '' : `${row.target.text}: ${row.target.met ? 'met' : '**missed**'}`;

function markdown(rows: readonly Row[], c: Conditions): string {
  const versions = Object.entries(c.versions)
    .map(([name, version]) => `${name} ${version}`)
    .join(', ');
  const table = rows.map((r) => {
    const note = [
      r.note,
      r.measured && `measured ${r.measured.date.slice(0, 10)} at ${r.measured.commit}, ${r.measured.mode}`,
    ];
    const said = note.filter(Boolean).join('; ');
    return `| ${r.what} | ${r.ours} | ${r.bare} | ${ratioText(r)} | ${r.spread} | ${verdict(r)} | ${said} |`;
  });
  return `# Benchmarks

Made by \`npm run bench\`; nothing in this file is written by hand. Ours and the bare code of \`bench/bare/\` run in turns in
one go against the same servers; the ratio is taken pair by pair, and the spread is its lowest and highest value.
A row from another run than the one named below says so in its note.
Figures of one machine at one time: compare the ratios, not the absolute numbers.

- ${c.date}, commit ${c.commit}, mode ${c.mode}
- ${c.machine}; load before ${c.loadBefore}, after ${c.loadAfter}
- Node ${c.node}; ${versions}

| what | ours | bare | ratio | spread | target | note |
|---|---|---|---|---|---|---|
${table.join('\n')}
`;
}
