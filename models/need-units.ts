import type { Collection } from 'mongodb';
import type { ClientSession } from 'mongoose';
import type { Progress } from '../domain/need/types.ts';
import type { UnitMove, UnitPlace } from '../domain/pledge/types.ts';
import { PUBLIC_STAGES, type NeedLineRecord, type NeedRecord } from './need.ts';

/** Where the units of a need are, and how they are moved: by conditional updates, never by what somebody has read. */

/** Totals over all lines, and the three extents that the case wants to know. */
export function progressOf(
  lines: readonly Pick<NeedLineRecord, 'quantity' | 'free' | 'held' | 'sent' | 'received'>[],
): Progress {
  const sum = (pick: (line: (typeof lines)[number]) => number): number => lines.reduce((n, line) => n + pick(line), 0);
  const total = sum((l) => l.quantity);
  const extent = (n: number) => (n === 0 ? 'none' : n >= total ? 'all' : 'part');
  return {
    committed: extent(sum((l) => l.held + l.sent + l.received)),
    sent: extent(sum((l) => l.sent + l.received)),
    received: extent(sum((l) => l.received)),
  };
}

export interface Reservation {
  readonly needId: string;
  /** Part of the condition: who claims must be one who sees it. */
  readonly seenBy?: Readonly<Record<string, unknown>>;
  readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
}

/** Changes of the numbers of open pledges and of those who wait. */
interface People {
  readonly open?: number;
  readonly waiting?: number;
}

/** What of the needs' repository moves units. */
export function needUnits(needs: Collection<NeedRecord>) {
  return {
    /**
     * Takes units of a published need: one conditional update, so that no two donors get the same unit.
     * @returns the need after it, or null when it isn't published or some line has not enough free units.
     */
    reserve({ needId, lines, seenBy = {} }: Reservation, session?: ClientSession): Promise<NeedRecord | null> {
      const enough = lines.map(({ lineId, quantity }) => ({
        lines: { $elemMatch: { id: lineId, free: { $gte: quantity } } },
      }));
      return moveUnits(
        needId,
        { stage: 'published', expiresAt: { $gt: new Date() }, $and: enough, ...seenBy },
        movesToHold(lines),
        { open: 1 },
        session,
      );
    },

    /**
     * A place in the standby queue, while the need is public and the queue has fewer than `atMost`. Writing the need
     * keeps the queue apart from whatever frees its units or ends it.
     */
    joinQueue: (needId: string, atMost: number, session: ClientSession): Promise<NeedRecord | null> =>
      moveUnits(
        needId,
        { stage: { $in: [...PUBLIC_STAGES] }, waiting: { $not: { $gte: atMost } } },
        [],
        { waiting: 1 },
        session,
      ),

    /** Applies the unit moves of pledges' events, and who came to or left the open pledges and the queue. */
    applyMoves: (
      needId: string,
      moves: readonly UnitMove[],
      people: People,
      session: ClientSession,
    ): Promise<NeedRecord | null> => moveUnits(needId, {}, moves, people, session),
  };

  function moveUnits(
    needId: string,
    guard: Record<string, unknown>,
    moves: readonly UnitMove[],
    { open = 0, waiting = 0 }: People,
    session?: ClientSession,
  ): Promise<NeedRecord | null> {
    const $inc: Record<string, number> = { rev: 1, tallyVersion: 1, openPledges: open };
    if (waiting !== 0) $inc['waiting'] = waiting;
    const arrayFilters: Record<string, unknown>[] = [];
    for (const lineId of new Set(moves.map((m) => m.lineId))) {
      // A promotion takes what was kept for it: moves that cancel out need no filter, and an unused one is refused.
      const changed = Object.entries(changes(moves, lineId)).filter(([, change]) => change !== 0);
      if (changed.length === 0) continue;
      const key = `l${arrayFilters.length}`;
      arrayFilters.push({ [`${key}.id`]: lineId });
      for (const [place, change] of changed) $inc[`lines.$[${key}].${place}`] = change;
    }
    return needs.findOneAndUpdate(
      { _id: needId, ...guard },
      { $inc, $set: { updatedAt: new Date() } },
      {
        returnDocument: 'after',
        // Nobody who moves units reads them, and they are larger than all the rest.
        projection: { searchTerms: 0 },
        maxTimeMS: 3000,
        arrayFilters,
        ...(session && { session }),
      },
    );
  }
}

/**
 * The reservation of lines of a need that the same transaction has read: nobody else can have changed it, so the lines
 * are known by their place. `pledges`: how many it is for.
 */
export function holdAsRead(need: NeedRecord, lines: Reservation['lines'], pledges: number) {
  const $inc: Record<string, number> = { rev: 1, tallyVersion: 1, openPledges: pledges };
  for (const { lineId, quantity } of lines) {
    const at = need.lines.findIndex(({ id }) => id === lineId);
    $inc[`lines.${at}.free`] = -quantity;
    $inc[`lines.${at}.held`] = quantity;
  }
  const filter = { _id: need._id, stage: 'published' as const, tallyVersion: need.tallyVersion };
  return { filter, update: { $inc, $set: { updatedAt: new Date() } } };
}

const movesToHold = (lines: Reservation['lines']): UnitMove[] =>
  lines.map(({ lineId, quantity }) => ({ lineId, from: 'free', to: 'held', quantity }));

function changes(moves: readonly UnitMove[], lineId: string): Record<UnitPlace, number> {
  const change: Record<UnitPlace, number> = { free: 0, held: 0, sent: 0, received: 0 };
  for (const move of moves.filter((m) => m.lineId === lineId)) {
    change[move.from] -= move.quantity;
    change[move.to] += move.quantity;
  }
  return change;
}
