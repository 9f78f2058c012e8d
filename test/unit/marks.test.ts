import { expect } from 'chai';
import { DONOR_UNKNOWN, marksOf, type ClaimFacts } from '../../domain/pledge/marks.ts';
import { REGION_PATH } from '../support/people.ts';

const NOON = Date.UTC(2026, 10, 2, 4);
const facts = (change: Partial<ClaimFacts> = {}): ClaimFacts => ({
  donor: { accountId: 'donor', grants: [] },
  need: { publisherId: 'publisher', regionPath: REGION_PATH, publishedAt: NOON - 3_600_000 },
  closeness: DONOR_UNKNOWN,
  valueFen: 12_000,
  now: NOON,
  ...change,
});

describe('Marks of an insider', () => {
  it('are none for a stranger', () => {
    expect(marksOf(facts())).to.deep.equal([]);
  });

  it('name staff of the area, but not of elsewhere', () => {
    const donor = (regionCode: string, role = 'cadre') => ({ accountId: 'donor', grants: [{ role, regionCode }] });
    expect(marksOf(facts({ donor: donor('360735') }))).to.deep.equal(['cadreOfArea']);
    expect(marksOf(facts({ donor: donor('360735100223', 'pointKeeper') }))).to.deep.equal(['cadreOfArea']);
    expect(marksOf(facts({ donor: donor('422801') }))).to.deep.equal([]);
    expect(marksOf(facts({ donor: donor('360735', 'operator') }))).to.deep.equal([]);
  });

  it('follow the policy’s limits of time and value', () => {
    const limits = { minutesAfterPublication: 90, floorValueFen: 20_000 };
    expect(marksOf(facts({ limits }))).to.deep.equal(['closedWithinMinutes', 'belowFloorValue']);
    const soon = { ...facts().need, publishedAt: NOON - 299_000 };
    expect(marksOf(facts({ need: soon, valueFen: 499 }))).to.deep.equal(['closedWithinMinutes', 'belowFloorValue']);
  });

  it('say what donor and publisher share', () => {
    const closeness = { relatedToPublisher: true, samePhone: true, sameDevice: true };
    const donor = { accountId: 'publisher', grants: [] };
    const all = ['publisher', 'relatedToPublisher', 'samePhone', 'sameDevice'];
    expect(marksOf(facts({ closeness, donor }))).to.deep.equal(all);
  });
});
