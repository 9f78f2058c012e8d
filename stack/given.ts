import mongoose from 'mongoose';
import { Redis } from 'ioredis';
import { Connection } from '@temporalio/client';
import { messageOf, UserFacingError } from './errors.ts';

const TIMEOUT_MS = 5_000;

/** Checks a server that somebody else runs. The address may hold a password, so only its variable is named. */
export async function requireMongo(uri: string): Promise<void> {
  await answers('MONGODB_URI', async () => {
    const client = new mongoose.mongo.MongoClient(uri, { serverSelectionTimeoutMS: TIMEOUT_MS });
    try {
      const hello = await client.db().command({ hello: 1 });
      // Without a replica set there are neither transactions nor change streams.
      if (hello['setName'] === undefined && hello['msg'] !== 'isdbgrid') throw new Error('it is no replica set');
    } finally {
      await client.close();
    }
  });
}

export async function requireRedis(url: string): Promise<void> {
  await answers('REDIS_URL', async () => {
    const client = new Redis(url, { lazyConnect: true, connectTimeout: TIMEOUT_MS, retryStrategy: () => null });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.ping();
    } finally {
      client.disconnect();
    }
  });
}

export async function requireTemporal(address: string): Promise<void> {
  await answers('TEMPORAL_ADDRESS', async () => {
    const connection = await Connection.connect({ address, connectTimeout: TIMEOUT_MS });
    await connection.close();
  });
}

async function answers(variable: string, attempt: () => Promise<void>): Promise<void> {
  try {
    await attempt();
  } catch (error) {
    throw new UserFacingError(
      `The server that ${variable} names cannot be used (${messageOf(error)}): start it, correct ${variable}, or unset it to have one started here.`,
    );
  }
}
