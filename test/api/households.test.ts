import { expect } from 'chai';
import sharp from 'sharp';
import { useApi, type Answer, type TestPerson } from '../support/api.ts';
import { EVERYBODY } from '../../domain/need/audience.ts';
import {
  addHousehold,
  bodyOf,
  COUNTY,
  draft,
  settle,
  TOWNSHIP,
  upload,
  VILLAGE,
  type Village,
} from '../support/needs.ts';

describe('the register, over the API', function () {
  this.timeout(30_000);
  const asked: string[] = [];
  const api = useApi({
    deps: ({ jobs }) => ({
      jobs: {
        ...jobs,
        importHouseholds: (importId) => {
          asked.push(importId);
          return Promise.resolve(true);
        },
      },
    }),
  });
  let village: Village;
  before(async () => {
    village = await settle(api);
  });
  const get = (path: string, as: TestPerson) => api.call('GET', path, { as });
  const code = (answer: Answer): string => `${answer.status} ${bodyOf<{ code?: string }>(answer).code ?? ''}`;

  it('is seen by the cadres of the place, masked, and by nobody else', async () => {
    const path = `/v1/households/${village.household.id}`;
    const seen = await get(path, village.villageCadre);
    expect(seen.status, seen.text).to.equal(200);
    expect(seen.text).to.include('赖**').and.not.include('赖秀英').and.not.include(village.household.headIdNumber);
    expect((await get(path, await api.cadre('county', '360781'))).status).to.equal(404);
    expect((await get(path, await api.donor())).status).to.equal(404);
    expect((await get(path, village.publisher)).status).to.equal(200);
  });

  it('is listed by region, page by page', async () => {
    await addHousehold(api);
    await addHousehold(api, { villageCode: '360735100201' });
    const first = bodyOf<{ items: { number: string }[]; next: string }>(
      await get(`/v1/households?limit=1&region=${VILLAGE}`, village.countyCadre),
    );
    const second = bodyOf<{ items: { number: string }[] }>(
      await get(`/v1/households?limit=5&region=${VILLAGE}&cursor=${first.next}`, village.countyCadre),
    );
    expect(second.items.map((h) => h.number)).not.to.include(first.items[0]?.number);
    const elsewhere = bodyOf<{ items: unknown[] }>(await get('/v1/households', await api.cadre('county', '360781')));
    expect(elsewhere.items).to.deep.equal([]);
  });

  it('gives personal data only for a purpose, and keeps who read it and why', async () => {
    const path = `/v1/households/${village.household.id}/personal`;
    expect((await get(path, village.villageCadre)).status).to.equal(400);
    const read = await get(`${path}?purpose=delivery`, village.villageCadre);
    expect(bodyOf<{ head: { name: string; idNumber: string } }>(read).head.name).to.equal('赖秀英');
    expect(read.text)
      .to.match(/\*{10}/)
      .and.not.include(village.household.headIdNumber);
    const [trace] = await api.deps.models.audit.of(village.villageCadre.id, 1);
    expect(trace?.action).to.equal('household.personal.read');
    const persons = [`household:${village.household.id}`];
    expect(trace).to.deep.include({ target: { householdId: village.household.id }, persons, purpose: 'delivery' });
  });

  it('ties an account to its household when number, name and ID number fit together', async () => {
    const { number, headName, headIdNumber, id } = await addHousehold(api);
    const person = await api.person();
    const link = (body: object) => api.call('POST', '/v1/household-links', { as: person, body });
    expect(code(await link({ number, name: '别人', idNumber: headIdNumber }))).to.equal('422 HOUSEHOLD_MISMATCH');
    const other = village.household.headIdNumber;
    expect(code(await link({ number, name: headName, idNumber: other }))).to.equal('422 HOUSEHOLD_MISMATCH');
    const linked = await link({ number, name: headName, idNumber: headIdNumber.toLowerCase() });
    expect([linked.status, bodyOf<{ householdId: string }>(linked).householdId]).to.deep.equal([201, id]);
    const again = { number: village.household.number, name: '赖秀英', idNumber: other };
    expect(code(await link(again))).to.equal('409 HOUSEHOLD_LINKED');
  });

  it('lets the township name a helper for the place', async () => {
    const path = `/v1/households/${village.household.id}/helper`;
    const helper = await api.person({ grants: [{ role: 'helper', regionCode: TOWNSHIP }] });
    const put = (as: TestPerson, accountId: string) => api.call('PUT', path, { as, body: { accountId } });
    expect(code(await put(village.townCadre, village.keeper.id))).to.equal('403 NOT_PERMITTED');
    expect(code(await put(village.villageCadre, helper.id))).to.equal('403 NOT_PERMITTED');
    const done = await put(village.townCadre, helper.id);
    expect(bodyOf<{ helperId: string }>(done).helperId).to.equal(helper.id);
    expect((await get(`/v1/households/${village.household.id}`, helper)).status).to.equal(200);
  });

  it('takes a file for import, within the county’s own region, and tells how far it is', async () => {
    const form = new FormData();
    form.set('file', new Blob(['householdNumber\n1\n'], { type: 'text/csv' }), 'register.csv');
    form.set('dryRun', 'true');
    const denied = await api.call('POST', '/v1/household-imports', { as: village.villageCadre, body: form });
    expect(denied.status).to.equal(403);
    const taken = await api.call('POST', '/v1/household-imports', { as: village.countyCadre, body: form });
    expect(taken.status, taken.text).to.equal(202);
    const { id, status } = bodyOf<{ id: string; status: string }>(taken);
    expect([status, asked]).to.deep.equal(['queued', [id]]);
    expect((await api.deps.models.imports.find(id))?.regionCode).to.equal(COUNTY);
    expect((await get(taken.headers.get('location') ?? '', village.countyCadre)).status).to.equal(200);
    expect((await get(`/v1/household-imports/${id}`, village.operator)).status).to.equal(404);
  });
});

