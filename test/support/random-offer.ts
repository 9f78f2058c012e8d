import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { offerDecider } from '../../domain/offer/index.ts';
import type { OfferPolicy, OfferSeed, OfferState } from '../../domain/offer/types.ts';
import * as people from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { reviewData, reviewSender } from './reviewed.ts';
import { CALENDAR } from './story.ts';

/** Random lives of an offer: who probably sends what, sometimes nonsense. */

const policies = realPolicies('offer');
const { CADRES, REGION_PATH } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');
const DAY = 86_400_000;
/** When the random clock begins: some lives reach the end of their offer, most do not. */
const START = Date.UTC(2026, 8, 20, 3);

/** For a region of any level or the whole country; sometimes one who moderates is the donor. */
function seedOf(choice: number, from: number): OfferSeed {
  const depth = choice % (REGION_PATH.length + 1);
  const regionPath = REGION_PATH.slice(0, depth);
  return {
    donorId: choice % 4 === 0 ? CADRES.county.id : 'donor',
    regionCode: regionPath.at(-1) ?? null,
    regionPath,
    category: 'bedding',
    quantity: 10,
    unitValueFen: 5000,
    condition: 'new',
    // Some end before anybody is found who could decide.
    until: from + (choice % 9 === 3 ? 1 / 48 : choice % 3 === 0 ? 6 : 300) * DAY,
  };
}

const sender = (command: string, { donorId, review }: OfferState): Actor | null =>
  command === 'reportTally' ? SYSTEM : reviewSender(command, { id: donorId, role: 'donor' }, review);

const data = (command: string, _state: OfferState, pick: (below: number) => number): JsonObject =>
  command === 'reportTally' ? { left: pick(3), open: pick(2) } : reviewData(command, 'routeOffer', pick);

export const randomOffer = (choice: number, from = START): RandomCase<OfferState, OfferPolicy> => ({
  decider: offerDecider,
  seed: seedOf(choice, from) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0], calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['withdraw', 'cancel', 'park', 'refuse'],
  sender,
  data,
});
