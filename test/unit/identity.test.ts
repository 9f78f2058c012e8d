import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect } from 'chai';
import fc from 'fast-check';
import { realNameFault } from '../../domain/people/real-name.ts';
import { createHttpRegister } from '../../infra/providers/identity/http.ts';
import { createIdentityRegister } from '../../infra/providers/identity/index.ts';

const claim = { name: '李明', idNumber: '996151197903102828' };

describe('the identity port', () => {
  it('asks nobody when it is switched off', () => {
    expect(createIdentityRegister({ provider: 'off' })).to.equal(null);
  });

  it('lets fictional people fit in the sandbox, unless their name asks for another answer', async () => {
    const check = createIdentityRegister({ provider: 'sandbox' })?.check;
    expect(await check?.(claim)).to.equal('match');
    expect(await check?.({ ...claim, name: '李不符' })).to.equal('noMatch');
    expect(await check?.({ ...claim, name: '李查无' })).to.equal('unknown');
    expect(await check?.({ ...claim, idNumber: '11010519491231002X' }), 'a real number').to.equal('unknown');
  });

  const asked: { request: IncomingMessage; body: string }[] = [];
  let answer = { status: 200, body: '', location: '' };
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ request, body });
      response.writeHead(answer.status, answer.location === '' ? {} : { location: answer.location }).end(answer.body);
    });
  });
  let endpoint = '';
  before((done) => {
    server.listen(0, '127.0.0.1', () => {
      endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`;
      done();
    });
  });
  after((done) => {
    server.close(done);
    server.closeAllConnections();
  });
  const ask = (status: number, body: string, location = '') => {
    answer = { status, body, location };
    return createHttpRegister({ endpoint, apiKey: 'secret' }).check(claim);
  };
  const failed = (promise: Promise<unknown>): Promise<boolean> =>
    promise.then(
      () => false,
      () => true,
    );

  it('asks a register over HTTP with its key, and takes its three answers', async () => {
    for (const result of ['match', 'noMatch', 'unknown']) {
      expect(await ask(200, JSON.stringify({ result }))).to.equal(result);
    }
    const [{ request, body } = asked[0] ?? expect.fail('nothing was asked')] = asked;
    expect([request.method, request.url, request.headers.authorization]).to.deep.equal([
      'POST',
      '/check',
      'Bearer secret',
    ]);
    expect(JSON.parse(body)).to.deep.equal(claim);
  });

  it('takes nothing else for an answer, and follows no redirect with what is personal', async () => {
    expect(await failed(ask(500, '{"result":"match"}'))).to.equal(true);
    expect(await failed(ask(200, '{"result":"yes"}'))).to.equal(true);
    expect(await failed(ask(200, '<html>'))).to.equal(true);
    const before = asked.length;
    expect(await failed(ask(307, '', `${endpoint}/elsewhere`))).to.equal(true);
    expect(asked.length - before).to.equal(1);
  });

  it('gives up on a register that does not answer', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    const register = createHttpRegister({ endpoint: `http://127.0.0.1:${port}`, apiKey: 'k' }, 50);
    expect(await failed(register.check(claim))).to.equal(true);
    silent.closeAllConnections();
    silent.close();
  });
});

describe('a real name', () => {
  it('takes both a number and somebody who said that it fits, whatever else the account has', () => {
    const realName = fc.record({
      source: fc.constantFrom('register' as const, 'papers' as const),
      by: fc.constantFrom(null, 'cadre'),
      at: fc.constant(new Date(0)),
    });
    const account = fc.record({ idNumberIndex: fc.string(), realName }, { requiredKeys: [] });
    fc.assert(
      fc.property(account, (named) => {
        const real = 'idNumberIndex' in named && 'realName' in named;
        expect(realNameFault(named) === null).to.equal(real);
        if (!('idNumberIndex' in named)) expect(realNameFault(named)).to.equal('REAL_NAME_REQUIRED');
      }),
    );
    expect(realNameFault(null)).to.equal('REAL_NAME_REQUIRED');
  });
});
