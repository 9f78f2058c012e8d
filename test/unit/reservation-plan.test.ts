import { expect } from 'chai';
import { plannedOnce, type Claim } from '../../models/reservation.ts';

describe('when the case of a claim is opened', () => {
  it('stays the same however often its transaction begins again', () => {
    let places = 0;
    const startOf = plannedOnce(() => (places += 1));
    const [one, two] = ['one', 'two'].map((pledgeId) => ({ pledgeId, needId: 'need' }) as Claim) as [Claim, Claim];
    expect([one, two, one, two, one].map(startOf)).to.deep.equal([1, 2, 1, 2, 1]);
  });
});
