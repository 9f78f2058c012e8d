import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { createCheckpointSweep } from '../../activities/checkpoint.ts';
import { checkpointPublicKey, makeCheckpoint, merkleRoot, verifyCheckpoints } from '../../infra/checkpoint.ts';
import { connectMongo } from '../../models/db.ts';
import { chain } from '../../models/event.ts';
import { createModels, type Models } from '../../models/index.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { keyRing } from '../support/keys.ts';
import { recordStory } from '../support/recorded.ts';
import { useStack } from '../support/stack.ts';
import { submittedNeed } from '../support/story.ts';

const LATER = 120_000;

describe('Checkpoints of the event log', function () {
  this.timeout(60_000);
  const stack = useStack();
  let db: Connection;
  let models: Models;
  let dataDir: string;
  before(async () => {
    db = await connectMongo(stack.config);
    models = createModels(db);
    await ensureIndexes(db);
  });
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'checkpoints-'));
    for (const name of ['events', 'cases', 'needs', 'commands', 'checkpoints', 'findings']) {
      await db.collection(name).deleteMany({});
    }
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));
  after(() => db?.close());

  const deps = () => ({ checkpoints: models.checkpoints, keys: keyRing('c1'), dataDir });
  const faults = async () =>
    (await verifyCheckpoints(deps())).faults.map(({ checkpoint, fault }) => `${checkpoint} ${fault}`);

  /** Two cases under two checkpoints. */
  async function signed(): Promise<string[]> {
    const first = await recordStory(db, submittedNeed());
    await makeCheckpoint(deps(), Date.now() + LATER);
    const between = new Date(Date.now() + LATER);
    const second = await recordStory(db, submittedNeed());
    await models.events.events.updateMany({ caseId: second }, { $set: { recordedAt: between } });
    await makeCheckpoint(deps(), Date.now() + 2 * LATER);
    return [first, second];
  }

  it('cover every event once, are linked, signed, and stand in a file outside the database', async () => {
    await signed();
    const total = await models.events.events.countDocuments({});
    expect(await verifyCheckpoints(deps())).to.deep.equal({ checked: 2, events: total, inFile: 2, faults: [] });
    expect(await makeCheckpoint(deps(), Date.now() + 3 * LATER), 'nothing new').to.equal(null);
    expect((await readFile(join(dataDir, 'checkpoints.jsonl'), 'utf8')).trim().split('\n')).to.have.length(2);
    expect(checkpointPublicKey(keyRing('c1'))).to.match(/^MCowBQYDK2VwAyEA/);
  });

  it('leave out what may still be committed', async () => {
    await recordStory(db, submittedNeed());
    expect(await makeCheckpoint(deps(), Date.now())).to.equal(null);
  });

  it('show a changed event, also when its whole chain was made anew', async () => {
    const [first = ''] = await signed();
    await models.events.events.updateOne({ _id: `need:${first}:1` }, { $set: { 'actor.id': 'somebody-else' } });
    expect(await faults()).to.deep.equal(['1 events']);
    const events = await models.events.of('need', first);
    const forged = chain(
      '',
      'need',
      first,
      events.map((event) => ({ ...event, at: event.at.getTime() })),
    );
    for (const { _id, hash, prevHash } of forged) {
      await models.events.events.updateOne({ _id }, { $set: { hash, prevHash } });
    }
    expect(await faults(), 'a whole chain').to.deep.equal(['1 events']);
  });

  it('show an event that is gone, and one that was put in later', async () => {
    const [, second = ''] = await signed();
    const gone = await models.events.events.findOneAndDelete({ _id: `need:${second}:2` });
    expect(await faults()).to.deep.equal(['2 events']);
    await models.events.events.insertMany([gone!, { ...gone!, _id: `need:${second}:99`, seq: 99 }]);
    expect(await faults()).to.deep.equal(['2 events']);
  });

  it('show a checkpoint that was changed, signed by another key, taken out, or made anew', async () => {
    await signed();
    const { checkpoints } = models.checkpoints;
    const [one, two] = await checkpoints.find({}).sort({ _id: 1 }).toArray();
    await checkpoints.updateOne({ _id: 1 }, { $set: { events: 1 } });
    expect(await faults()).to.include('1 altered');
    await checkpoints.replaceOne({ _id: 1 }, one!);
    await checkpoints.updateOne({ _id: 2 }, { $set: { signature: one!.signature } });
    expect(await faults()).to.deep.equal(['2 unsigned']);
    await checkpoints.deleteOne({ _id: 2 });
    expect(await faults()).to.deep.equal(['2 missing']);
    await checkpoints.insertOne(two!);
    await checkpoints.deleteOne({ _id: 1 });
    expect(await faults()).to.include.members(['2 missing', '2 unlinked']);
    // The thief has the key and signs all of it again: only the file knows better.
    await checkpoints.deleteMany({});
    const file = await readFile(join(dataDir, 'checkpoints.jsonl'), 'utf8');
    await models.events.events.updateOne({}, { $set: { type: 'forged' } });
    await makeCheckpoint(deps(), Date.now() + 2 * LATER);
    await writeFile(join(dataDir, 'checkpoints.jsonl'), file);
    expect(await faults()).to.deep.equal(['1 file', '2 missing']);
  });

  it('are looked at by the sweeper, which makes a finding of what does not fit', async () => {
    await signed();
    const found: string[] = [];
    const report = ({ kind, caseId, detail }: { kind: string; caseId: string; detail: string }) =>
      Promise.resolve(void found.push(`${kind} ${caseId} ${detail}`));
    const sweep = createCheckpointSweep({ ...deps(), report, log: { error: () => undefined } });
    expect(await sweep()).to.equal(0);
    await models.events.events.updateOne({}, { $set: { type: 'forged' } });
    await sweep();
    expect(found).to.deep.equal(['brokenCheckpoint 1 events']);
  });

  it('have a root that says which leaves in which order', () => {
    const roots = [[], ['a'], ['a', 'b'], ['b', 'a'], ['a', 'b', 'c'], ['a', 'b', 'c', 'c']].map(merkleRoot);
    expect(new Set(roots).size).to.equal(roots.length);
  });

  it('are compared by `npm run checkpoints:verify`, which fails when an event was changed', async () => {
    const script = fileURLToPath(new URL('../../scripts/checkpoints-verify.ts', import.meta.url));
    const { config } = stack;
    const own = { checkpoints: models.checkpoints, keys: config.keys.checkpoint, dataDir };
    const caseId = await recordStory(db, submittedNeed());
    await makeCheckpoint(own, Date.now() + LATER);
    const verify = async (): Promise<{ code: number; said: string }> => {
      const env = { ...process.env, ...stack.env, BANGFU_DATA_DIR: dataDir };
      const run = promisify(execFile)(process.execPath, ['--import', 'tsx', script], { env });
      return run.then(
        ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
        (error: unknown) => {
          const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
          return { code, said: stdout + stderr };
        },
      );
    };
    expect(await verify()).to.include({ code: 0 });
    await models.events.events.updateOne({ caseId, seq: 1 }, { $set: { type: 'needForged' } });
    const { code, said } = await verify();
    expect(code, said).to.equal(1);
    expect(said)
      .to.match(/1 checkpoints over \d+ events checked/)
      .and.match(/checkpoint \S+: /);
  });
});
