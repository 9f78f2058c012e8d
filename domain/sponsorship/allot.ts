import type { PledgeLine } from '../pledge/types.ts';

/** What a sponsorship takes of one need: whole units, within what is left of its budget and its bound per need. */

export interface OpenLine {
  readonly id: string;
  readonly free: number;
  readonly unitPriceFen: number;
}

export type Allotment =
  | {
      readonly outcome: 'claimed';
      readonly lines: readonly PledgeLine[];
      readonly units: number;
      readonly valueFen: number;
    }
  | { readonly outcome: 'nothingFree' | 'tooDear' | 'overBudget' };

/** `leftFen`, `perNeedFen`: null for no bound. */
export function allot(
  lines: readonly OpenLine[],
  { leftFen, perNeedFen }: { readonly leftFen: number | null; readonly perNeedFen: number | null },
): Allotment {
  const free = lines.filter((line) => line.free > 0);
  if (free.length === 0) return { outcome: 'nothingFree' };
  const bound = Math.min(leftFen ?? Number.POSITIVE_INFINITY, perNeedFen ?? Number.POSITIVE_INFINITY);
  const taken: PledgeLine[] = [];
  let valueFen = 0;
  for (const { id, free: units, unitPriceFen } of free) {
    const affordable = unitPriceFen === 0 ? units : Math.floor((bound - valueFen) / unitPriceFen);
    const quantity = Math.min(units, affordable);
    if (quantity <= 0) continue;
    taken.push({ lineId: id, quantity });
    valueFen += quantity * unitPriceFen;
  }
  if (taken.length > 0) {
    return { outcome: 'claimed', lines: taken, units: taken.reduce((sum, line) => sum + line.quantity, 0), valueFen };
  }
  const dear = perNeedFen !== null && free.every(({ unitPriceFen }) => unitPriceFen > perNeedFen);
  return { outcome: dear ? 'tooDear' : 'overBudget' };
}
