import { join } from 'node:path';
import { tryLock, unlock } from '../scripts/lib/lock.mjs';
import { UserFacingError } from './errors.ts';

/** Takes the data folder for this process; the function given back frees it. @throws UserFacingError when another has it. */
export async function takeRunLock(dataDir: string): Promise<() => Promise<void>> {
  const path = join(dataDir, 'run.lock');
  const holder = await tryLock(path);
  if (holder !== undefined) {
    throw new UserFacingError(
      `Bangfu already runs here (process ${holder}): stop it with Ctrl-C in its terminal first.`,
    );
  }
  return () => unlock(path);
}
