import { expect } from 'chai';
import type { RequestHandler } from 'express';
import { SignJWT } from 'jose';
import { problem } from '../../contracts/problems.ts';
import { createTestApi, PASSWORD, useApi, type TestPerson } from '../support/api.ts';

const PHONE = '13811112222';
const registration = { kind: 'donor', name: '李明', phone: PHONE, password: PASSWORD, idNumber: '996151197903102828' };

interface Session {
  accessToken: string;
  refreshToken: string;
  account: { id: string };
}

describe('accounts and sessions', () => {
  const api = useApi();
  const withToken = (token: string): TestPerson => ({ id: '', phone: '', token });
  const code = (answer: { body: never }): string => (answer.body as { code: string }).code;
  const signIn = async (phone = PHONE, password = PASSWORD) =>
    api.call('POST', '/v1/sessions', { body: { phone, password } });
  const refresh = (refreshToken: string) => api.call('POST', '/v1/sessions/refresh', { body: { refreshToken } });
  const session = async (): Promise<Session> => (await signIn()).body;
  const me = (token: string) => api.call('GET', '/v1/me', { as: withToken(token) });

  before(async () => {
    const answer = await api.call('POST', '/v1/accounts', { body: registration });
    expect(answer.status, answer.text).to.equal(201);
  });

  describe('registering', () => {
    it('keeps personal fields sealed and shows them masked', async () => {
      const { accessToken } = await session();
      const answer = await me(accessToken);
      expect(answer.body as object).to.deep.include({
        name: '李明',
        publicName: '李**',
        maskedPhone: '138****2222',
        maskedIdNumber: '9961**********2828',
        kind: 'donor',
      });
      const stored = JSON.stringify(await api.deps.models.db.collection('accounts').find().toArray());
      expect(stored).not.to.match(/13811112222|996151197903102828|李明/);
    });

    it('refuses a phone or an ID number that is registered already', async () => {
      const samePhone = { ...registration, phone: '+86 138-1111-2222', idNumber: undefined };
      expect(code(await api.call('POST', '/v1/accounts', { body: samePhone }))).to.equal('PHONE_TAKEN');
      const sameId = { ...registration, phone: '13811113333' };
      expect(code(await api.call('POST', '/v1/accounts', { body: sameId }))).to.equal('ID_NUMBER_TAKEN');
    });

    it('gives a repeat the same account', async () => {
      const body = { kind: 'person', name: '王芳', phone: '13811114444', password: PASSWORD };
      const [first, again] = [
        await api.call('POST', '/v1/accounts', { key: 'register-1', body }),
        await api.call('POST', '/v1/accounts', { key: 'register-1', body }),
      ];
      expect([first.status, again.status, again.text]).to.deep.equal([201, 201, first.text]);
    });

    const faults: [string, object, string][] = [
      ['a landline', { phone: '02088886666' }, 'PHONE_INVALID'],
      ['a wrong check digit', { idNumber: '996151197903102829' }, 'ID_NUMBER_INVALID'],
      ['a weak password', { password: '11111111' }, 'PASSWORD_TOO_WEAK'],
      ['grants of one’s own choosing', { grants: [{ role: 'operator' }] }, 'INVALID_REQUEST'],
      ['a role', { kind: 'operator' }, 'INVALID_REQUEST'],
    ];
    for (const [name, change, expected] of faults) {
      it(`refuses ${name}`, async () => {
        const body = { ...registration, phone: '13811115555', idNumber: undefined, ...change };
        const before = await api.deps.models.accounts.accounts.countDocuments();
        expect(code(await api.call('POST', '/v1/accounts', { body }))).to.equal(expected);
        expect(await api.deps.models.accounts.accounts.countDocuments()).to.equal(before);
      });
    }
  });

  describe('signing in', () => {
    it('says the same to a wrong password and an unknown phone', async () => {
      const [wrong, unknown] = [await signIn(PHONE, 'wrong-Password-1'), await signIn('13899990000')];
      expect([wrong.status, unknown.status]).to.deep.equal([401, 401]);
      const strip = ({ body }: { body: never }) => ({ ...(body as object), requestId: '' });
      expect(strip(wrong)).to.deep.equal(strip(unknown));
    });

    it('is locked for a phone after eight wrong passwords, for the right one too', async () => {
      const { phone } = await api.person();
      for (let i = 0; i < 8; i += 1) expect((await signIn(phone, 'wrong-Password-1')).status).to.equal(401);
      const locked = await signIn(phone);
      expect([locked.status, code(locked)]).to.deep.equal([429, 'TOO_MANY_REQUESTS']);
      expect(Number(locked.headers.get('retry-after'))).to.be.within(1, 900);
      expect((await signIn()).status, 'another phone').to.equal(201);
    });

    it('keeps no token for repeats', async () => {
      await signIn();
      const kept = await api.deps.models.db.collection('idempotency').find().toArray();
      expect(JSON.stringify(kept)).not.to.contain('accessToken');
    });
  });

  describe('refreshing', () => {
    it('brings new tokens, and the old refresh token works once more for a lost answer only', async () => {
      const first = await session();
      const second = (await refresh(first.refreshToken)).body as Session;
      expect(second.refreshToken).not.to.equal(first.refreshToken);
      const repeated = (await refresh(first.refreshToken)).body as Session;
      expect(repeated.refreshToken).to.equal(second.refreshToken);
      expect((await me(second.accessToken)).status).to.equal(200);
    });

    it('ends the whole session when a copied token is used', async () => {
      const first = await session();
      const second = (await refresh(first.refreshToken)).body as Session;
      const third = (await refresh(second.refreshToken)).body as Session;
      expect(code(await refresh(first.refreshToken))).to.equal('SESSION_ENDED');
      expect((await refresh(third.refreshToken)).status).to.equal(401);
      await pastBelief();
      expect((await me(third.accessToken)).status).to.equal(401);
    });

    it('refuses tokens that were made up', async () => {
      const { refreshToken } = await session();
      const [sessionId, , mac] = refreshToken.split('.');
      for (const token of [`${sessionId}.2.${mac}`, `${refreshToken.slice(0, -1)}_`, 'x'.repeat(80)]) {
        expect(code(await refresh(token))).to.equal('SESSION_ENDED');
      }
      expect((await refresh(refreshToken)).status).to.equal(200);
    });
  });

  describe('access tokens', () => {
    const key = () => api.deps.config.keys.token.current;
    const claims = async () => {
      const { accessToken, account } = await session();
      const payload = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as {
        sid: string;
      };
      return { sub: account.id, sid: payload.sid, ep: 1, accessToken };
    };
    const forged = async (change: {
      alg?: string;
      key?: Uint8Array;
      audience?: string;
      seconds?: number;
      kid?: string;
    }) => {
      const { sub, sid, ep } = await claims();
      return new SignJWT({ sid, ep })
        .setProtectedHeader({ alg: change.alg ?? 'HS256', kid: change.kid ?? key().id })
        .setIssuer('bangfu')
        .setSubject(sub)
        .setAudience(change.audience ?? 'api')
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + (change.seconds ?? 60))
        .sign(change.key ?? key().key);
    };

    it('hold ids only', async () => {
      const { accessToken } = await claims();
      const payload = JSON.parse(Buffer.from(accessToken.split('.')[1] ?? '', 'base64url').toString()) as object;
      expect(payload).to.have.all.keys('sub', 'sid', 'ep', 'iss', 'aud', 'iat', 'exp');
    });

    it('are refused when expired, forged, made for something else or by an unknown key', async () => {
      expect((await me(await forged({}))).status, 'the same token, right').to.equal(200);
      expect((await me(await forged({ seconds: -1 }))).status, 'expired').to.equal(401);
      expect((await me(await forged({ key: Buffer.alloc(64, 7) }))).status, 'other key').to.equal(401);
      expect((await me(await forged({ audience: 'codec' }))).status, 'other audience').to.equal(401);
      expect((await me(await forged({ kid: 'nobody' }))).status, 'unknown key id').to.equal(401);
      const other = await forged({ alg: 'HS512', key: Buffer.concat([key().key, key().key]) });
      expect((await me(other)).status, 'other algorithm').to.equal(401);
      const { accessToken } = await claims();
      const [, payload] = accessToken.split('.');
      const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${payload ?? ''}.`;
      expect((await me(none)).status, 'no signature').to.equal(401);
    });

    it('stop working when their owner signs out', async () => {
      const { accessToken, refreshToken } = await session();
      expect((await me(accessToken)).status).to.equal(200);
      const out = await api.call('DELETE', '/v1/sessions/current', { as: withToken(accessToken) });
      expect(out.status).to.equal(204);
      expect((await me(accessToken)).status).to.equal(401);
      expect((await refresh(refreshToken)).status).to.equal(401);
    });
  });

  describe('operators', () => {
    const cadre = { role: 'cadre', level: 'county', regionCode: '360735' };

    it('appoint a cadre, who has his grant within a second without signing in again', async () => {
      const [operator, person] = [await api.operator(), await api.person()];
      await me(person.token);
      const path = `/v1/accounts/${person.id}/grants`;
      const granted = await api.call('POST', path, { as: operator, body: cadre });
      expect(granted.status, granted.text).to.equal(201);
      await pastBelief();
      const grants = ((await me(person.token)).body as { grants: { id: string; role: string }[] }).grants;
      expect(grants.map((g) => g.role)).to.deep.equal(['cadre']);
      expect(code(await api.call('POST', path, { as: operator, body: cadre }))).to.equal('GRANT_EXISTS');
      const withdrawn = await api.call('DELETE', `${path}/${grants[0]?.id ?? ''}`, { as: operator });
      expect((withdrawn.body as { grants: [] }).grants).to.deep.equal([]);
    });

    it('cannot appoint for a region of another level, an unknown one, or themselves', async () => {
      const [operator, person] = [await api.operator(), await api.person()];
      const grant = (body: object, id = person.id) =>
        api.call('POST', `/v1/accounts/${id}/grants`, { as: operator, body });
      expect(code(await grant({ ...cadre, regionCode: '3607' }))).to.equal('GRANT_LEVEL_MISMATCH');
      expect(code(await grant({ ...cadre, regionCode: '999999' }))).to.equal('REGION_UNKNOWN');
      expect(code(await grant({ role: 'pointKeeper', regionCode: '360735' }))).to.equal('GRANT_LEVEL_MISMATCH');
      expect(code(await grant(cadre, operator.id))).to.equal('OWN_ACCOUNT');
      expect(code(await grant({ ...cadre, rights: 'all' }))).to.equal('INVALID_REQUEST');
    });

    it('freeze an account: its tokens end within a second in every process', async () => {
      const [operator, person] = [await api.operator(), await api.person()];
      expect((await me(person.token)).status).to.equal(200);
      // As another process would do it: this one hears nothing of it.
      const frozen = { at: new Date(), by: operator.id, reason: 'test' };
      await api.deps.models.accounts.freeze(person.id, frozen);
      await pastBelief();
      expect(code(await me(person.token))).to.equal('ACCOUNT_FROZEN');
      await api.call('POST', `/v1/accounts/${person.id}/unfreeze`, { as: operator });
      await pastBelief();
      expect(code(await me(person.token)), 'tokens from before stay ended').to.equal('SESSION_ENDED');
      expect((await signIn(person.phone)).status).to.equal(201);
    });

    it('leave an audit record', async () => {
      const [operator, person] = [await api.operator(), await api.person()];
      const body = { reason: '冒用他人身份' };
      const path = `/v1/accounts/${person.id}/freeze`;
      expect((await api.call('POST', path, { as: operator, body })).status).to.equal(200);
      expect((await api.call('POST', path, { as: person, body })).status).to.equal(403);
      const [record] = await api.deps.models.audit.of(operator.id, 1);
      expect(record).to.deep.include({ action: 'account.freeze', status: 200, target: { accountId: person.id } });
    });

    it('find an account by phone without putting the phone into an address', async () => {
      const [operator, person] = [await api.operator(), await api.person()];
      const found = await api.call('POST', '/v1/accounts/lookup', { as: operator, body: { phone: person.phone } });
      expect((found.body as { id: string }).id).to.equal(person.id);
      const unknown = await api.call('POST', '/v1/accounts/lookup', { as: operator, body: { phone: '13800000000' } });
      expect(unknown.status).to.equal(404);
    });
  });

  describe('pages for operators', () => {
    const basic = (phone: string, password = PASSWORD) => ({
      authorization: `Basic ${Buffer.from(`${phone}:${password}`).toString('base64')}`,
    });

    it('ask for phone and password, and take operators only', async () => {
      const [operator, donor] = [await api.operator(), await api.donor()];
      const open = (headers: Record<string, string>) => api.call('GET', '/ops/codec', { headers });
      const asked = await open({});
      expect(asked.headers.get('www-authenticate')).to.match(/^Basic realm=/);
      expect((await open(basic(operator.phone, 'wrong-Password-1'))).status).to.equal(401);
      expect((await open(basic(donor.phone))).status).to.equal(403);
      expect((await open(basic(operator.phone))).status).to.equal(200);
    });

    it('stay open in a flood to operators who were in before it, and to nobody else', async () => {
      let flood = false;
      const shed: RequestHandler = (_req, _res, next) => (flood ? next(problem('OVERLOADED')) : next());
      const options = { overload: { shed, overloaded: () => flood, stop: () => undefined } };
      const flooded = await createTestApi(api.deps.config, options);
      try {
        const [early, late] = [await flooded.operator(), await flooded.operator()];
        const open = async ({ phone }: { phone: string }) =>
          (await flooded.call('GET', '/ops/codec', { headers: basic(phone) })).status;
        expect(await open(early)).to.equal(200);
        flood = true;
        expect((await flooded.call('GET', '/v1/meta')).status).to.equal(503);
        expect(await open(early)).to.equal(200);
        expect(await open(late)).to.equal(503);
      } finally {
        await flooded.close();
      }
    });

    it('give the browser a cookie that decodes payloads from the Temporal UI, and does nothing else', async () => {
      const operator = await api.operator();
      const page = await api.call('GET', '/ops/codec', { headers: basic(operator.phone) });
      const cookie = page.headers.get('set-cookie') ?? '';
      expect(cookie).to.contain('HttpOnly').and.to.contain('SameSite=Strict').and.to.contain('Path=/v1/codec');
      const headers = { cookie: cookie.split(';')[0] ?? '' };
      const { createPayloadCodec } = await import('../../infra/temporal/codec.ts');
      const metadata = { encoding: Buffer.from('json/plain') };
      const [sealed] = await createPayloadCodec(api.deps.config.keys.codec).encode([
        { metadata, data: Buffer.from('{"a":1}') },
      ]);
      const wire = {
        metadata: Object.fromEntries(
          Object.entries(sealed?.metadata ?? {}).map(([k, v]) => [k, Buffer.from(v ?? []).toString('base64')]),
        ),
        data: Buffer.from(sealed?.data ?? []).toString('base64'),
      };
      const decode = (more: object) =>
        api.call('POST', '/v1/codec/decode', { key: null, body: { payloads: [wire] }, ...more });
      const decoded = await decode({ headers });
      expect(decoded.status, decoded.text).to.equal(200);
      const [payload] = (decoded.body as { payloads: { data: string }[] }).payloads;
      expect(Buffer.from(payload?.data ?? '', 'base64').toString()).to.equal('{"a":1}');
      const origin = new URL(api.deps.config.temporal.uiUrl).origin;
      expect(decoded.headers.get('access-control-allow-origin')).to.equal(origin);
      expect((await decode({})).status, 'without a token').to.equal(401);
      expect((await decode({ as: await api.donor() })).status, 'a donor').to.equal(403);
      expect((await decode({ as: operator })).status, 'with an operator’s token').to.equal(200);
      expect((await api.call('GET', '/v1/me', { headers })).status, 'elsewhere').to.equal(401);
      const broken = { payloads: [{ ...wire, data: Buffer.from('x'.repeat(60)).toString('base64') }] };
      expect((await decode({ as: operator, body: broken })).status, 'altered').to.equal(422);
    });
  });
});

/** What a process believes of an account is at most a second old. */
const pastBelief = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1000));
