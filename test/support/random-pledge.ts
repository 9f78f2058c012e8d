import { readFileSync } from 'node:fs';
import { SYSTEM, type Actor, type CalendarData, type JsonObject, type Level } from '../../domain/kernel/types.ts';
import { pledgeDecider } from '../../domain/pledge/index.ts';
import type { PledgePolicy, PledgeSeed, PledgeState } from '../../domain/pledge/types.ts';
import { policyOf, type Policy } from '../../domain/policy.ts';
import * as people from './people.ts';
import type { RandomCase } from './random-case.ts';

/** Random lives of a pledge: who probably sends what, sometimes nonsense. */

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../data/${file}`, import.meta.url), 'utf8')) as T;
const calendar = read<CalendarData>('calendar.json');
const policies = ['default', 'demo'].map((name) => policyOf(read<Policy>(`policies/${name}.json`), 'pledge'));
const { CADRES, DONOR, KEEPER, OPERATOR, RECIPIENT } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');

export const LINES = [
  { lineId: 'l1', quantity: 3 },
  { lineId: 'l2', quantity: 2 },
];

export const seedOf = (choice: number): PledgeSeed => ({
  ...(choice % 3 === 0 && { standby: true }),
  ...(choice % 3 === 1 && { offerId: 'offer-1', proposed: true }),
  needId: 'need-1',
  // Sometimes a cadre of the area is the donor: he may not establish receipt of his own gift.
  donorId: choice % 4 === 0 ? CADRES.county.id : DONOR.id,
  // And sometimes one of those who could establish it has posted the need.
  publisherId: choice % 5 === 1 ? CADRES.township.id : people.PUBLISHER.id,
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
  const system = [
    'voidByNeed',
    'voidProposal',
    'park',
    'promote',
    'propose',
    'pauseHold',
    'resumeHold',
    'reroute',
    'lockCode',
  ];
  if (system.includes(command)) return SYSTEM;
  const own = ownTie(state, pick);
  if (command.startsWith('rule')) return { ...CADRES[level], id: `ruling-${pick(3)}`, ...own };
  if (keeper.includes(command)) return { ...KEEPER, ...own };
  if (operator.includes(command)) return OPERATOR;
  if (command === 'confirm') return pick(2) === 0 ? RECIPIENT : CADRES.township;
  return command === 'handOver' ? { ...CADRES.village, ...own } : donor;
}

/** What makes it his own affair, now and then. */
function ownTie({ donorId, publisherId, householdId }: PledgeState, pick: (below: number) => number): Partial<Actor> {
  const ties = [{ standsInFor: donorId }, { standsInFor: publisherId }, { householdId }];
  return ties[pick(12)] ?? {};
}

function data(command: string, _state: PledgeState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { lines: [{ lineId: 'l9', quantity: 1 }], reasonCode: '' };
  if (pick(20) === 0) return { lines: [{ lineId: 'l1', quantity: 99 }] };
  if (command === 'park')
    return { reason: 'effect:none', ...(pick(2) === 0 && { reaction: { effect: 'none', args: {} } }) };
  if (command === 'reroute') return { eligible: { county: pick(2) === 0, city: pick(2) === 0 }, goneId: 'gone' };
  if (command === 'reassign') return { level: pick(3) === 0 ? 'county' : 'city' };
  const lines = LINES.slice(pick(2)).map(({ lineId, quantity }) => ({ lineId, quantity: pick(quantity + 1) }));
  const some: JsonObject = pick(2) === 0 ? {} : { lines };
  return { ...some, reasonCode: 'parcelLost', codeVerified: pick(4) > 0 };
}

export const randomPledge = (choice: number): RandomCase<PledgeState, PledgePolicy> => ({
  decider: pledgeDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0] as PledgePolicy, calendar },
  actors,
  first: 'offered',
  rare: [
    'leave',
    'lockCode',
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
