import { isDeepStrictEqual } from 'node:util';
import type { ClientSession, Connection } from 'mongoose';
import type { CaseEvent } from '../domain/kernel/types.ts';
import { NO_SHARE, shareOf } from '../domain/offer/tally.ts';
import type { PledgeLine, PledgeState, UnitMove } from '../domain/pledge/types.ts';
import { countsAs, isHold } from '../domain/pledge/reliability.ts';
import { move } from '../domain/pledge/units.ts';
import type { NewCommand } from '../models/command.ts';
import { needRepository, type NeedRecord } from '../models/need.ts';
import { progressOf } from '../models/need-units.ts';
import { donorRepository } from '../models/donor.ts';
import { offerRepository } from '../models/offer.ts';
import { pledgeRepository, type PledgeRecord } from '../models/pledge.ts';
import type { Projector } from './kinds.ts';
import { createStandby, type Promotion } from './standby.ts';
import { reportOffer, reportTally } from './tally.ts';

/**
 * A pledge's events move units in its need's tally, in the same transaction as the events themselves: each unit is
 * counted or freed exactly once, whatever is retried. What comes free goes to those who wait, here too.
 */
export function createProjectPledge(db: Connection): Projector {
  const { pledges } = pledgeRepository(db);
  const donors = donorRepository(db);
  const { needs, applyMoves } = needRepository(db);
  const offers = offerRepository(db);
  const standby = createStandby(db);

  return async function projectPledge({ session, record, events }) {
    const state = record.state as PledgeState;
    const before = await pledges.findOne({ _id: record.caseId }, { session });
    if (before === null) throw new Error(`pledge ${record.caseId} has no details`);
    const back = record.terminal || state.standby !== true ? (before.reserved ?? []) : [];
    await pledges.updateOne(
      { _id: record.caseId },
      {
        $set: {
          stage: state.stage,
          seq: record.seq,
          stageSince: record.stageSince,
          dueAt: record.dueAt,
          waitingOn: record.waitingOn,
          lines: [...state.lines],
          receivedLines: [...state.receivedLines],
          marks: [...state.marks],
          penalty: state.penalty,
          ...(record.terminal && { standby: false }),
          ...(before.hold === true && { hold: isHold(state) }),
          ...(before.offerId !== undefined && { offerShare: shareOf(state), proposed: state.proposed === true }),
          updatedAt: record.updatedAt,
        },
        $inc: { rev: 1 },
        ...(back.length > 0 && { $unset: { reserved: '' as const } }),
      },
      { session },
    );
    // What was kept for it is given back, and taken again by the event that says so: freed once if none does.
    const moves = [...move(back, 'held', 'free'), ...movesOf(events)];
    const mayServe = moves.some(({ to }) => to === 'free') || events.some(({ type }) => type === 'pledgeQueued');
    const ended = record.terminal ? -1 : 0;
    const people = before.standby === true ? { waiting: ended } : { open: ended };
    const moved = await applyMoves(state.needId, moves, people, session);
    if (moved === null) throw new Error(`pledge ${record.caseId} belongs to no need`);
    await countForDonor(before, state, record.terminal ? moved : null, session);
    const told = await tellNeed(mayServe ? await standby.promote(moved, session) : { need: moved, told: [] }, session);
    return [...told, ...(await tellOffer(before, state, session))];
  };

  /** What the pledge gives up can be offered again. An offer only hears when nothing of it is left to be decided. */
  async function tellOffer(before: PledgeRecord, state: PledgeState, session: ClientSession) {
    if (before.offerId === undefined) return [];
    const [had, has] = [before.offerShare ?? NO_SHARE, shareOf(state)];
    if (isDeepStrictEqual(had, has)) return [];
    const offer = await offers.move(before.offerId, had, has, session);
    if (offer === null) throw new Error(`pledge ${before._id} belongs to no offer`);
    return offer.left + offer.proposed + offer.accepted === 0 ? [reportOffer(offer)] : [];
  }

  /** His quota, his reliability and what he likes to give follow from what his pledges become. `need`: of an ended one. */
  async function countForDonor(
    before: PledgeRecord,
    state: PledgeState,
    need: NeedRecord | null,
    session: ClientSession,
  ) {
    const counted = need === null ? null : countsAs(state);
    const freed = before.hold === true && !isHold(state);
    if (counted === null && !freed) return;
    const change = {
      ...(freed && { holds: -1 }),
      ...(counted !== null && { [counted]: 1 }),
      ...(counted === 'received' && { [`gave.${state.category}`]: 1, gaveFen: valueOf(state.receivedLines, need) }),
    };
    await donors.add(before.donorId, change, session);
  }

  async function tellNeed({ need, told }: Promotion, session: ClientSession): Promise<readonly NewCommand[]> {
    const progress = progressOf(need.lines);
    const changed = !sameProgress(progress, need.progress);
    if (changed) await needs.updateOne({ _id: need._id }, { $set: { progress } }, { session });
    // A published need only hears when an extent changes: its history must not grow with its number of donors.
    const settled = need.openPledges === 0 && need.stage !== 'published';
    return changed || settled ? [...told, reportTally({ ...need, progress })] : told;
  }
}

const valueOf = (lines: readonly PledgeLine[], need: NeedRecord | null): number =>
  lines.reduce((sum, { lineId, quantity }) => {
    const price = need?.lines.find((line) => line.id === lineId)?.unitPriceFen ?? 0;
    return sum + quantity * price;
  }, 0);

const movesOf = (events: readonly CaseEvent[]): UnitMove[] =>
  events.flatMap((event) => (event.data['moves'] as unknown as UnitMove[] | undefined) ?? []);

const sameProgress = (a: object, b: object): boolean => JSON.stringify(a) === JSON.stringify(b);
