import { readdirSync, readFileSync } from 'node:fs';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleWorkflowCode, Worker, type WorkflowBundleWithSourceMap } from '@temporalio/worker';
import { expect } from 'chai';
import { CASE_TYPES } from '../../contracts/cases.ts';
import { bundleOf } from '../support/cases.ts';
import { temporaryFolder } from '../support/stack.ts';

/**
 * Cases live for months, so today's code must be able to go on with yesterday's histories. These were recorded by
 * `npm run histories:record`; a released version's histories stay for as long as its cases may live.
 */
const folder = new URL('../histories/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.json'));

interface RecordedEvent {
  eventId: string;
  activityTaskScheduledEventAttributes?: { activityType: { name: string } };
}
interface Recorded {
  events: RecordedEvent[];
}
const read = (name: string): Recorded => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as Recorded;

async function replayed(history: Recorded, changed?: WorkflowBundleWithSourceMap): Promise<void> {
  const workflowBundle = changed ?? (await bundleOf('../workflows/index.ts'));
  await Worker.runReplayHistory({ workflowBundle }, history);
}

describe('Recorded histories', function () {
  this.timeout(60_000);

  it('are there for every kind of case', () => {
    for (const kind of CASE_TYPES)
      expect(names.filter((name) => name.startsWith(`${kind}-`)).length, kind).to.be.at.least(1);
  });

  for (const name of names) {
    it(`replays ${name.replace('.json', '')}`, () => replayed(read(name)));
  }

  it('fail to replay when a step is taken in another order', async () => {
    const history = read('need-delivered-and-followed.json');
    const activities = history.events.flatMap((e) => e.activityTaskScheduledEventAttributes ?? []);
    const [record, react] = ['record', 'react'].map((n) => activities.find((a) => a.activityType.name === n));
    if (record === undefined || react === undefined) throw new Error('the history has changed its shape');
    [record.activityType.name, react.activityType.name] = [react.activityType.name, record.activityType.name];
    const failure = await replayed(history).catch((error: unknown) => error);
    expect(failure).to.be.instanceOf(Error);
    expect((failure as Error).name).to.match(/Determinism/);
  });

  it('fail to replay on code that sets its timer before it records', async () => {
    const changed = await engineWith((code) => {
      const stored = /( {4}const stored = recorder\.add\([^;]+;\n)/;
      const armed = '    arm();\n    void carryOutReactions();\n';
      expect(code).to.match(stored).and.include(armed);
      return code.replace(armed, '    void carryOutReactions();\n').replace(stored, '    arm();\n$1');
    });
    for (const name of ['need-edited.json', 'pledge-lapsed.json']) {
      const failure = await replayed(read(name), changed).catch((error: unknown) => error);
      expect((failure as Error | undefined)?.name).to.match(/Determinism/);
    }
  });
});

/** The workflow code with a changed engine, bundled from a folder of its own. */
async function engineWith(change: (code: string) => string): Promise<WorkflowBundleWithSourceMap> {
  const root = join(import.meta.dirname, '../..');
  const copy = await temporaryFolder();
  for (const part of ['workflows', 'domain', 'contracts', 'package.json']) {
    await cp(join(root, part), join(copy, part), { recursive: true });
  }
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  const engine = join(copy, 'workflows/case.ts');
  await writeFile(engine, change(await readFile(engine, 'utf8')));
  const no = (): void => undefined;
  const logger = { log: no, trace: no, debug: no, info: no, warn: no, error: no };
  return bundleWorkflowCode({ workflowsPath: join(copy, 'workflows/index.ts'), logger });
}
