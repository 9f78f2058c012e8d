import { setTimeout as sleep } from 'node:timers/promises';
import type { ClientSession, Connection } from 'mongoose';

const ATTEMPTS = 8;

/**
 * Runs `work` in a transaction and commits it. Conflicts with other writers are tried again, a few times and a little
 * apart; every other error ends it with nothing written.
 */
export async function inTransaction<T>(db: Connection, work: (session: ClientSession) => Promise<T>): Promise<T> {
  const session = db.getClient().startSession();
  try {
    for (let attempt = 1; ; attempt += 1) {
      try {
        session.startTransaction({ writeConcern: { w: 'majority' } });
        const result = await work(session);
        await commit(session);
        return result;
      } catch (error) {
        if (session.inTransaction()) await session.abortTransaction().catch(() => undefined);
        if (attempt === ATTEMPTS || !hasLabel(error, 'TransientTransactionError')) throw error;
        await sleep(2 ** attempt + Math.random() * 2 ** attempt);
      }
    }
  } finally {
    await session.endSession();
  }
}

/** A commit whose answer got lost may be repeated: it is applied once. */
async function commit(session: ClientSession): Promise<void> {
  try {
    await session.commitTransaction();
  } catch (error) {
    if (!hasLabel(error, 'UnknownTransactionCommitResult')) throw error;
    await session.commitTransaction();
  }
}

const hasLabel = (error: unknown, label: string): boolean =>
  error instanceof Error &&
  'hasErrorLabel' in error &&
  typeof error.hasErrorLabel === 'function' &&
  (error.hasErrorLabel as (l: string) => boolean)(label);
