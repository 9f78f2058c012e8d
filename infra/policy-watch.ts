import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from './logger.ts';
import type { Policies, StoredPolicies } from './policies.ts';

/** Where published policies are kept. */
export interface PolicyStore {
  /** Changes with every publication and every end. */
  revision(): Promise<string | null>;
  published(): Promise<StoredPolicies>;
}

export interface PolicyWatch {
  /** Reads now; for a process that must not begin with old rules. @throws Error when a stored policy breaks a rule */
  refresh(): Promise<void>;
  stop(): void;
}

/** Well below the lead that a publication has (policy-snapshot.ts). */
const POLL_MS = 3_000;

/**
 * Keeps the policies of a process up to date with what operators publish. While MongoDB is away, or when what is stored
 * breaks a rule of this release, the process goes on with what it knows.
 */
export function watchPolicies(
  { policies, store, log }: { policies: Pick<Policies, 'adopt'>; store: PolicyStore; log: Pick<Logger, 'error'> },
  pollMs = POLL_MS,
): PolicyWatch {
  const stopped = new AbortController();
  let known: string | null | undefined;

  async function refresh(): Promise<void> {
    const revision = await store.revision();
    if (revision === known) return;
    policies.adopt(await store.published());
    known = revision;
  }

  void (async () => {
    while (!stopped.signal.aborted) {
      await sleep(pollMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
      if (stopped.signal.aborted) return;
      await refresh().catch((err: unknown) => log.error({ err }, 'the published policies could not be read'));
    }
  })();
  return { refresh, stop: () => stopped.abort() };
}
