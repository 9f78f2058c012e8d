import type { Models } from '../models/index.ts';

const GIVE_UP_MS = 60_000;

export interface Stages {
  /** Resolves when the need stands in this stage; asks nothing while it waits, so that waiting costs the servers nothing. */
  reached(needId: string, stage: string): Promise<void>;
  close(): Promise<void>;
}

/** Hears of stages by one change stream, for any number of waiting lives. */
export function watchStages({ needs }: Models): Stages {
  const waiting = new Map<string, { stage: string; done: () => void }>();
  const stream = needs.needs.watch<{ _id: string; stage: string }>([
    { $match: { operationType: 'update', 'updateDescription.updatedFields.stage': { $exists: true } } },
    { $project: { documentKey: 1, operationType: 1, 'updateDescription.updatedFields.stage': 1 } },
  ]);
  stream.on('change', (change) => {
    if (change.operationType !== 'update') return;
    const waiter = waiting.get(change.documentKey._id);
    if (waiter !== undefined && waiter.stage === change.updateDescription.updatedFields?.stage) waiter.done();
  });

  async function reached(needId: string, stage: string): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        waiting.set(needId, { stage, done: resolve });
        timer = setTimeout(() => reject(new Error(`need ${needId} did not reach ${stage}`)), GIVE_UP_MS);
        // It may have been there before anybody listened.
        needs.needs.findOne({ _id: needId }, { projection: { stage: 1 } }).then((need) => {
          if (need?.stage === stage) resolve();
        }, reject);
      });
    } finally {
      clearTimeout(timer);
      waiting.delete(needId);
    }
  }

  return { reached, close: () => stream.close() };
}
