import { startBare } from './bare/client.ts';
import { claims } from './claim.ts';
import { decisions } from './decision.ts';
import { imports } from './import.ts';
import { lifecycles } from './lifecycle.ts';
import { lists } from './list.ts';
import { memory } from './memory.ts';
import { conditions, loadNow, writeReport, type Row } from './report.ts';
import { warmStart } from './start.ts';
import { openWorld } from './world.ts';

/** `npm run bench`; with `-- --quick` a smaller one that only shows that everything runs and writes no report. */
const quick = process.argv.includes('--quick');
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice('--only='.length);
const say = (line: string): void => console.log(line);
const loadBefore = loadNow();

const rows: Row[] = [];
const step = async (name: string, work: () => Promise<Row[]>): Promise<void> => {
  if (only !== undefined && !only.split(',').includes(name)) return;
  say(`Measuring ${name} …`);
  rows.push(...(await work()));
};

const world = await openWorld(say);
const bare = await startBare(world);
try {
  await step('lifecycles', () => lifecycles(world, bare, quick ? { lives: 12, pairs: 1 } : { lives: 60, pairs: 6 }));
  await step('decisions', () => decisions(world, bare, quick ? 20 : 300));
  await step('claims', () => claims(world, quick ? 20 : 300));
  await step('lists', () => lists(world, quick ? { needs: 5_000, reads: 20 } : { needs: 100_000, reads: 200 }));
  await step('imports', () => imports(world, quick ? { rows: 1_000, pairs: 1 } : { rows: 20_000, pairs: 5 }));
  await step('memory', () => memory(world, quick ? 50 : 10_000));
} catch (error) {
  // Before anything is closed: what closing raises would hide it.
  console.error(error);
  process.exitCode = 1;
} finally {
  await bare.stop();
  await world.stop();
}
await step('start', () => warmStart(quick ? 1 : 3));
if (quick || only !== undefined) for (const row of rows) say(JSON.stringify(row));
else writeReport(rows, conditions(loadBefore, 'full'));
process.exit();
