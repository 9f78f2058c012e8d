import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { policyOf, type Policy } from '../../domain/policy.ts';
import { allot } from '../../domain/sponsorship/allot.ts';
import { SPONSORSHIP_EVENT_TYPES } from '../../domain/sponsorship/evolve.ts';
import { sponsorshipDecider } from '../../domain/sponsorship/index.ts';
import { sponsorshipEventText } from '../../domain/sponsorship/timeline.ts';
import type { SponsorshipPolicy, SponsorshipSeed, SponsorshipState } from '../../domain/sponsorship/types.ts';
import * as people from '../support/people.ts';
import { playLife, type RandomCase } from '../support/random-case.ts';
import { CALENDAR } from '../support/story.ts';

const { OPERATOR, REGION_PATH } = people;
const SPONSOR: Actor = { id: 'sponsor', role: 'donor' };
const actors: Actor[] = [
  SPONSOR,
  ...Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string'),
];
const read = (name: string): Policy =>
  JSON.parse(readFileSync(new URL(`../../data/policies/${name}.json`, import.meta.url), 'utf8')) as Policy;
const policy = policyOf(read('default'), 'sponsorship');

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

function data(command: string, { totals }: SponsorshipState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { planned: -1, tried: 'x', reasonCode: 7 };
  if (command === 'planned') return { planned: pick(4) * 100 };
  if (command === 'chunkDone') {
    const claimed = totals.claimed + pick(50);
    const tried = totals.tried + 50;
    return { tried, claimed, units: claimed, valueFen: claimed * 10, left: pick(3) > 0 };
  }
  if (command === 'park') return { reason: 'effect:claimSponsored', reaction: { effect: 'claimSponsored', args: {} } };
  return { reasonCode: 'notKnownHere' };
}

const caseOf = (choice: number): RandomCase<SponsorshipState, SponsorshipPolicy> => ({
  decider: sponsorshipDecider,
  seed: seed(choice % 4 === 0 ? OPERATOR.id : SPONSOR.id) as unknown as JsonObject,
  context: { policy, calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['stop', 'cancel', 'park', 'refuse'],
  sender: (command, { donorId }) => {
    if (['submit', 'stop'].includes(command)) return { id: donorId, role: 'donor' };
    return ['planned', 'chunkDone', 'park'].includes(command) ? SYSTEM : OPERATOR;
  },
  data,
});

describe('Any life of a sponsorship', function () {
  this.timeout(60_000);

  it('stays on its table through 5,000 random lives; it runs only approved by somebody else, and its totals only grow', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        const { file } = playLife(caseOf(choice), choices, (before, after, news) => {
          reached.add(after.stage);
          for (const { type } of news) seen.add(type);
          if (after.totals.claimed < before.totals.claimed) throw new Error('claimed fewer than before');
          if (after.stage === 'running' && after.approvedBy === null) throw new Error('runs without approval');
        });
        const { approvedBy, donorId, stage, done, totals } = file.state;
        if (approvedBy?.id === donorId) throw new Error('approved by himself');
        if (stage === 'running' && done) throw new Error('done and still running');
        if (approvedBy === null && totals.tried > 0) throw new Error('worked without approval');
      }),
      { numRuns: 5_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(sponsorshipDecider.table.stages).filter((stage) => stage !== 'draft'),
    );
    expect([...seen]).to.include.members(SPONSORSHIP_EVENT_TYPES);
  });

  it('is told in plain Chinese, whatever happens', () => {
    for (const type of SPONSORSHIP_EVENT_TYPES) {
      const told = sponsorshipEventText(type, { totals: { tried: 1, claimed: 1 }, planned: 1, by: 'donor' });
      expect(told, type).to.match(/\p{Script=Han}/u);
    }
  });
});

describe('what a sponsorship takes of a need', () => {
  const fen = fc.option(fc.integer({ min: 0, max: 100_000 }));
  const anyLines = fc.array(
    fc.record({ free: fc.integer({ min: 0, max: 20 }), unitPriceFen: fc.integer({ min: 0, max: 30_000 }) }),
    { maxLength: 5 },
  );

  it('is never more than is free, than its bound per need, or than what is left of its budget', () => {
    fc.assert(
      fc.property(anyLines, fen, fen, (rows, leftFen, perNeedFen) => {
        const lines = rows.map((row, i) => ({ ...row, id: `l${i}` }));
        const share = allot(lines, { leftFen, perNeedFen });
        if (share.outcome !== 'claimed') {
          // Nothing taken: then not one unit would have fitted.
          const bound = Math.min(leftFen ?? Infinity, perNeedFen ?? Infinity);
          expect(lines.every(({ free, unitPriceFen }) => free === 0 || unitPriceFen > bound)).to.equal(true);
          return;
        }
        const value = share.lines.reduce((sum, { lineId, quantity }) => {
          const line = lines.find(({ id }) => id === lineId);
          expect(quantity).to.be.within(1, line?.free ?? 0);
          return sum + quantity * (line?.unitPriceFen ?? 0);
        }, 0);
        expect(share.valueFen).to.equal(value);
        expect(value)
          .to.be.at.most(leftFen ?? Infinity)
          .and.at.most(perNeedFen ?? Infinity);
      }),
      { numRuns: 2_000 },
    );
  });

  it('says why it is nothing', () => {
    const line = { id: 'l', free: 2, unitPriceFen: 5_000 };
    expect(allot([{ ...line, free: 0 }], { leftFen: null, perNeedFen: null }).outcome).to.equal('nothingFree');
    expect(allot([line], { leftFen: null, perNeedFen: 4_999 }).outcome).to.equal('tooDear');
    expect(allot([line], { leftFen: 100, perNeedFen: 6_000 }).outcome).to.equal('overBudget');
  });
});
