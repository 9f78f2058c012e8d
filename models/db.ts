import mongoose, { type Connection, type ConnectOptions } from 'mongoose';

// An unknown field in a filter is a programming error, and an operator inside a value is an attack: both throw.
mongoose.set('strictQuery', 'throw');
mongoose.set('sanitizeFilter', true);

const OPTIONS = {
  autoIndex: false,
  autoCreate: false,
  bufferCommands: false,
  maxPoolSize: 60,
  waitQueueTimeoutMS: 3000,
  serverSelectionTimeoutMS: 3000,
  connectTimeoutMS: 3000,
  socketTimeoutMS: 30_000,
  heartbeatFrequencyMS: 2000,
  writeConcern: { w: 'majority', wtimeoutMS: 10_000 },
  readConcern: { level: 'majority' },
} as const satisfies ConnectOptions;

export interface MongoAddress {
  readonly mongo: { readonly uri: string };
}

/**
 * Opens a connection pool, waiting up to `patienceMs` for a server that still starts. Later outages are the pool's
 * business: calls fail after three seconds and work again as soon as the server does.
 * @throws the driver's last error when the server stays away
 */
export async function connectMongo(
  { mongo }: MongoAddress,
  { patienceMs = 15_000, ...options }: ConnectOptions & { patienceMs?: number } = {},
): Promise<Connection> {
  const giveUpAt = Date.now() + patienceMs;
  for (;;) {
    const connection = mongoose.createConnection(mongo.uri, { ...OPTIONS, ...options });
    try {
      return await connection.asPromise();
    } catch (error) {
      await connection.close(true).catch(() => undefined);
      if (Date.now() >= giveUpAt) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Whether the server answers, within a second. */
export async function pingMongo(db: Connection): Promise<boolean> {
  try {
    await db.getClient().db().command({ ping: 1 }, { timeoutMS: 1000 });
    return true;
  } catch {
    return false;
  }
}
