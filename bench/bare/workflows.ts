import {
  condition,
  defineSignal,
  defineUpdate,
  proxyActivities,
  setHandler,
  sleep,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { SEARCH_ATTRIBUTES } from '../../contracts/search-attributes.ts';

/** The least that a workflow with the same messages, timer and activities can be: it decides nothing, keeps nothing. */

const { empty } = proxyActivities<{ empty(): Promise<void> }>({
  startToCloseTimeout: '15 s',
  retry: { initialInterval: '1 s' },
});

export const step = defineUpdate<number, []>('command');
export const fact = defineSignal('commandSignal');

export interface BareInput {
  /** Updates and signals until the end. */
  readonly messages: number;
  /** Activities besides one for each message and one for the start. */
  readonly extraActivities: number;
  readonly upserts: number;
}

export async function bare(input: BareInput): Promise<number> {
  let done = 0;
  let upserted = 0;
  const upsert = (): void => {
    if (upserted >= input.upserts) return;
    upserted += 1;
    upsertSearchAttributes([{ key: SEARCH_ATTRIBUTES.stage, value: `stage${upserted}` }]);
  };
  const handle = async (): Promise<number> => {
    upsert();
    await empty();
    done += 1;
    return done;
  };
  setHandler(step, handle);
  setHandler(fact, async () => {
    await handle();
  });
  void sleep('3 days');
  await empty();
  for (let i = 0; i < input.extraActivities; i += 1) await empty();
  await condition(() => done >= input.messages);
  return done;
}
