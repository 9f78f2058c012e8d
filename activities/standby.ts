import type { ClientSession, Connection } from 'mongoose';
import { SYSTEM } from '../domain/kernel/types.ts';
import type { NeedState } from '../domain/need/types.ts';
import { firstServed } from '../domain/pledge/standby.ts';
import type { PledgeLine } from '../domain/pledge/types.ts';
import { move } from '../domain/pledge/units.ts';
import { accountRepository } from '../models/account.ts';
import { caseRepository } from '../models/case.ts';
import type { NewCommand } from '../models/command.ts';
import { needRepository, type NeedRecord } from '../models/need.ts';
import { pledgeRepository } from '../models/pledge.ts';
import { workflowId } from '../contracts/cases.ts';
import { messageId } from './tally.ts';

export interface Promotion {
  readonly need: NeedRecord;
  readonly told: readonly NewCommand[];
}

/** The standby queue of a need, within the recording transaction of whatever changes it. */
export function createStandby(db: Connection) {
  const { accounts } = accountRepository(db);
  const { cases } = caseRepository(db);
  const { applyMoves } = needRepository(db);
  const { pledges } = pledgeRepository(db);

  return {
    /**
     * Gives what is free to those who wait, first come first served. The units are reserved here, where they came free,
     * so nobody else can take them; the pledge hears of it by `promote`. One that has ended in the meantime frees them
     * again when its end is recorded. `need` was written in this transaction already: two of them never serve the same
     * queue.
     */
    async promote(need: NeedRecord, session: ClientSession): Promise<Promotion> {
      const none = { need, told: [] };
      const free = need.lines.map(({ id, free: units }) => ({ lineId: id, quantity: units }));
      if ((need.waiting ?? 0) === 0 || free.every(({ quantity }) => quantity === 0)) return none;
      if (!(await wants(need, session))) return none;
      const queue = await pledges
        .find({ needId: need._id, stage: 'waiting', standby: true }, { session })
        .sort({ queuedAt: 1, _id: 1 })
        .toArray();
      // Whose account is frozen cannot send: he keeps his place, and others are served meanwhile.
      const donors = { _id: { $in: queue.map(({ donorId }) => donorId) }, frozen: { $ne: null } };
      const frozen = await accounts.find(donors, { session, projection: { _id: 1 } }).toArray();
      const waiting = queue.filter(({ donorId }) => !frozen.some(({ _id }) => _id === donorId));
      const served = firstServed(
        free,
        waiting.map(({ _id: id, lines }) => ({ id, lines })),
      );
      if (served.length === 0) return none;
      const moves = served.flatMap(({ lines }) => move(lines, 'free', 'held'));
      const after = await applyMoves(need._id, moves, { open: served.length, waiting: -served.length }, session);
      if (after === null) throw new Error(`need ${need._id} is gone`);
      await pledges.bulkWrite(
        served.map(({ id, lines }) => ({
          updateOne: {
            filter: { _id: id },
            update: { $set: { reserved: [...lines], standby: false }, $inc: { rev: 1 } },
          },
        })),
        { session },
      );
      return { need: after, told: served.map(({ id, lines }) => promoteCommand(id, lines)) };
    },

    /** The need takes nothing any more: nobody is left to wait for it. */
    async dissolve(needId: string, cause: string, session: ClientSession): Promise<readonly NewCommand[]> {
      const waiting = await pledges
        .find({ needId, stage: { $in: ['offered', 'waiting', 'parked'] }, standby: true }, { session })
        .project<{ _id: string }>({ _id: 1 })
        .toArray();
      return waiting.map(({ _id }) => voidCommand(_id, cause, 'needEnded'));
    },
  };

  /** Whether what is free may be had: not while the need is checked or paused, nor when its rest is given up. */
  async function wants(need: NeedRecord, session: ClientSession): Promise<boolean> {
    if (need.stage === 'published') return (need.expiresAt?.getTime() ?? 0) > Date.now();
    if (need.stage !== 'matched') return false;
    const record = await cases.findOne({ _id: workflowId('need', need._id) }, { session });
    return (record?.state as NeedState | undefined)?.rest === 'open';
  }
}

/** Once in a pledge's life: it waits in the queue only before it holds anything. */
const promoteCommand = (pledgeId: string, lines: readonly PledgeLine[]): NewCommand => ({
  _id: messageId('promote', pledgeId, 'standby'),
  caseType: 'pledge',
  caseId: pledgeId,
  name: 'promote',
  actor: SYSTEM,
  data: { lines: lines.map(({ lineId, quantity }) => ({ lineId, quantity })) },
  bodyHash: '',
});

/** The need has ended. Each pledge decides for itself: what is sent already goes on. */
export const voidCommand = (pledgeId: string, cause: string, because: string): NewCommand => ({
  _id: messageId('void', pledgeId, cause),
  caseType: 'pledge',
  caseId: pledgeId,
  name: 'voidByNeed',
  actor: SYSTEM,
  data: { because },
  bodyHash: '',
});
