import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
import { preparedState } from '../../stack/prepared.ts';
import { useStack } from '../support/stack.ts';

describe('the stack', () => {
  const first = useStack();

  it('gives a MongoDB with transactions', async () => {
    const client = await new mongoose.mongo.MongoClient(first.mongoUri).connect();
    try {
      const things = client.db().collection<{ _id: number }>('things');
      await client.withSession((session) =>
        session.withTransaction(async () => {
          await things.insertOne({ _id: 1 }, { session });
          await things.insertOne({ _id: 2 }, { session });
        }),
      );
      expect(await things.countDocuments()).to.equal(2);
    } finally {
      await client.close();
    }
  });

  it('gives a Redis that keeps every job', async () => {
    const redis = new Redis(first.redisUrl);
    try {
      expect(await redis.config('GET', 'maxmemory-policy')).to.deep.equal(['maxmemory-policy', 'noeviction']);
      expect(await redis.config('GET', 'appendonly')).to.deep.equal(['appendonly', 'yes']);
    } finally {
      redis.disconnect();
    }
  });

  it('is known as prepared once it was, by the same code and data, and as long as MongoDB says so', async () => {
    const config = { ...first.config, dataDir: await mkdtemp(join(tmpdir(), 'bangfu-prepared-')) };
    const before = await preparedState(config, true);
    expect([before.likely, await before.check()]).to.deep.equal([false, false]);
    await before.keep();
    const after = await preparedState(config, true);
    expect([after.likely, await after.check()]).to.deep.equal([true, true]);
    const other = await preparedState(config, false);
    expect([other.likely, await other.check()]).to.deep.equal([false, false]);
    const client = await new mongoose.mongo.MongoClient(first.mongoUri).connect();
    await client.db().dropDatabase();
    await client.close();
    expect([after.likely, await after.check()]).to.deep.equal([true, false]);
    await rm(config.dataDir, { recursive: true });
  });

  describe('for another suite', () => {
    const second = useStack();

    it('differs in database, Redis database and task queue', () => {
      expect(second.mongoUri).not.to.equal(first.mongoUri);
      expect(second.redisUrl).not.to.equal(first.redisUrl);
      expect(second.taskQueue).not.to.equal(first.taskQueue);
      expect(second.config.mongo.uri).to.equal(second.mongoUri);
    });
  });
});
