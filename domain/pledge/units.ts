import { refuse, type Decision, type JsonObject } from '../kernel/types.ts';
import { quantitiesIn } from '../need/command-data.ts';
import type { PledgeLine, PledgeState, UnitMove, UnitPlace } from './types.ts';

/** Units of a pledge and their moves between places. */

export const move = (lines: readonly PledgeLine[], from: UnitPlace, to: UnitPlace): UnitMove[] =>
  lines.filter((line) => line.quantity > 0).map(({ lineId, quantity }) => ({ lineId, from, to, quantity }));

/** What is left of `all` when `part` is taken away. */
export const less = (all: readonly PledgeLine[], part: readonly PledgeLine[]): PledgeLine[] =>
  all
    .map(({ lineId, quantity }) => ({ lineId, quantity: quantity - quantityOf(part, lineId) }))
    .filter((line) => line.quantity > 0);

const quantityOf = (lines: readonly PledgeLine[], lineId: string): number =>
  lines.find((line) => line.lineId === lineId)?.quantity ?? 0;

/** Where this pledge's units are now, and which they are; none in the standby queue. */
export function unitsNow(state: PledgeState): {
  readonly place: 'held' | 'sent';
  readonly lines: readonly PledgeLine[];
} {
  if (state.standby === true) return { place: 'held', lines: [] };
  const sent = state.sentLines.length > 0;
  return sent ? { place: 'sent', lines: state.sentLines } : { place: 'held', lines: state.lines };
}

/** Frees everything the pledge still has. */
export function freeAll(state: PledgeState): UnitMove[] {
  const { place, lines } = unitsNow(state);
  return move(lines, place, 'free');
}

export type Taken =
  { readonly ok: true; readonly lines: readonly PledgeLine[] } | { readonly ok: false; readonly refused: Decision };

/** Wrong units: of which member of the request, for whoever sent it. */
const wrong = (code: 'INVALID_REQUEST' | 'LINE_UNKNOWN'): Taken => ({
  ok: false,
  refused: refuse(code, { member: 'lines' }),
});

/** The units a command names: all of `of` unless `data.lines` says less. At least one unit, never more than there are. */
export function taken(data: JsonObject, of: readonly PledgeLine[]): Taken {
  if (data['lines'] === undefined) return { ok: true, lines: of };
  const lines = quantitiesIn(data);
  if (lines === null || lines.length === 0) return wrong('INVALID_REQUEST');
  if (lines.some(({ lineId }) => !of.some((line) => line.lineId === lineId))) return wrong('LINE_UNKNOWN');
  const tooMany = lines.some(({ lineId, quantity }) => quantity > quantityOf(of, lineId));
  return tooMany ? wrong('INVALID_REQUEST') : { ok: true, lines };
}
