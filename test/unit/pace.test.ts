import { expect } from 'chai';
import { createPace } from '../../api/pace.ts';

describe('the pace of work that can wait', () => {
  const times = (next: (thing: string, now: number) => number, thing: string, now: number, count: number): number[] =>
    Array.from({ length: count }, () => next(thing, now));

  it('lets a few pass at once and the others, after a rest, one after the other', () => {
    const next = createPace({ perSecond: 4, burst: 3, restMs: 2_000 });
    expect(times(next, 'a', 1_000, 6)).to.deep.equal([1_000, 1_000, 1_000, 3_000, 3_250, 3_500]);
    expect(next('a', 1_200), 'one of the same crowd').to.equal(3_750);
    expect(next('a', 2_900), 'and one who comes in its rest').to.equal(4_900);
    expect(next('a', 5_500), 'when all is quiet again').to.equal(5_500);
  });

  it('holds up nothing else', () => {
    const next = createPace({ perSecond: 4, burst: 3, restMs: 2_000 });
    times(next, 'a', 1_000, 6);
    expect(times(next, 'b', 1_000, 3)).to.deep.equal([1_000, 1_000, 1_000]);
    expect(next('b', 1_000), 'two crowds go one after the other').to.equal(3_750);
  });

  it('has room for a few again when nothing came for a while, and never for more', () => {
    const next = createPace({ perSecond: 4, burst: 3, restMs: 0 });
    times(next, 'a', 1_000, 6);
    expect(next('a', 1_250), 'the first free place').to.equal(1_250);
    expect(times(next, 'a', 100_000, 4).slice(0, 3)).to.deep.equal([100_000, 100_000, 100_000]);
    expect(next('a', 100_000)).to.be.above(100_000);
  });

  it('forgets what has come to rest, and no crowd', () => {
    const next = createPace({ perSecond: 4, burst: 1, restMs: 500 });
    next('crowd', 1_000);
    for (let i = 0; i < 2_000; i += 1) next(`once ${i}`, i % 2 === 0 ? 0 : 1_000);
    expect(next('crowd', 1_000)).to.equal(1_500);
  });
});
