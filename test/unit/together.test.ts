import { expect } from 'chai';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { byIdTogether, inTurns, together } from '../../models/together.ts';

describe('work that goes together', () => {
  /** Every batch waits until it is let go. */
  function gated() {
    const batches: { items: readonly number[]; go(): void; fail(error: Error): void }[] = [];
    const double = together<number, number>(
      (items) =>
        new Promise((resolve, reject) => {
          batches.push({ items, go: () => resolve(items.map((n) => 2 * n)), fail: reject });
        }),
    );
    return { batches, double };
  }
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it('starts at once for who comes alone', async () => {
    const { batches, double } = gated();
    const result = double(1);
    expect(batches.map(({ items }) => items)).to.deep.equal([[1]]);
    batches[0]?.go();
    expect(await result).to.equal(2);
  });

  it('takes what comes meanwhile as one, and gives everybody his own', async () => {
    const { batches, double } = gated();
    const results = [1, 2, 3, 4, 5].map(double);
    expect(batches.map(({ items }) => items)).to.deep.equal([[1], [2]]);
    batches[0]?.go();
    await settled();
    expect(batches[2]?.items).to.deep.equal([3, 4, 5]);
    for (const { go } of batches) go();
    expect(await Promise.all(results)).to.deep.equal([2, 4, 6, 8, 10]);
  });

  it('tells a failure to those whom it concerns, and goes on', async () => {
    const { batches, double } = gated();
    const [first, second] = [double(1), double(2)];
    batches[0]?.fail(new Error('away'));
    batches[1]?.go();
    expect(await first.catch((error: unknown) => String(error))).to.equal('Error: away');
    expect(await second).to.equal(4);
    const third = double(3);
    batches[2]?.go();
    expect(await third).to.equal(6);
  });

  it('reads each id once, and finds null for one that is not there', async () => {
    const asked: (readonly string[])[] = [];
    const find = byIdTogether((ids) => {
      asked.push(ids);
      return Promise.resolve(ids.filter((id) => id !== 'c').map((_id) => ({ _id })));
    });
    const found = await Promise.all(['a', 'b', 'b', 'c', 'b'].map(find));
    expect(found.map((record) => record?._id ?? null)).to.deep.equal(['a', 'b', 'b', null, 'b']);
    expect(asked).to.deep.equal([['a'], ['b'], ['b', 'c']]);
  });

  it('lets only a few of many go on in one turn of the process', async () => {
    const gone: number[] = [];
    const all = inTurns(
      Array.from({ length: 40 }, (_, i) => i),
      (i) => gone.push(i),
    );
    const counts = [gone.length];
    for (let turn = 0; turn < 2; turn += 1) counts.push(await nextTurn().then(() => gone.length));
    await all;
    expect(counts).to.deep.equal([16, 32, 40]);
    expect(gone).to.deep.equal(Array.from({ length: 40 }, (_, i) => i));
  });
});
