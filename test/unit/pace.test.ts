import { expect } from 'chai';
import { createPace } from '../../api/pace.ts';

describe('the pace of work that can wait', () => {
  it('lets a few pass at once and the rest, after a rest, one after the other', () => {
    const next = createPace({ perSecond: 4, burst: 3, restMs: 2_000 });
    expect(Array.from({ length: 6 }, () => next(1_000))).to.deep.equal([1_000, 1_000, 1_000, 3_000, 3_250, 3_500]);
    expect([next(1_400), next(5_000)], 'those who come later').to.deep.equal([3_750, 5_000]);
  });

  it('has room for a few again after a rest, and never for more', () => {
    const next = createPace({ perSecond: 4, burst: 3, restMs: 0 });
    for (let i = 0; i < 6; i += 1) next(1_000);
    expect(next(2_000), 'the next place was at 2,000').to.equal(2_000);
    expect(Array.from({ length: 4 }, () => next(100_000))).to.deep.equal([100_000, 100_000, 100_000, 100_250]);
  });
});
