import type { Client } from './client.ts';
import { until } from './waiting.ts';

/** Follows one case by its own address: `reach` waits until it is in a stage, `way` has those that it was seen in. */
export function follow<View extends { readonly stage: string }>(client: Client, path: string, token: string) {
  const way = ['submitted'];
  return {
    way,
    async reach(stage: string): Promise<View> {
      const view = await until(
        `${path} to be ${stage}`,
        () => client.get<View>(path, token),
        (seen) => seen.stage === stage,
      );
      way.push(stage);
      return view;
    },
  };
}
