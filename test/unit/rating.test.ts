import fc from 'fast-check';
import { expect } from 'chai';
import type { Actor } from '../../domain/kernel/types.ts';
import { decideRating, type RatedPledge } from '../../domain/rating/rating.ts';
import { entriesOf } from '../../domain/score/entries.ts';
import { meritsOfRating } from '../../domain/score/merits.ts';
import * as people from '../support/people.ts';
import { DAY, MONDAY, POLICY } from '../support/story.ts';

const { DONOR, RECIPIENT } = people;
const ACTORS = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');
const PLEDGE: RatedPledge = {
  stage: 'received',
  stageSince: MONDAY,
  donorId: DONOR.id,
  householdId: RECIPIENT.householdId ?? '',
};
const TIME = { dayMs: DAY, workingDays: 'calendar' } as const;

describe('A rating', () => {
  it('is taken from the two sides of a received pledge alone, in time, and in whole stars', () => {
    const stages = ['offered', 'held', 'sent', 'atPoint', 'disputed', 'received', 'released', 'failed'];
    const anything = fc.record({
      actor: fc.constantFrom(...ACTORS),
      stage: fc.constantFrom('received', ...stages),
      stars: fc.oneof(fc.integer({ min: -1, max: 7 }), fc.double()),
      day: fc.double({ min: 0, max: 200, noNaN: true }),
      ratingDays: fc.integer({ min: 1, max: 120 }),
    });
    fc.assert(
      fc.property(anything, ({ actor, stage, stars, day, ratingDays }) => {
        const context = { now: MONDAY + day * DAY, policy: { ratingDays }, time: TIME };
        const decided = decideRating({ ...PLEDGE, stage }, actor, stars, context);
        const side = actor.id === DONOR.id ? 'donor' : actor.householdId === PLEDGE.householdId ? 'recipient' : null;
        const fits = Number.isInteger(stars) && stars >= 1 && stars <= 5 && day <= ratingDays && stage === 'received';
        expect(decided.ok ? decided.by : null).to.equal(fits ? side : null);
      }),
      { numRuns: 2000 },
    );
  });

  it('counts for the other side, never for who gives it, and between insiders for nobody', () => {
    const rating = { donorId: DONOR.id, householdId: 'household-1', marks: [], stars: 5 };
    const booked = (by: 'donor' | 'recipient', change: object = {}) =>
      entriesOf(meritsOfRating({ ...rating, by, ...change }), { source: 'rating:x', at: MONDAY, policy: POLICY }).map(
        ({ subject, points }) => `${subject.kind}:${subject.id} ${points}`,
      );
    expect(booked('recipient')).to.deep.equal(['donor:donor 4']);
    expect(booked('donor', { stars: 1 })).to.deep.equal(['household:household-1 -4']);
    expect(booked('donor', { stars: 3 }), 'worth nothing').to.deep.equal([]);
    expect(booked('recipient', { marks: ['relatedToPublisher'] })).to.deep.equal([]);
  });
});
