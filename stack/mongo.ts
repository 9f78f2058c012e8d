import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MongoClient } from 'mongodb';
import { MONGO_REPLICA_SET, MONGO_TRANSACTION_LIFETIME, mongoUri } from '../infra/config.ts';
import { silent, type Progress } from './progress.ts';
import { provisionMongod } from './provision/mongod.ts';
import { ServerProcess } from './server-process.ts';

export interface ServerOptions {
  port: number;
  /** Folder of its data and log. */
  dir: string;
  progress?: Progress;
}

/** Starts mongod as a one-member replica set (transactions and change streams need one) and waits for its primary. */
export async function startMongo(options: ServerOptions): Promise<ServerProcess> {
  const { port, dir } = options;
  const command = await provisionMongod(options.progress ?? silent);
  const dbPath = join(dir, 'mongo');
  await mkdir(dbPath, { recursive: true });
  const server = new ServerProcess({
    name: 'MongoDB',
    address: mongoUri(port),
    command,
    args: [
      ...['--dbpath', dbPath, '--port', String(port), '--bind_ip', '127.0.0.1', '--replSet', MONGO_REPLICA_SET],
      ...['--wiredTigerCacheSizeGB', '0.5', '--quiet', '--nounixsocket'],
      ...['--setParameter', 'diagnosticDataCollectionEnabled=false', '--setParameter', MONGO_TRANSACTION_LIFETIME],
    ],
    logFile: join(dir, 'logs', 'mongod.log'),
    probe: () => becomePrimary(port),
    graceMs: 15_000,
    explain: explainMongo,
  });
  await server.start();
  return server;
}

/** One step towards a primary; rejects until there is one. */
async function becomePrimary(port: number): Promise<void> {
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 2_000,
    connectTimeoutMS: 2_000,
  });
  try {
    const admin = client.db('admin');
    const member = { _id: 0, host: `127.0.0.1:${port}` };
    const hello = await admin.command({ hello: 1 });
    if (hello['isWritablePrimary'] === true && hello['me'] === member.host) return;
    if (hello['setName'] === undefined && hello['isreplicaset'] === true && hello['info'] !== undefined) {
      await initiateOrMove(admin, member);
    }
    throw new Error('it has no primary yet');
  } finally {
    await client.close();
  }
}

type Admin = ReturnType<MongoClient['db']>;

/** A new set is initiated; one whose data was used on another port is told where it lives now. */
async function initiateOrMove(admin: Admin, member: { _id: number; host: string }): Promise<void> {
  const settings = { electionTimeoutMillis: 1_000 };
  const existing = await admin.command({ replSetGetConfig: 1 }).catch(() => undefined);
  if (!existing) {
    await admin.command({ replSetInitiate: { _id: MONGO_REPLICA_SET, members: [member], settings } });
    return;
  }
  const config = existing['config'] as { version: number; members: { host: string }[] };
  if (config.members[0]?.host === member.host) return;
  const moved = { ...config, version: config.version + 1, members: [member] };
  await admin.command({ replSetReconfig: moved, force: true });
}

function explainMongo(log: string): string | undefined {
  const library = /error while loading shared libraries: (\S+?)[:\s]/.exec(log)?.[1];
  if (library?.startsWith('libcurl')) return 'it needs libcurl 4: install it with apt install libcurl4.';
  if (library?.startsWith('libssl') || library?.startsWith('libcrypto')) {
    return `it needs ${library}: install OpenSSL 3 (apt install libssl3), or set MONGOD_BIN to a mongod for this system.`;
  }
  if (library) return `it needs the library ${library}: install the package that holds it, or set MONGOD_BIN.`;
  if (log.includes('Illegal instruction')) return 'this processor lacks AVX: set MONGODB_URI to a server elsewhere.';
  if (log.includes('Address already in use')) return 'its port is taken.';
  if (log.includes('UPGRADE PROBLEM') || log.includes('featureCompatibilityVersion')) {
    return 'its data was written by another MongoDB version: use that one (MONGOD_BIN), or clear the data with npm run reset.';
  }
  if (log.includes('No space left on device')) return 'the disk is full.';
  return undefined;
}
