import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from './client.ts';

const LIMIT_MS = 20_000;

/** Follows one case by its own address: `reach` waits until it is in a stage, `way` has those that it was seen in. */
export function follow<View extends { readonly stage: string }>(client: Client, path: string, token: string) {
  const way = ['submitted'];
  return {
    way,
    async reach(stage: string): Promise<View> {
      for (const giveUpAt = Date.now() + LIMIT_MS; Date.now() < giveUpAt; await delay(100)) {
        const view = await client.get<View>(path, token);
        if (view.stage !== stage) continue;
        way.push(stage);
        return view;
      }
      throw new Error(`${path} never was ${stage}`);
    },
  };
}
