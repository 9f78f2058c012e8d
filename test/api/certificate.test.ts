import { expect } from 'chai';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, until } from '../support/needs.ts';
import { pdfText } from '../support/pdf-text.ts';

describe('A certificate', function () {
  this.timeout(60_000);
  const api = useLiveApi();

  it('is for the donor, once it was received, and anybody can check its code', async () => {
    const village = await settle(api);
    const donor = await api.donor();
    const needId = await publish(api, village);
    const claim = { as: donor, body: { whole: true, delivery: 'faceToFace' } };
    const pledgeId = bodyOf<{ id: string }>(await api.call('POST', `/v1/needs/${needId}/claims`, claim)).id;
    const path = `/v1/pledges/${pledgeId}/certificate`;
    await until(api, 'pledge', pledgeId, 'held');
    const early = await api.call('GET', path, { as: donor });
    expect([early.status, bodyOf<{ code: string }>(early).code]).to.deep.equal([409, 'CERTIFICATE_NOT_READY']);
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, {});
    await ok(api, village.publisher, `/v1/pledges/${pledgeId}/confirm`, {});

    expect((await api.call('GET', path, { as: village.publisher })).status).to.equal(404);
    const response = await fetch(`${api.url}${path}`, { headers: { authorization: `Bearer ${donor.token}` } });
    expect([response.status, response.headers.get('content-type')]).to.deep.equal([200, 'application/pdf']);
    const text = pdfText(Buffer.from(await response.arrayBuffer())).replaceAll('\n', '');
    expect(text).to.include('尊敬的张三丰：').and.to.include('赖**家').and.to.include('棉被2床');
    expect(text).not.to.include(village.household.headName);
    const code = /BF(-[A-Z2-9]{4}){4}/.exec(text)?.[0] ?? '';

    const checked = await api.call('GET', `/v1/certificates/${code}`);
    expect(checked.body).to.deep.include({ code, donor: '张**', recipient: '赖**', need: '冬天需要两床棉被' });
    expect(bodyOf<{ items: object[] }>(checked).items).to.deep.equal([{ name: '棉被', unit: '床', quantity: 2 }]);
    // Of health the public sees the category only; the donor's own letter says what he sent.
    const { needs } = api.deps.models.needs;
    await needs.updateOne({ _id: needId }, { $set: { category: 'care-supplies' } });
    const ofHealth = await api.call('GET', `/v1/certificates/${code}`);
    expect(bodyOf<{ items: object[] }>(ofHealth).items).to.deep.equal([{ name: '护理用品', unit: '床', quantity: 2 }]);
    expect((await api.call('GET', `/v1/certificates/${code}/page`)).text).to.include('护理用品2床');
    await needs.updateOne({ _id: needId }, { $set: { category: 'bedding' } });

    const page = await api.call('GET', `/v1/certificates/${code}/page`);
    expect([page.status, page.headers.get('content-type')]).to.deep.equal([200, 'text/html; charset=utf-8']);
    expect(page.text).to.include(code).and.to.include('赖**').and.not.to.include('张三丰');
    const last = code.endsWith('A') ? 'B' : 'A';
    expect((await api.call('GET', `/v1/certificates/${code.slice(0, -1)}${last}`)).status).to.equal(404);
    expect((await api.call('GET', '/v1/certificates/BF-1')).status).to.equal(400);
  });
});
