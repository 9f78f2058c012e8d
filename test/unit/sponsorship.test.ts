import { expect } from 'chai';
import fc from 'fast-check';
import { allot } from '../../domain/sponsorship/allot.ts';
import { SPONSORSHIP_EVENT_TYPES } from '../../domain/sponsorship/evolve.ts';
import { sponsorshipDecider } from '../../domain/sponsorship/index.ts';
import { sponsorshipEventText } from '../../domain/sponsorship/timeline.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import type { SponsorshipSeed } from '../../domain/sponsorship/types.ts';
import { OPERATOR } from '../support/people.ts';
import { DAY, Story } from '../support/story.ts';
import { playLife } from '../support/random-case.ts';
import { randomSponsorship } from '../support/random-sponsorship.ts';

describe('Any life of a sponsorship', function () {
  this.timeout(60_000);

  it('stays on its table through 4,000 random lives; it runs only approved by somebody else, and its totals only grow', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        const { file } = playLife(randomSponsorship(choice), choices, (before, after, news) => {
          reached.add(after.stage);
          for (const { type } of news) seen.add(type);
          if (after.totals.claimed < before.totals.claimed) throw new Error('claimed fewer than before');
          if (after.stage === 'running' && after.approvedBy === null) throw new Error('runs without approval');
        });
        const { approvedBy, donorId, stage, done, totals } = file.state;
        if (approvedBy?.id === donorId) throw new Error('approved by himself');
        if (stage === 'running' && done) throw new Error('done and still running');
        const { sending, claimedAt } = file.state;
        if (sending !== undefined && claimedAt === undefined) throw new Error('sent before it was claimed');
        if (stage === 'claimed' && totals.claimed === 0) throw new Error('nothing to send');
        if (approvedBy === null && totals.tried > 0) throw new Error('worked without approval');
      }),
      { numRuns: 4_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(sponsorshipDecider.table.stages).filter((stage) => stage !== 'draft'),
    );
    expect([...seen]).to.include.members(SPONSORSHIP_EVENT_TYPES);
  });

  it('is told in plain Chinese, whatever happens', () => {
    for (const type of SPONSORSHIP_EVENT_TYPES) {
      const told = sponsorshipEventText(type, {
        totals: { tried: 1, claimed: 1 },
        planned: 1,
        by: 'donor',
        sent: 1,
        held: 1,
      });
      expect(told, type).to.match(/\p{Script=Han}/u);
    }
  });
});

describe('A sponsorship with the operators', () => {
  const { seed, context } = randomSponsorship(1);
  const SPONSOR: Actor = { id: (seed as unknown as SponsorshipSeed).donorId, role: 'donor' };
  const send = (n: number, held: number): JsonObject => ({ round: n, next: 1, sent: n, held, failed: {}, left: false });

  /** From its beginning to all that is claimed. */
  function claimed() {
    const life = new Story(sponsorshipDecider, context.policy, seed);
    life.do('submit', SPONSOR);
    life.do('approve', OPERATOR);
    life.do('planned', SYSTEM, { planned: 2 });
    life.do('chunkDone', SYSTEM, { tried: 2, claimed: 2, units: 2, valueFen: 20, left: false });
    expect(life.stage).to.equal('claimed');
    return life;
  }

  for (const from of ['claimed', 'sending'] as const) {
    it(`keeps what is left of its time to send: parked while ${from}`, () => {
      const life = claimed();
      const due = life.state.clock['close'] ?? 0;
      if (from === 'sending') life.do('send', SPONSOR);
      life.do('park', SYSTEM, { reason: 'effect:sendSponsored' });
      life.wait(30);
      life.do('resume', OPERATOR);
      if (from === 'claimed') {
        expect(life.state.clock['close']).to.equal(due + 30 * DAY);
        life.do('send', SPONSOR);
      }
      life.do('chunkSent', SYSTEM, send(1, 1));
      expect([life.stage, life.state.clock['close']]).to.deep.equal(['claimed', due + 30 * DAY]);
      life.do('send', SPONSOR);
      expect(life.do('chunkSent', SYSTEM, send(2, 0))).to.equal('completed');
    });
  }
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
