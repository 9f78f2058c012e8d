import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { OFFER_EVENT_TYPES } from '../../domain/offer/evolve.ts';
import { offerDecider } from '../../domain/offer/index.ts';
import type { OfferPolicy, OfferSeed, OfferState } from '../../domain/offer/types.ts';
import { policyOf, type Policy } from '../../domain/policy.ts';
import { isAbove, levelOf } from '../../domain/region/region.ts';
import * as people from '../support/people.ts';
import { playLife, type RandomCase } from '../support/random-case.ts';
import { CALENDAR } from '../support/story.ts';

const read = (name: string): Policy =>
  JSON.parse(readFileSync(new URL(`../../data/policies/${name}.json`, import.meta.url), 'utf8')) as Policy;
const policies = ['default', 'demo'].map((name) => policyOf(read(name), 'offer'));
const { CADRES, OPERATOR, REGION_PATH } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');
const DAY = 86_400_000;
/** Before the first step of the random clock: some lives reach the end of their offer, most do not. */
const START = Date.UTC(2026, 8, 20, 3);

/** For a region of any level or the whole country; sometimes one who moderates is the donor. */
function seedOf(choice: number): OfferSeed {
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
    until: START + (choice % 3 === 0 ? 6 : 300) * DAY,
  };
}

function sender(command: string, { donorId, review }: OfferState): Actor | null {
  if (['submit', 'withdraw'].includes(command)) return { id: donorId, role: 'donor' };
  if (['routed', 'park', 'reportTally'].includes(command)) return SYSTEM;
  if (['resume', 'retry', 'skip', 'cancel'].includes(command)) return OPERATOR;
  if (review === null) return null;
  return review.level === 'operator' ? OPERATOR : CADRES[review.level];
}

function data(command: string, _state: OfferState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { reasonCode: 7, eligible: [] };
  if (command === 'routed') return { eligible: Object.fromEntries(Object.keys(CADRES).map((l) => [l, pick(3) > 0])) };
  if (command === 'reportTally') return { left: pick(3), open: pick(2) };
  if (command === 'park') return { reason: 'effect:routeOffer', reaction: { effect: 'routeOffer', args: {} } };
  return { reasonCode: 'notSuitable' };
}

const caseOf = (choice: number): RandomCase<OfferState, OfferPolicy> => ({
  decider: offerDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0] as OfferPolicy, calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['withdraw', 'cancel', 'park', 'refuse'],
  sender,
  data,
});

describe('Any life of an offer', function () {
  this.timeout(120_000);

  it('stays on its table through 20,000 random lives; the county or above moderates, never its own donor', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(caseOf(choice), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
          const { review, regionCode, until } = after;
          if (after.clock['expire'] !== undefined && after.clock['expire'] !== until) throw new Error('another end');
          if (review === null || review.level === 'operator') return;
          if (!isAbove(review.level, 'township')) throw new Error(`${review.level} moderates`);
          if (regionCode === null || isAbove(levelOf(regionCode), review.level)) throw new Error('from below');
        });
        const { decidedBy, donorId, stage } = file.state;
        if (decidedBy?.id === donorId) throw new Error('decided on his own offer');
        if (['usedUp', 'refused', 'open'].includes(stage) && decidedBy === null) throw new Error('nobody decided');
        const late = events.find(({ type, at }) => type === 'offerApproved' && at > file.state.until + DAY);
        if (late !== undefined) throw new Error('approved after its end');
      }),
      { numRuns: 20_000 },
    );
    expect([...reached]).to.include.members(Object.keys(offerDecider.table.stages).filter((s) => s !== 'draft'));
    expect([...seen]).to.include.members(OFFER_EVENT_TYPES);
  });
});
