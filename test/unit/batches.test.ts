import { expect } from 'chai';
import { createBatches } from '../../api/batches.ts';

describe('work on one thing by many at once', () => {
  /** What each is told, whether its own try came after one with others: the first piece runs alone, the others wait. */
  async function results(fails: boolean): Promise<readonly string[]> {
    const batches = createBatches<string, string>({ most: 10, waiting: 10, waitMs: 1_000 }, (items) =>
      fails ? Promise.reject(new Error('away')) : Promise.resolve(items.map((item) => `${item} together`)),
    );
    const run = (item: string) =>
      batches.run('need', {
        item,
        owner: item,
        alone: (again) => Promise.resolve(`${item} alone${again ? ' again' : ''}`),
      });
    return Promise.all(['a', 'b', 'c'].map(run));
  }

  it('goes together for those who wait', async () => {
    expect(await results(false)).to.deep.equal(['a alone', 'b together', 'c together']);
  });

  it('is done by each alone where it fails together, and each knows that it was tried before', async () => {
    expect(await results(true)).to.deep.equal(['a alone', 'b alone again', 'c alone again']);
  });
});
