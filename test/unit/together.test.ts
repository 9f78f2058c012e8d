import { expect } from 'chai';
import { EventEmitter, once } from 'node:events';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { byIdTogether, inTurns, together } from '../../models/together.ts';

describe('work that goes together', () => {
  interface Batch {
    readonly items: readonly number[];
    go(): void;
    fail(error: Error): void;
  }

  /** Every batch waits until it is let go; `next` is the next one that begins. */
  function gated() {
    const batches: Batch[] = [];
    const begun = new EventEmitter();
    const double = together<number, number>(
      (items) =>
        new Promise((resolve, reject) => {
          batches.push({ items, go: () => resolve(items.map((n) => 2 * n)), fail: reject });
          begun.emit('batch');
        }),
    );
    let seen = 0;
    const next = async (): Promise<Batch> => {
      if (batches.length <= seen) await once(begun, 'batch');
      return batches[seen++] as Batch;
    };
    return { batches, double, next };
  }

  it('starts at once for who comes alone', async () => {
    const { batches, double } = gated();
    const result = double(1);
    await Promise.resolve();
    expect(batches.map(({ items }) => items)).to.deep.equal([[1]]);
    batches[0]?.go();
    expect(await result).to.equal(2);
  });

  it('takes what comes meanwhile as one, and gives everybody his own', async () => {
    const { double, next } = gated();
    const results = [1, 2].map(double);
    const first = await next();
    expect(first.items, 'who come in the same moment').to.deep.equal([1, 2]);
    results.push(...[3, 4, 5].map(double));
    first.go();
    const rest = await next();
    expect(rest.items).to.deep.equal([3, 4, 5]);
    rest.go();
    expect(await Promise.all(results)).to.deep.equal([2, 4, 6, 8, 10]);
  });

  it('sends a second batch on its way when the first takes long, and no third', async () => {
    const { batches, double, next } = gated();
    const results = [double(1)];
    const first = await next();
    results.push(double(2));
    const second = await next();
    expect([first.items, second.items]).to.deep.equal([[1], [2]]);
    results.push(double(3));
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(batches).to.have.length(2);
    second.go();
    (await next()).go();
    first.go();
    expect(await Promise.all(results)).to.deep.equal([2, 4, 6]);
  });

  it('tells a failure to those whom it concerns, and goes on', async () => {
    const { double, next } = gated();
    const first = double(1);
    const failing = await next();
    const second = double(2);
    failing.fail(new Error('away'));
    expect(await first.catch((error: unknown) => String(error))).to.equal('Error: away');
    (await next()).go();
    expect(await second).to.equal(4);
    const third = double(3);
    (await next()).go();
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
    expect(asked).to.deep.equal([['a', 'b', 'c']]);
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
