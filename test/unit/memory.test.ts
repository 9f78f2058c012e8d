import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { createMemory } from '../../models/memory.ts';

describe('answers that stay good for a while', () => {
  const counted = (answer: () => string | Promise<string>) => {
    let looks = 0;
    const find = async (): Promise<string> => {
      looks += 1;
      await nextTurn();
      return answer();
    };
    return { find, looks: () => looks };
  };

  it('are looked up once for all who ask meanwhile and afterwards, and of each key by itself', async () => {
    const memory = createMemory<string>({ forMs: 60_000, most: 10 });
    const { find, looks } = counted(() => 'here');
    expect(await Promise.all([memory.get('a', find), memory.get('a', find)])).to.deep.equal(['here', 'here']);
    expect(await memory.get('a', find)).to.equal('here');
    expect([looks(), memory.known('a'), memory.known('b')]).to.deep.equal([1, 'here', undefined]);
    await memory.get('b', find);
    expect(looks()).to.equal(2);
  });

  it('are looked up anew when their time is over, or when they are forgotten', async () => {
    const { find, looks } = counted(() => 'here');
    const brief = createMemory<string>({ forMs: 0, most: 10 });
    await brief.get('a', find);
    await brief.get('a', find);
    expect([looks(), brief.known('a')]).to.deep.equal([2, undefined]);
    const memory = createMemory<string>({ forMs: 60_000, most: 10 });
    for (const forget of [() => memory.forget('a'), () => memory.forget()]) {
      await memory.get('a', find);
      forget();
      expect(memory.known('a')).to.equal(undefined);
    }
  });

  it('are not kept when they failed, or say nothing worth keeping', async () => {
    const failing = counted(() => Promise.reject(new Error('away')));
    const memory = createMemory<string>({ forMs: 60_000, most: 10, keep: (answer) => answer === 'gone' });
    expect(await memory.get('a', failing.find).catch(String)).to.equal('Error: away');
    const left = counted(() => 'left');
    await memory.get('a', left.find);
    await memory.get('a', left.find);
    expect(left.looks()).to.equal(2);
    const gone = counted(() => 'gone');
    await memory.get('a', gone.find);
    expect(memory.known('a')).to.equal('gone');
  });

  it('are forgotten from the oldest on when there are too many', async () => {
    const memory = createMemory<string>({ forMs: 60_000, most: 2 });
    const { find } = counted(() => 'here');
    for (const key of ['a', 'b', 'c']) await memory.get(key, find);
    expect(['a', 'b', 'c'].map((key) => memory.known(key))).to.deep.equal([undefined, 'here', 'here']);
  });
});
