import { expect } from 'chai';
import { overloadGuard } from '../../api/middleware/overload.ts';
import { useApi } from '../support/api.ts';
import { did, PATH, problemOf, thingRoutes } from '../support/things.ts';

describe('the API framework', () => {
  const api = useApi({ routes: thingRoutes });

  describe('problems', () => {
    it('names the faulty fields by JSON Pointer', async () => {
      const as = await api.person();
      const answer = await api.call('POST', PATH, { as, body: { name: 5, other: 1, 'a/b~c': 2 } });
      const p = problemOf(answer);
      expect(p).to.include({ code: 'INVALID_REQUEST', status: 400, instance: PATH });
      expect(p.requestId).to.equal(answer.headers.get('x-request-id'));
      expect(p.errors.map((e) => e.pointer)).to.have.members(['/body/name', '/body/other', '/body/a~1b~0c']);
    });

    it('speaks Chinese, and English when asked', async () => {
      expect(problemOf(await api.call('GET', '/v1/nothing')).title).to.equal('没有找到');
      const english = await api.call('GET', '/v1/nothing', { headers: { 'accept-language': 'en-GB,en;q=0.9' } });
      expect(problemOf(english).title).to.equal('Not found');
    });

    const faults: [string, string, string, Record<string, string>, string | Uint8Array | undefined, number, string][] =
      [
        ['invalid JSON', 'POST', PATH, {}, '{"name":', 400, 'INVALID_JSON'],
        ['a scalar body', 'POST', PATH, {}, '"x"', 400, 'INVALID_REQUEST'],
        ['no body', 'POST', PATH, {}, undefined, 400, 'INVALID_REQUEST'],
        ['another content type', 'POST', PATH, { 'content-type': 'text/xml' }, '<a/>', 415, 'UNSUPPORTED_MEDIA_TYPE'],
        [
          'an unknown charset',
          'POST',
          PATH,
          { 'content-type': 'application/json; charset=ebcdic' },
          '{}',
          415,
          'UNSUPPORTED_MEDIA_TYPE',
        ],
        ['an unknown encoding', 'POST', PATH, { 'content-encoding': 'zip' }, '{}', 415, 'UNSUPPORTED_MEDIA_TYPE'],
        ['a broken encoding', 'POST', PATH, { 'content-encoding': 'gzip' }, '{}', 400, 'INVALID_REQUEST'],
        ['too large a body', 'POST', PATH, {}, JSON.stringify({ name: 'x'.repeat(110_000) }), 413, 'PAYLOAD_TOO_LARGE'],
        ['a bad id in the path', 'POST', '/v1/test/things/12', {}, '{"name":"a"}', 400, 'INVALID_REQUEST'],
        [
          'malformed percent-encoding in the path',
          'POST',
          '/v1/test/things/%E0%A4%A',
          {},
          '{"name":"a"}',
          400,
          'INVALID_REQUEST',
        ],
        ['an unknown query field', 'GET', '/v1/test/things?x=1', {}, undefined, 400, 'INVALID_REQUEST'],
        ['a query operator', 'GET', '/v1/test/things?q[$ne]=1', {}, undefined, 400, 'INVALID_REQUEST'],
        ['a repeated query field', 'GET', '/v1/test/things?q=1&q=2', {}, undefined, 400, 'INVALID_REQUEST'],
        ['a prototype in the query', 'GET', '/v1/test/things?__proto__=1', {}, undefined, 400, 'INVALID_REQUEST'],
        ['an unknown route', 'GET', '/v1/nowhere', {}, undefined, 404, 'NOT_FOUND'],
        ['a wrong method', 'PATCH', '/v1/test/things', {}, '{}', 405, 'METHOD_NOT_ALLOWED'],
        ['a malformed If-Match', 'POST', PATH, { 'if-match': 'seven' }, '{"name":"a"}', 400, 'INVALID_REQUEST'],
      ];
    for (const [name, method, path, headers, body, status, code] of faults) {
      it(`answers ${name} with ${status} ${code}, and does nothing`, async () => {
        const as = await api.person();
        const before = did.handled;
        const answer = await api.call(method, path, { as, headers, body });
        expect(problemOf(answer)).to.include({ code, status });
        expect(answer.status).to.equal(status);
        expect(did.handled).to.equal(before);
      });
    }

    it('takes a prototype key in a body for an unknown field', async () => {
      const as = await api.person();
      const p = problemOf(await api.call('POST', PATH, { as, body: '{"name":"a","__proto__":{"admin":true}}' }));
      expect(p.errors.map((e) => e.pointer)).to.deep.equal(['/body/__proto__']);
    });

    it('says which methods there are with a 405 and with OPTIONS', async () => {
      const wrong = await api.call('PUT', '/v1/test/things', { body: {} });
      expect(wrong.headers.get('allow')).to.equal('GET, DELETE, HEAD, OPTIONS');
      const options = await api.call('OPTIONS', '/v1/test/things');
      expect([options.status, options.headers.get('allow')]).to.deep.equal([204, 'GET, DELETE, HEAD, OPTIONS']);
      expect(options.headers.get('access-control-allow-origin')).to.equal(null);
    });

    it('tells nothing of an unforeseen error but the request id', async () => {
      const answer = await api.call('GET', '/v1/test/things?mode=crash', {
        headers: { 'x-request-id': 'my-request-1' },
      });
      expect(answer.status).to.equal(500);
      expect(problemOf(answer)).to.include({ code: 'INTERNAL', requestId: 'my-request-1' });
      expect(answer.text).not.to.match(/secret|stack|\.ts/);
    });

    it('never lets a field out that the response schema does not name', async () => {
      const answer = await api.call('GET', '/v1/test/things?mode=leak');
      expect(answer.status).to.equal(500);
      expect(answer.text).not.to.contain('secret');
    });

    it('answers 503 with Retry-After while the database is away', async () => {
      const answer = await api.call('GET', '/v1/test/things?mode=away');
      expect([answer.status, answer.headers.get('retry-after')]).to.deep.equal([503, '2']);
    });
  });

  describe('headers', () => {
    it('are set once for every answer, and name no software', async () => {
      const { headers } = await api.call('GET', '/v1/test/things');
      expect(headers.get('x-content-type-options')).to.equal('nosniff');
      expect(headers.get('content-security-policy')).to.contain("default-src 'none'");
      expect(headers.get('x-powered-by')).to.equal(null);
    });

    it('replace a request id that would not be harmless in a log', async () => {
      const { headers } = await api.call('GET', '/v1/test/things', { headers: { 'x-request-id': 'a b {"x":1}' } });
      expect(headers.get('x-request-id')).to.match(/^[0-9a-f-]{36}$/);
    });
  });

  describe('revisions', () => {
    it('answer 304 to a caller who has the record already', async () => {
      const first = await api.call('GET', '/v1/test/things');
      expect(first.headers.get('etag')).to.equal('"3"');
      const again = await api.call('GET', '/v1/test/things', { headers: { 'if-none-match': 'W/"2", "3"' } });
      expect([again.status, again.text]).to.deep.equal([304, '']);
      expect((await api.call('GET', '/v1/test/things', { headers: { 'if-none-match': '"4"' } })).status).to.equal(200);
    });

    it('refuse a change of what the caller has not seen', async () => {
      const as = await api.person();
      const body = { name: 'a' };
      const stale = await api.call('POST', PATH, { as, body, headers: { 'if-match': '"6"' } });
      expect([stale.status, stale.headers.get('etag')]).to.deep.equal([412, '"7"']);
      expect((await api.call('POST', PATH, { as, body, headers: { 'if-match': '"7"' } })).status).to.equal(201);
      expect((await api.call('POST', PATH, { as, body })).status).to.equal(201);
    });
  });

  describe('access', () => {
    it('is 401 without a token, 403 without the role', async () => {
      expect((await api.call('DELETE', '/v1/test/things')).status).to.equal(401);
      expect((await api.call('DELETE', '/v1/test/things', { as: await api.donor() })).status).to.equal(403);
      expect((await api.call('DELETE', '/v1/test/things', { as: await api.operator() })).status).to.equal(204);
    });

    it('comes from the grant that Bangfu-Acting-As names', async () => {
      const as = await api.person({ grants: [{ role: 'donor' }, { role: 'operator' }] });
      const acting = (name: string) =>
        api.call('DELETE', '/v1/test/things', { as, headers: { 'bangfu-acting-as': name } });
      expect((await acting('operator')).status).to.equal(204);
      expect((await acting('1')).status).to.equal(204);
      expect((await acting('donor')).status).to.equal(403);
      expect((await acting('nobody')).status).to.equal(403);
    });
  });

  it('turns requests away while the event loop is late', async () => {
    let delay = 0;
    const guard = overloadGuard({ maxDelayMs: 100, windowMs: 5, meanDelayMs: () => delay });
    const passed = (): Promise<unknown> =>
      new Promise((resolve) => guard.shed({} as never, {} as never, (error?: unknown) => resolve(error ?? 'passed')));
    expect(await passed()).to.equal('passed');
    delay = 500;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await passed()).to.include({ code: 'OVERLOADED', status: 503 });
    delay = 0;
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await passed()).to.equal('passed');
    guard.stop();
  });

  it('counts requests by operation, and unknown paths under one name', async () => {
    await api.call('GET', '/v1/test/things');
    await api.call('GET', '/v1/unknown/a');
    await api.call('GET', '/v1/unknown/b');
    const metrics = (await api.call('GET', '/metrics')).text;
    expect(metrics).to.match(/bangfu_http_request_seconds_count\{[^}]*operation="testRead"[^}]*status="200"/);
    expect(metrics).to.contain('operation="none"');
    expect(metrics).not.to.contain('unknown/a');
  });
});
