import fc from 'fast-check';
import { expect } from 'chai';
import type { CaseEvent } from '../../domain/kernel/types.ts';
import { shareOf } from '../../domain/offer/tally.ts';
import { PLEDGE_EVENT_TYPES } from '../../domain/pledge/evolve.ts';
import { pledgeDecider } from '../../domain/pledge/index.ts';
import type { PledgeState, UnitMove, UnitPlace } from '../../domain/pledge/types.ts';
import { playLife } from '../support/random-case.ts';
import { LINES, randomPledge, seedOf } from '../support/random-pledge.ts';

/** Carries out the moves on the units' places. @throws Error when a unit is moved from where it is not */
function counted(events: readonly CaseEvent[], from: UnitPlace): { [place in UnitPlace]: number } {
  const places = new Map(LINES.map(({ lineId, quantity }) => [`${lineId}:${from}`, quantity]));
  for (const move of events.flatMap((event) => (event.data['moves'] as unknown as UnitMove[] | undefined) ?? [])) {
    const from = places.get(`${move.lineId}:${move.from}`) ?? 0;
    if (from < move.quantity || move.quantity < 1) throw new Error(`moved what is not there: ${JSON.stringify(move)}`);
    places.set(`${move.lineId}:${move.from}`, from - move.quantity);
    const to = `${move.lineId}:${move.to}`;
    places.set(to, (places.get(to) ?? 0) + move.quantity);
  }
  const at = (place: UnitPlace): number =>
    [...places].filter(([key]) => key.endsWith(`:${place}`)).reduce((sum, [, n]) => sum + n, 0);
  return { free: at('free'), held: at('held'), sent: at('sent'), received: at('received') };
}

/** Neither pause nor parking shortens a hold: what was left at the pause is left when it goes on. */
function mustCountHoldOnce(events: readonly CaseEvent[]): void {
  for (const [i, event] of events.entries()) {
    if (event.type !== 'holdResumed') continue;
    const before = events.slice(0, i);
    const paused = before.findLast(({ type }) => type === 'holdPaused');
    const parkedAt = before.reduce<number | null>(
      (at, { type, at: then }) => (type === 'parked' ? then : type === 'resumed' ? null : at),
      null,
    );
    const from = parkedAt ?? event.at;
    if (Number(event.data['heldUntil']) - from !== paused?.data['left']) throw new Error('a pause changed the hold');
  }
}

/** Receipt or its failure is said by the household itself, or by somebody for his office whom it does not concern. */
function mustNotBeOwn({ donorId, publisherId, householdId }: PledgeState, events: readonly CaseEvent[]): void {
  const established = events.find(
    ({ type, data, actor }) =>
      type === 'pledgeReceived' ||
      (type === 'pledgeFailed' && data['because'] !== 'cancelled' && actor.role !== 'clock'),
  );
  if (established === undefined) return;
  const { id, standsInFor = '', role, householdId: his } = established.actor;
  if (id === donorId) throw new Error('a donor established receipt of his own gift');
  if (established.data['by'] === 'confirmed' && his === householdId) return;
  const own = [donorId, publisherId].some((one) => one === id || one === standsInFor) || his === householdId;
  if (own) throw new Error(`a ${role} decided on what concerns himself`);
}

describe('Any life of a pledge', function () {
  this.timeout(115_000);

  it('stays on its table through 20,000 random lives and counts or frees each unit exactly once', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    const total = LINES.reduce((sum, line) => sum + line.quantity, 0);
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 10, maxLength: 40, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(randomPledge(choice), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
        });
        const { state } = file;
        // Who waits holds nothing: his units are free, as far as he is concerned, until he is promoted.
        const units = counted(events, seedOf(choice).standby === true ? 'free' : 'held');
        const promoted = events.filter((event) => event.type === 'pledgePromoted').length;
        if (promoted > 1) throw new Error('promoted twice');
        if (state.penalty && seedOf(choice).standby === true && promoted === 0) throw new Error('waiting was punished');
        const agreed = events.some(({ type }) => type === 'proposalAccepted');
        if (state.penalty && seedOf(choice).proposed === true && !agreed) throw new Error('silence was punished');
        const shared = Object.values(shareOf(state)).reduce((sum, n) => sum + n, 0);
        if (shared > total) throw new Error('an offer gave more than it had');
        const ended = pledgeDecider.table.stages[state.stage]?.terminal === true;
        const credited = state.receivedLines.reduce((sum, line) => sum + line.quantity, 0);
        if (ended && units.free + units.received !== total) throw new Error(`${state.stage}: ${JSON.stringify(units)}`);
        if (!ended && units.received > 0) throw new Error(`${state.stage} counts units already`);
        if (credited !== units.received) throw new Error('the state credits other units than were moved');
        mustCountHoldOnce(events);
        mustNotBeOwn(state, events);
      }),
      { numRuns: 20_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(pledgeDecider.table.stages).filter((stage) => stage !== 'offered'),
    );
    expect([...seen]).to.include.members(PLEDGE_EVENT_TYPES);
  });
});
