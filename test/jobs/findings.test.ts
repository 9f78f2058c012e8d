import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { createFindingReporter } from '../../activities/report-finding.ts';
import { connectMongo } from '../../models/db.ts';
import type { CommandRecord } from '../../models/command.ts';
import { createModels, type Models } from '../../models/index.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { useStack } from '../support/stack.ts';

const FOUND = { kind: 'oldCase', caseType: 'need', caseId: 'n-1', detail: 'published', regionPath: ['36'] };
const KEY = 'oldCase:need:n-1';

describe('What the sweeper finds', function () {
  this.timeout(30_000);
  const stack = useStack();
  let db: Connection;
  let models: Models;
  let sent: string[];
  before(async () => {
    db = await connectMongo(stack.config);
    models = createModels(db);
    await ensureIndexes(db);
  });
  beforeEach(async () => {
    sent = [];
    for (const name of ['findings', 'commands']) await db.collection(name).deleteMany({});
  });
  after(() => db?.close());

  const reporter = () =>
    createFindingReporter({
      findings: models.findings,
      commands: models.commands,
      dispatch: (command: CommandRecord) => Promise.resolve(void sent.push(command.name)),
      policyVersion: () => 'test',
    });
  const set = (change: object) => models.findings.findings.updateOne({ _id: KEY }, { $set: change });
  const commands = async () =>
    (await models.commands.commands.find({}).sort({ createdAt: 1 }).toArray()).map(({ name }) => name);

  it('begins one case, however often it is seen before that case is recorded', async () => {
    expect(await reporter().report(FOUND)).to.equal(true);
    expect(await reporter().report(FOUND)).to.equal(false);
    const [start] = await models.commands.commands.find({}).toArray();
    expect(await commands()).to.deep.equal(['report']);
    expect(start?.start?.seed).to.deep.equal({ kind: 'oldCase', about: 'need:n-1', regionPath: ['36'] });
    expect(start?.caseId).to.equal((await models.findings.find(KEY))?.findingId);
  });

  it('says nothing more while somebody looks after it, and tells the case when it is gone', async () => {
    await reporter().report(FOUND);
    await set({ stage: 'taken', seq: 2 });
    await reporter().report(FOUND);
    await reporter().resolve([KEY]);
    await reporter().resolve([KEY]);
    expect(await commands()).to.deep.equal(['report', 'gone']);
  });

  it('opens a settled one again once its quiet time is over, and begins a new case for a closed one', async () => {
    await reporter().report(FOUND);
    const first = (await models.findings.find(KEY))?.findingId;
    await set({ stage: 'settled', seq: 3, quietUntil: new Date(Date.now() + 60_000) });
    await reporter().report(FOUND);
    expect(await commands()).to.deep.equal(['report']);
    await set({ quietUntil: new Date(0) });
    await reporter().report(FOUND);
    expect(await commands()).to.deep.equal(['report', 'foundAgain']);
    await set({ stage: 'closed', seq: 5 });
    await reporter().report(FOUND);
    expect(await commands()).to.deep.equal(['report', 'foundAgain', 'report']);
    expect((await models.findings.find(KEY))?.findingId).to.not.equal(first);
  });
});
