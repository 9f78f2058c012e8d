import { expect } from 'chai';
import { loseAnswers, useApi } from '../support/api.ts';
import { did, PATH, problemOf, thingRoutes } from '../support/things.ts';

describe('idempotency keys', () => {
  const api = useApi({ routes: thingRoutes });

  it('are required on a write', async () => {
    const as = await api.person();
    for (const key of [null, '', 'ein Schlüssel', 'x'.repeat(256)]) {
      const headers: Record<string, string> = key === null ? {} : { 'idempotency-key': encodeHeader(key) };
      const p = problemOf(await api.call('POST', PATH, { as, key: null, headers, body: { name: 'a' } }));
      expect(p.code).to.equal('IDEMPOTENCY_KEY_REQUIRED');
      expect(p.errors[0]?.pointer).to.equal('/headers/idempotency-key');
    }
  });

  it('bring the original answer to a repeat, byte for byte', async () => {
    const as = await api.person();
    const before = did.handled;
    const first = await api.call('POST', PATH, { as, key: 'k1', body: { name: 'a' } });
    const again = await api.call('POST', PATH, { as, key: 'k1', body: { name: 'a' } });
    expect(did.handled).to.equal(before + 1);
    expect(again.text).to.equal(first.text);
    expect(again.status).to.equal(201);
    for (const name of ['etag', 'location', 'content-type']) {
      expect(again.headers.get(name)).to.equal(first.headers.get(name));
    }
    expect(again.headers.get('idempotency-replayed')).to.equal('true');
  });

  it('are refused with another body', async () => {
    const as = await api.person();
    await api.call('POST', PATH, { as, key: 'k2', body: { name: 'a' } });
    const p = problemOf(await api.call('POST', PATH, { as, key: 'k2', body: { name: 'b' } }));
    expect(p).to.include({ code: 'IDEMPOTENCY_KEY_REUSED', status: 422 });
  });

  it('belong to their account and path', async () => {
    const [one, two] = [await api.person(), await api.person()];
    const ids = await Promise.all([
      api.call('POST', PATH, { as: one, key: 'same', body: { name: 'a' } }),
      api.call('POST', PATH, { as: two, key: 'same', body: { name: 'b' } }),
      api.call('POST', PATH.replace('4c11', '4c12'), { as: one, key: 'same', body: { name: 'c' } }),
    ]);
    expect(ids.map((a) => a.status)).to.deep.equal([201, 201, 201]);
    expect(new Set(ids.map((a) => (a.body as { id: string }).id)).size).to.equal(3);
  });

  it('keep a refusal as the final answer', async () => {
    const as = await api.person();
    const before = did.handled;
    const call = () => api.call('POST', PATH, { as, key: 'k3', body: { name: 'a', mode: 'refuse' } });
    const [first, again] = [await call(), await call()];
    expect(did.handled).to.equal(before + 1);
    expect([first.status, again.status]).to.deep.equal([409, 409]);
    expect(again.text).to.equal(first.text);
    expect(first.body as object).to.deep.include({ stage: 'draft', allowed: ['submit'] });
  });

  it('do not keep a failure: the repeat runs again, is told that it is one, and makes the same ids', async () => {
    const as = await api.person();
    did.failuresLeft = 1;
    const call = () => api.call('POST', PATH, { as, key: 'k4', body: { name: 'a', mode: 'failOnce' } });
    expect((await call()).status).to.equal(500);
    const second = await call();
    expect(second.status).to.equal(201);
    const { id: made, isRepeat } = second.body as { id: string; isRepeat: boolean };
    expect(isRepeat).to.equal(true);
    await loseAnswers(api);
    expect((await call()).text).to.equal(second.text);
    const { body } = await api.call('POST', PATH, { as, body: { name: 'a' } });
    expect((body as { isRepeat: boolean }).isRepeat, 'a request with a key of its own').to.equal(false);
    expect(made).to.match(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('answer 409 while the same request is being handled, and only one of many at once is handled', async () => {
    const as = await api.person();
    const before = did.handled;
    const call = () => api.call('POST', PATH, { as, key: 'k5', body: { name: 'a', mode: 'wait' } });
    const running = call();
    while (did.release === null) await new Promise((resolve) => setTimeout(resolve, 5));
    const others = await Promise.all([call(), call(), call()]);
    for (const other of others) {
      expect(problemOf(other)).to.include({ code: 'REQUEST_IN_FLIGHT', status: 409 });
      expect(Number(other.headers.get('retry-after'))).to.be.within(1, 5);
    }
    did.release();
    expect((await running).status).to.equal(201);
    expect(did.handled).to.equal(before + 1);
    expect((await call()).status).to.equal(201);
    expect(did.handled).to.equal(before + 1);
  });

  it('store nothing that can be read, neither the key nor the answer', async () => {
    const as = await api.person();
    await api.call('POST', PATH, { as, key: 'my-key-13900000001', body: { name: 'Zhang San' } });
    const stored = await api.deps.models.db.collection('idempotency').find().toArray();
    const text = Buffer.from(JSON.stringify(stored)).toString();
    expect(text).not.to.match(/my-key|Zhang/);
  });
});

/** fetch refuses what no header may hold; these travel as Latin-1. */
const encodeHeader = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');
