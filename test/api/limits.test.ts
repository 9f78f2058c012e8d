import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { createRateLimits, type RateLimits } from '../../api/middleware/rate-limits.ts';
import { Problem } from '../../contracts/problems.ts';
import { useApi } from '../support/api.ts';

describe('limits', () => {
  const api = useApi();
  const limitsWith = (redis: Redis): RateLimits =>
    createRateLimits({ config: { ...api.deps.config, profile: 'production' }, redis });
  /** How often something may be done before it is refused, and with what. */
  async function countTakes(take: () => Promise<void>): Promise<{ taken: number; refused: Problem }> {
    for (let taken = 0; taken < 5000; taken += 1) {
      try {
        await take();
      } catch (error) {
        return { taken, refused: error as Problem };
      }
    }
    throw new Error('never refused');
  }

  it('count per account, in all processes together', async () => {
    const [one, two] = [limitsWith(api.deps.redis), limitsWith(api.deps.redis)];
    const caller = { accountId: randomUUID(), ip: '10.0.0.1' };
    let turn = 0;
    const { taken, refused } = await countTakes(() => ((turn += 1) % 2 === 0 ? one : two).take('write', caller));
    expect(taken).to.equal(240);
    expect(refused).to.be.instanceOf(Problem).and.to.include({ code: 'TOO_MANY_REQUESTS', status: 429 });
    expect(refused.options.retryAfter).to.be.within(1, 60);
    await one.take('write', { ...caller, accountId: randomUUID() });
  });

  it('still hold while Redis is away', async () => {
    const away = new Redis({ port: 1, lazyConnect: true, enableOfflineQueue: false, maxRetriesPerRequest: 0 });
    away.on('error', () => undefined);
    const limits = limitsWith(away);
    const { taken } = await countTakes(() => limits.take('upload', { accountId: 'a', ip: '' }));
    expect(taken).to.equal(60);
    away.disconnect();
  });

  it('give an address more than a person, because villages share one', async () => {
    const limits = limitsWith(api.deps.redis);
    const nobody = { accountId: null, ip: randomUUID() };
    const { taken } = await countTakes(() => limits.take('register', nobody));
    expect(taken).to.equal(200);
  });
});

describe('a request that was claimed by a process that died', () => {
  const api = useApi();

  it('may be claimed again after its lease, with the time of the first try', async () => {
    const { idempotency } = api.deps.models;
    const id = randomUUID();
    const first = new Date(Date.UTC(2026, 0, 5));
    const claim = (lease: string, seconds: number, requestHash = 'hash') =>
      idempotency.begin({ id, requestHash, lease, leaseMs: 30_000, now: new Date(first.getTime() + seconds * 1000) });
    expect(await claim('one', 0)).to.deep.equal({ kind: 'mine', startedAt: first, isRepeat: false });
    expect((await claim('two', 29)).kind).to.equal('running');
    expect((await claim('two', 31, 'other')).kind).to.equal('otherRequest');
    expect(await claim('two', 31)).to.deep.equal({ kind: 'mine', startedAt: first, isRepeat: true });
    // The first process was only slow: its answer comes too late and is not kept.
    await idempotency.finish(id, 'one', { status: 201, headers: {}, body: null });
    expect((await claim('three', 40)).kind).to.equal('running');
    await idempotency.finish(id, 'two', { status: 204, headers: {}, body: null });
    expect(await claim('three', 90)).to.deep.equal({
      kind: 'answered',
      answer: { status: 204, headers: {}, body: null },
    });
  });
});
