import { readdirSync, readFileSync } from 'node:fs';
import { Worker } from '@temporalio/worker';
import { expect } from 'chai';
import { bundleOf } from '../support/cases.ts';

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

async function replayed(history: Recorded): Promise<void> {
  const workflowBundle = await bundleOf('../workflows/index.ts');
  await Worker.runReplayHistory({ workflowBundle }, history);
}

describe('Recorded histories', function () {
  this.timeout(60_000);

  it('are there for both kinds of case', () => {
    expect(names.filter((name) => name.startsWith('need-')).length).to.be.at.least(5);
    expect(names.filter((name) => name.startsWith('pledge-')).length).to.be.at.least(3);
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
});
