import { expect } from 'chai';
import { Redis } from 'ioredis';
import mongoose from 'mongoose';
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
