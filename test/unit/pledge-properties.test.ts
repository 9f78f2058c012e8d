import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import {
  SYSTEM,
  type Actor,
  type CalendarData,
  type CaseEvent,
  type JsonObject,
  type Level,
} from '../../domain/kernel/types.ts';
import { shareOf } from '../../domain/offer/tally.ts';
import { PLEDGE_EVENT_TYPES } from '../../domain/pledge/evolve.ts';
import { pledgeDecider } from '../../domain/pledge/index.ts';
import type { PledgePolicy, PledgeSeed, PledgeState, UnitMove, UnitPlace } from '../../domain/pledge/types.ts';
import { policyOf, type Policy } from '../../domain/policy.ts';
import * as people from '../support/people.ts';
import { playLife, type RandomCase } from '../support/random-case.ts';

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../data/${file}`, import.meta.url), 'utf8')) as T;
const calendar = read<CalendarData>('calendar.json');
const policies = ['default', 'demo'].map((name) => policyOf(read<Policy>(`policies/${name}.json`), 'pledge'));
const { CADRES, DONOR, KEEPER, OPERATOR, RECIPIENT } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');

const LINES = [
  { lineId: 'l1', quantity: 3 },
  { lineId: 'l2', quantity: 2 },
];

const seedOf = (choice: number): PledgeSeed => ({
  ...(choice % 3 === 0 && { standby: true }),
  ...(choice % 3 === 1 && { offerId: 'offer-1', proposed: true }),
  needId: 'need-1',
  // Sometimes a cadre of the area is the donor: he may not establish receipt of his own gift.
  donorId: choice % 4 === 0 ? CADRES.county.id : DONOR.id,
  publisherId: people.PUBLISHER.id,
  householdId: 'household-1',
  regionPath: people.REGION_PATH,
  category: 'goods.bedding.quilt',
  urgency: 1 + (choice % 3),
  delivery: choice % 2 === 0 ? 'villagePoint' : 'faceToFace',
  lines: LINES,
  marks: [],
});

function sender(command: string, state: PledgeState, pick: (below: number) => number): Actor | null {
  const donor: Actor = { id: state.donorId, role: 'donor' };
  const keeper = ['arrive', 'collect', 'returnParcel'];
  const operator = ['resume', 'retry', 'skip', 'cancel', 'reassign'];
  const level: Level = state.disputeLevel ?? 'county';
  const system = ['voidByNeed', 'voidProposal', 'park', 'promote', 'propose', 'pauseHold', 'resumeHold'];
  if (system.includes(command)) return SYSTEM;
  if (command.startsWith('rule')) return { ...CADRES[level], id: `ruling-${pick(3)}` };
  if (keeper.includes(command)) return KEEPER;
  if (operator.includes(command)) return OPERATOR;
  if (command === 'confirm') return pick(2) === 0 ? RECIPIENT : CADRES.township;
  return command === 'handOver' ? CADRES.village : donor;
}

function data(command: string, _state: PledgeState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { lines: [{ lineId: 'l9', quantity: 1 }], reasonCode: '' };
  if (pick(20) === 0) return { lines: [{ lineId: 'l1', quantity: 99 }] };
  if (command === 'park') return { reason: 'effect:none' };
  if (command === 'reassign') return { level: pick(3) === 0 ? 'county' : 'city' };
  const lines = LINES.slice(pick(2)).map(({ lineId, quantity }) => ({ lineId, quantity: pick(quantity + 1) }));
  const some: JsonObject = pick(2) === 0 ? {} : { lines };
  return { ...some, reasonCode: 'parcelLost', codeVerified: pick(4) > 0 };
}

const caseOf = (choice: number): RandomCase<PledgeState, PledgePolicy> => ({
  decider: pledgeDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0] as PledgePolicy, calendar },
  actors,
  first: 'offered',
  rare: [
    'leave',
    'cancel',
    'park',
    'voidByNeed',
    'voidProposal',
    'release',
    'cancelShipment',
    'returnParcel',
    'dispute',
  ],
  sender,
  data,
});

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

describe('Any life of a pledge', function () {
  this.timeout(120_000);

  it('stays on its table through 20,000 random lives and counts or frees each unit exactly once', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    const total = LINES.reduce((sum, line) => sum + line.quantity, 0);
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 10, maxLength: 40, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(caseOf(choice), choices, (_before, after, news) => {
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
        const received = events.find((event) => event.type === 'pledgeReceived');
        if (received?.actor.id === state.donorId) throw new Error('a donor confirmed his own gift');
      }),
      { numRuns: 20_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(pledgeDecider.table.stages).filter((stage) => stage !== 'offered'),
    );
    expect([...seen]).to.include.members(PLEDGE_EVENT_TYPES);
  });
});
