import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { sponsorshipDecider } from '../../domain/sponsorship/index.ts';
import type { SponsorshipPolicy, SponsorshipSeed, SponsorshipState } from '../../domain/sponsorship/types.ts';
import * as people from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { CALENDAR } from './story.ts';

/** Random lives of a sponsorship: who probably sends what, sometimes nonsense. */

const [real] = realPolicies('sponsorship');
/** As it was when a sponsorship ended with the last claim. */
const { sendDays: _none, ...older } = real;
const { OPERATOR, REGION_PATH } = people;
const SPONSOR: Actor = { id: 'sponsor', role: 'donor' };
const actors: Actor[] = [
  SPONSOR,
  ...Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string'),
];

const seed = (donorId: string): SponsorshipSeed => ({
  donorId,
  regionPath: REGION_PATH.slice(0, 3),
  category: null,
  listed: 0,
  needs: 100,
  budgetFen: null,
  perNeedFen: null,
  delivery: 'villagePoint',
});

function data(command: string, { totals, sending }: SponsorshipState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { planned: -1, tried: 'x', reasonCode: 7 };
  if (command === 'planned') return { planned: pick(4) * 100 };
  if (command === 'chunkDone') {
    const claimed = totals.claimed + pick(50);
    const tried = totals.tried + 50;
    const failed: JsonObject = pick(2) === 0 ? {} : { failed: { nothingFree: tried - claimed } };
    return { tried, claimed, units: claimed, valueFen: claimed * 10, left: pick(3) > 0, ...failed };
  }
  if (command === 'chunkSent') {
    const { round = 1, sent = 0, next = 0 } = sending ?? {};
    const failed: JsonObject = { notHeld: pick(5) };
    const of = Math.max(1, round - pick(2));
    return { round: of, next: next + 1, sent: sent + pick(30), failed, left: pick(3) > 0, held: pick(3) };
  }
  if (command === 'park') return { reason: 'effect:claimSponsored', reaction: { effect: 'claimSponsored', args: {} } };
  return { reasonCode: 'notKnownHere' };
}

export const randomSponsorship = (choice: number): RandomCase<SponsorshipState, SponsorshipPolicy> => ({
  decider: sponsorshipDecider,
  seed: seed(choice % 4 === 0 ? OPERATOR.id : SPONSOR.id) as unknown as JsonObject,
  context: { policy: choice % 5 === 4 ? older : real, calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['stop', 'cancel', 'park', 'refuse', 'close'],
  sender: (command, { donorId }) => {
    if (['submit', 'stop', 'send'].includes(command)) return { id: donorId, role: 'donor' };
    return ['planned', 'chunkDone', 'chunkSent', 'park'].includes(command) ? SYSTEM : OPERATOR;
  },
  data,
});
