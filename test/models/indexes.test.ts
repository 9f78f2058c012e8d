import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { COPIED } from '../../activities/data-copy.ts';
import { RETENTION } from '../../domain/retention/classes.ts';
import { accountRepository } from '../../models/account.ts';
import { connectMongo } from '../../models/db.ts';
import { whereOf } from '../../models/erasure.ts';
import { householdRepository } from '../../models/household.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { useStack } from '../support/stack.ts';

describe('indexes', () => {
  const stack = useStack();
  let db: Connection;

  before(async () => {
    db = await connectMongo(stack.config);
    await ensureIndexes(db);
  });
  after(() => db.close());

  const planOf = async (collection: string, filter: object): Promise<string> => {
    const explained = await db.collection(collection).find(filter).explain('queryPlanner');
    return JSON.stringify((explained as { queryPlanner: { winningPlan: object } }).queryPlanner.winningPlan);
  };

  it('serve what the sweeper asks for whatever was kept long enough', async () => {
    for (const [collection, { ends = [] }] of Object.entries(RETENTION)) {
      for (const { since, where = {}, after } of ends) {
        const plan = await planOf(collection, { ...whereOf(where), [since]: { $lt: new Date() } });
        expect(plan, `${collection}: ${after}`).to.include('IXSCAN').and.not.include('COLLSCAN');
      }
    }
  });

  it('serve what an erasure asks for', async () => {
    for (const [collection, { erase = [] }] of Object.entries(RETENTION)) {
      for (const { by, where = {} } of erase) {
        const his = by === 'caseId' ? { caseType: 'need', caseId: { $in: ['a', 'b'] } } : { [by]: 'somebody' };
        expect(await planOf(collection, { ...whereOf(where), ...his }), `${collection} by ${by}`).to.match(
          /IXSCAN|IDHACK/,
        );
      }
    }
  });

  it('serve what the copy of a person’s data is made of', async () => {
    const whose = { ids: ['a', 'h'], householdId: 'h', needs: ['n'], scores: ['s'], persons: ['p'], phones: ['i'] };
    for (const [collection, kinds] of Object.entries(COPIED)) {
      for (const { of } of [kinds].flat()) {
        expect(await planOf(collection, of(whose)), collection)
          .to.match(/IXSCAN|IDHACK/)
          .and.not.include('COLLSCAN');
      }
    }
  });

  it('serve an equal text though they hold only the records that have one', async () => {
    expect(await planOf('accounts', { householdId: 'h', frozen: null })).to.include('"indexName":"householdId_1"');
    expect(await planOf('households', { idIndexes: { $in: ['x', 'y'] } })).to.include('"indexName":"idIndexes_1"');
    expect(await planOf('pledges', { certificate: 'c' })).to.include('"indexName":"certificate_1"');
  });

  it('are built anew where their definition has changed, and keep what is unique', async () => {
    const { households } = householdRepository(db);
    const { accounts } = accountRepository(db);
    const old = { unique: true, partialFilterExpression: { idIndexes: { $type: 'string' } } };
    await households.dropIndex('idIndexes_1');
    await households.createIndexes([{ key: { idIndexes: 1 }, ...old }]);
    const before = await accounts.indexes();
    await ensureIndexes(db);
    const { partialFilterExpression, unique } =
      (await households.indexes()).find(({ name }) => name === 'idIndexes_1') ?? {};
    expect(partialFilterExpression).to.deep.equal({ idIndexes: { $gt: '' } });
    expect(unique).to.equal(true);
    expect(await accounts.indexes()).to.deep.equal(before);
  });
});
