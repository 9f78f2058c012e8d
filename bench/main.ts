import { startBare } from './bare/client.ts';
import { claims } from './claim.ts';
import { decisions } from './decision.ts';
import { flashCrowd } from './flash.ts';
import { imports } from './import.ts';
import { lifecycles } from './lifecycle.ts';
import { lists } from './list.ts';
import { memory } from './memory.ts';
import { conditions, loadNow, withOthers, writeReport, type Row } from './report.ts';
import { searches } from './search.ts';
import { sponsors } from './sponsor.ts';
import { warmStart } from './start.ts';
import { suggestions } from './suggestion.ts';
import { whatIfs } from './what-if.ts';
import { openWorld } from './world.ts';

/**
 * `npm run bench`. With `-- --reduced` fewer rounds and cases, which the report says; with `-- --quick` a few of each that
 * only show that everything runs, and no report. `-- --only=lists,sponsors` measures these alone and leaves the other rows
 * of the report as they are. What cannot be measured is a row that says so; the others are measured all the same.
 */
const quick = process.argv.includes('--quick');
const reduced = process.argv.includes('--reduced');
const size = <T>(full: T, less: T, least: T): T => (quick ? least : reduced ? less : full);
const only = process.argv.find((arg) => arg.startsWith('--only='))?.slice('--only='.length);
const say = (line: string): void => console.log(line);
const loadBefore = loadNow();

const rows: Row[] = [];
const step = async (name: string, work: () => Promise<Row[]>): Promise<void> => {
  if (only !== undefined && !only.split(',').includes(name)) return;
  say(`Measuring ${name} …`);
  try {
    rows.push(...(await work()));
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
    const said = error instanceof Error ? error.message : String(error);
    const nothing = { ours: 'failed', bare: '–', ratio: null, spread: '–' };
    rows.push({ what: name, ...nothing, target: { text: said, met: false } });
  }
};

const world = await openWorld(say);
const bare = await startBare(world);
try {
  await step('lifecycles', () =>
    lifecycles(world, bare, size({ lives: 60, pairs: 6 }, { lives: 30, pairs: 3 }, { lives: 12, pairs: 1 })),
  );
  await step('decisions', () => decisions(world, bare, size(300, 100, 20)));
  await step('claims', () => claims(world, size(300, 150, 20)));
  await step('imports', () =>
    imports(world, size({ rows: 20_000, pairs: 5 }, { rows: 20_000, pairs: 3 }, { rows: 1_000, pairs: 1 })),
  );
  await step('sponsors', () =>
    sponsors(world, size({ needs: 20_000, pairs: 3 }, { needs: 20_000, pairs: 1 }, { needs: 1_000, pairs: 1 })),
  );
  await step('whatIf', () => whatIfs(world, size(20_000, 5_000, 300)));
  await step('search', () =>
    searches(
      world,
      size({ needs: 100_000, queries: 1_000 }, { needs: 50_000, queries: 1_000 }, { needs: 2_000, queries: 50 }),
    ),
  );
  await step('lists', () =>
    lists(world, size({ needs: 100_000, reads: 200 }, { needs: 100_000, reads: 100 }, { needs: 5_000, reads: 20 })),
  );
  await step('crowd', () =>
    flashCrowd(
      world,
      size(
        { donors: 20_000, units: 500, perSecond: 400 },
        { donors: 4_000, units: 500, perSecond: 400 },
        { donors: 300, units: 40, perSecond: 200 },
      ),
    ),
  );
  await step('suggestions', () =>
    suggestions(
      world,
      size({ needs: 200_000, reads: 200 }, { needs: 200_000, reads: 100 }, { needs: 4_000, reads: 20 }),
    ),
  );
  await step('memory', () => memory(world, size(10_000, 500, 50)));
} catch (error) {
  // Before anything is closed: what closing raises would hide it.
  console.error(error);
  process.exitCode = 1;
} finally {
  await bare.stop();
  await world.stop();
}
await step('start', () => warmStart(size(3, 2, 1)));
if (quick) for (const row of rows) say(JSON.stringify(row));
else {
  const all = only === undefined ? rows : withOthers(rows);
  await writeReport(all, conditions(loadBefore, reduced ? 'reduced' : 'full'));
}
process.exit();
