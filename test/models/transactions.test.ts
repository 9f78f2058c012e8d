import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { describe, it } from 'mocha';
import mongoose, { type Connection } from 'mongoose';
import { MONGO_TRANSACTION_LIFETIME } from '../../infra/config.ts';
import { connectMongo } from '../../models/db.ts';
import { useStack } from '../support/stack.ts';

/** Writes one record in a transaction and keeps that open. */
const HOLDER = `
  import { MongoClient } from 'mongodb';
  const client = await MongoClient.connect(process.argv[1]);
  const session = client.startSession();
  session.startTransaction();
  await client.db().collection('held').updateOne({ _id: 1 }, { $set: { n: 1 } }, { session });
  console.log('held');
  setInterval(() => {}, 1000);
`;

/** One try; false while another transaction holds the record. */
async function write(db: Connection): Promise<boolean> {
  const session = await db.startSession();
  try {
    session.startTransaction();
    await db.collection<{ _id: number; n: number }>('held').updateOne({ _id: 1 }, { $set: { n: 2 } }, { session });
    await session.commitTransaction();
    return true;
  } catch (error) {
    await session.abortTransaction();
    if (!(error instanceof mongoose.mongo.MongoServerError) || error.codeName !== 'WriteConflict') throw error;
    return false;
  } finally {
    await session.endSession();
  }
}

describe('A transaction that a killed process leaves behind', () => {
  const stack = useStack();

  it('keeps its records from others for seconds, not for minutes', async function () {
    this.timeout(60_000);
    const db = await connectMongo(stack.config);
    const lives = async (seconds: number) =>
      (await db.db?.admin().command({ setParameter: 1, transactionLifetimeLimitSeconds: seconds }))?.['was'] as number;
    // The mechanism is the server's own; what we set of it is how long it waits, which need not be waited for here.
    const configured = await lives(2);
    try {
      expect(`transactionLifetimeLimitSeconds=${configured}`).to.equal(MONGO_TRANSACTION_LIFETIME);
      const held = db.collection<{ _id: number; n: number }>('held');
      await held.insertOne({ _id: 1, n: 0 });
      const args = ['--input-type=module', '-e', HOLDER, stack.mongoUri];
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(child.stdout, 'data');
      child.kill('SIGKILL');
      expect(await write(db), 'it is locked at first').to.equal(false);
      const begin = Date.now();
      while (!(await write(db))) await sleep(200);
      expect(Date.now() - begin).to.be.lessThan(15_000);
      expect((await held.findOne({ _id: 1 }))?.n).to.equal(2);
    } finally {
      await lives(configured);
      await db.close();
    }
  });

  it('is cut short by the official image as well', () => {
    const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8');
    expect(compose).to.contain(`--setParameter, ${MONGO_TRANSACTION_LIFETIME}]`);
  });
});
