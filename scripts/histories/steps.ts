import type { CaseType, EffectAnswer } from '../../contracts/cases.ts';
import type { Actor, JsonObject } from '../../domain/kernel/types.ts';

/** The words in which recorded lives are told. */

/** One step of a recorded life: somebody's command, the system's, a wait in days, or an effect that fails. */
export type Step =
  | { readonly name: string; readonly by: Actor; readonly data?: JsonObject; readonly signal?: true }
  | { readonly days: number };

export interface Path {
  readonly caseType: CaseType;
  readonly steps: readonly Step[];
  /** Beyond what every case of its kind starts with. */
  readonly seed?: JsonObject;
  /** What effects answer, one after the other; `screen` and those that ask who may decide answer by themselves. */
  readonly answers?: readonly EffectAnswer[];
  readonly effectsFail?: true;
  readonly continueAfterEvents?: number;
}

export const say = (name: string, by: Actor, data: JsonObject = {}): Step => ({ name, by, data });
export const days = (n: number): Step => ({ days: n });
export const system: Actor = { id: 'system', role: 'system' };
let version = 0;
type Extent = 'none' | 'part' | 'all';
export const tally = (committed: Extent, sent: Extent, received: Extent, openPledges: number): Step =>
  ({
    ...say('reportTally', system, { version: (version += 1), openPledges, progress: { committed, sent, received } }),
    signal: true,
  }) as Step;
export const reason = { reasonCode: 'photoUnclear' };