describe('photos', function () {
  this.timeout(30_000);
  const api = useApi();
  const see = (photoId: string, as: TestPerson | null) => api.call('GET', `/v1/photos/${photoId}`, { as });

  it('lose their place and camera, and are their uploader’s alone until they are used', async () => {
    const person = await api.person();
    const create = { width: 50, height: 50, channels: 3 as const, background: '#884422' };
    const exif = { IFD0: { Copyright: 'secret place' } };
    const bytes = await sharp({ create }).withExif(exif).jpeg().toBuffer();
    const form = new FormData();
    form.set('photo', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'a.jpg');
    const taken = await api.call('POST', '/v1/photos', { as: person, body: form });
    const { id } = bodyOf<{ id: string }>(taken);
    const own = await fetch(`${api.url}/v1/photos/${id}`, { headers: { authorization: `Bearer ${person.token}` } });
    const metadata = await sharp(Buffer.from(await own.arrayBuffer())).metadata();
    expect([metadata.width, metadata.exif]).to.deep.equal([50, undefined]);
    expect((await see(id, null)).status).to.equal(404);
    expect((await see(id, await api.donor())).status).to.equal(404);
  });

  it('are refused when they are no pictures', async () => {
    const form = new FormData();
    form.set('photo', new Blob(['<svg onload=alert(1)>'], { type: 'image/jpeg' }), 'a.jpg');
    const answer = await api.call('POST', '/v1/photos', { as: await api.person(), body: form });
    expect([answer.status, answer.text.includes('IMAGE_TYPE')]).to.deep.equal([422, true]);
  });

  it('are public while their need is, and for the staff of the place before', async () => {
    const village = await settle(api);
    const needId = await draft(api, village);
    await api.call('POST', `/v1/needs/${needId}/submit`, { as: village.publisher });
    const photo = (await api.deps.models.needs.find(needId))?.photos[0] ?? '';
    expect((await see(photo, null)).status).to.equal(404);
    expect((await see(photo, village.villageCadre)).status).to.equal(200);
    expect((await see(photo, await api.cadre('village', '360735100201'))).status).to.equal(404);
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: { stage: 'published', audience: EVERYBODY } });
    expect((await see(photo, null)).status).to.equal(200);
    expect((await api.call('GET', `/v1/photos/${photo}/thumbnail`)).headers.get('content-type')).to.equal('image/webp');
    expect(await upload(api, village.publisher)).to.not.equal(photo);
  });
});
