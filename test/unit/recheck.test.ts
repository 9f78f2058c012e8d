import { expect } from 'chai';
import { accuracyOf, isSampled, neverSampled, samplingPercent } from '../../domain/need/recheck.ts';
import { VILLAGE } from '../support/people.ts';
import { POLICY, submittedNeed } from '../support/story.ts';

const policy = POLICY.need.recheck;
if (policy === undefined) throw new Error('the policy has no second reviews');
const ids = Array.from({ length: 20_000 }, (_, i) => `need-${i}`);
const drawn = (percent: number): string[] => ids.filter((id) => isSampled(id, percent));

describe('The sample for second reviews', () => {
  it('is the policy’s share, the same each time, and grows with the rate', () => {
    expect(drawn(3).length / ids.length).to.be.within(0.025, 0.035);
    expect(drawn(0)).to.deep.equal([]);
    expect(drawn(100).length).to.equal(ids.length);
    const more = new Set(drawn(20));
    for (const id of drawn(3)) expect(more.has(id)).to.equal(true);
    for (const id of ids.filter((one) => neverSampled(one, policy))) expect(more.has(id)).to.equal(false);
  });

  it('is larger for a reviewer whom others contradict, smaller for an accurate one, after some reviews only', () => {
    const rate = (rechecked: number, agreed: number) => samplingPercent({ rechecked, agreed }, policy);
    expect(rate(0, 0)).to.equal(policy.percent);
    expect(rate(policy.judgedFrom - 1, 0)).to.equal(policy.percent);
    expect(rate(20, 20)).to.equal(policy.goodPercent);
    expect(rate(20, 18)).to.equal(policy.percent);
    expect(rate(20, 15)).to.equal(policy.poorPercent);
    expect(accuracyOf({ rechecked: 0, agreed: 0 })).to.equal(null);
  });

  it('is drawn among final approvals of postings, and of none under older policies', () => {
    const sampled = (need: ReturnType<typeof submittedNeed>): unknown =>
      need.events.find(({ type }) => type === 'reviewApproved')?.data['sample'];
    const need = submittedNeed();
    need.do('approve', VILLAGE);
    expect(sampled(need)).to.equal(true);
    const { recheck: _none, ...older } = submittedNeed().policy;
    const old = Object.assign(submittedNeed(), { policy: older });
    old.do('approve', VILLAGE);
    expect(sampled(old)).to.equal(undefined);
    const large = submittedNeed({ amountFen: 60_000 });
    large.do('approve', VILLAGE);
    expect(sampled(large)).to.equal(undefined);
  });
});
