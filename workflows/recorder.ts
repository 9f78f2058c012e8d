import { ActivityFailure, ApplicationFailure, condition, proxyActivities } from '@temporalio/workflow';
import {
  HEARTBEAT_TIMEOUT,
  RECORD_CONFLICT,
  type CaseActivities,
  type RecordBatch,
  type RecordEntry,
} from '../contracts/cases.ts';

/**
 * Retries for ever: MongoDB away is an operator's sight (a pending activity with its attempts), never a lost record.
 * Each database call inside has a shorter limit than the activity.
 */
const { record } = proxyActivities<Pick<CaseActivities, 'record'>>({
  startToCloseTimeout: '15 s',
  heartbeatTimeout: HEARTBEAT_TIMEOUT,
  retry: {
    initialInterval: '1 s',
    backoffCoefficient: 2,
    maximumInterval: '10 s',
    nonRetryableErrorTypes: [RECORD_CONFLICT],
  },
});

export interface Recorder {
  /** Resolves when the entry, and everything before it, is stored. */
  add(entry: RecordEntry): Promise<void>;
  /** Resolves when everything added so far is stored. */
  flushed(): Promise<void>;
  readonly idle: boolean;
  /** True while a recording was refused for good: nothing more is accepted until `retry`. */
  readonly halted: boolean;
  retry(): void;
}

/**
 * Records in order with group commit: what is added while one recording runs goes together with the next. A refused
 * recording is kept and halts the recorder, so nothing is skipped.
 */
export function createRecorder(base: () => Omit<RecordBatch, 'entries'>, onHalt: (halted: boolean) => void): Recorder {
  let waiting: RecordEntry[] = [];
  let running = false;
  let halted = false;
  let added = 0;
  let stored = 0;
  let first = true;

  const store = async (entries: readonly RecordEntry[]): Promise<void> => {
    const { seed, ...rest } = base();
    const batch: RecordBatch = first && seed !== undefined ? { ...rest, seed, entries } : { ...rest, entries };
    for (;;) {
      try {
        await record(batch);
        first = false;
        return;
      } catch (error) {
        if (!isConflict(error)) throw error;
        halted = true;
        onHalt(true);
        await condition(() => !halted);
        onHalt(false);
      }
    }
  };

  const drain = async (): Promise<void> => {
    while (waiting.length > 0) {
      const entries = waiting;
      waiting = [];
      await store(entries);
      stored += entries.length;
    }
    running = false;
  };

  const until = (count: number): Promise<void> => condition(() => stored >= count);

  return {
    async add(entry) {
      waiting.push(entry);
      added += 1;
      const mine = added;
      if (!running) {
        running = true;
        void drain();
      }
      await until(mine);
    },
    flushed: () => until(added),
    get idle() {
      return stored === added;
    },
    get halted() {
      return halted;
    },
    retry() {
      halted = false;
    },
  };
}

const isConflict = (error: unknown): boolean =>
  error instanceof ActivityFailure && error.cause instanceof ApplicationFailure && error.cause.type === RECORD_CONFLICT;
