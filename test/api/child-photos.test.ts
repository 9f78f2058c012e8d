import { expect } from 'chai';
import { loseAnswers, type TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, settle, submit, until, upload, type Village } from '../support/needs.ts';

const schoolbag = {
  title: '开学需要一个书包',
  details: '孙子开学要上三年级，现在的书包背带断了，拉链也坏了，想要一个结实的书包。',
  category: 'schoolbag-stationery',
  lines: [{ name: '书包', unit: '个', quantity: 1, unitPriceFen: 8_000, condition: 'any' }],
  consent: { kind: 'inPerson', reference: '本人', givenOn: '2026-11-01', sensitive: true, guardian: true },
};

describe('Photos of a need that concerns a child', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  let donor: TestPerson;
  before(async () => {
    village = await settle(api);
    donor = await api.donor();
  });

  async function approved(change: object, body: object): Promise<string> {
    const needId = await submit(api, await settle(api), change);
    await until(api, 'need', needId, 'underReview');
    await ok(api, village.villageCadre, `/v1/needs/${needId}/approve`, body);
    await until(api, 'need', needId, 'published');
    return needId;
  }

  /** What a stranger near it sees: how many in the detail and in the list, and whether this one opens. */
  async function seen(needId: string, photo: string): Promise<[number, boolean, number]> {
    const detail = await api.call('GET', `/v1/needs/${needId}`, { as: donor });
    const list = await api.call('GET', '/v1/needs?region=360735100223&limit=100', { as: donor });
    const row = bodyOf<{ items: { id: string; thumbnail: string | null }[] }>(list).items.find(
      ({ id }) => id === needId,
    );
    const picture = await api.call('GET', `/v1/photos/${photo}`, { as: donor });
    return [bodyOf<{ photos: [] }>(detail).photos.length, row?.thumbnail != null, picture.status];
  }
  const photoOf = async (needId: string) => (await api.deps.models.needs.find(needId))?.photos[0] ?? '';

  it('are hidden from strangers until a cadre has said that no child is to be recognised', async () => {
    const needId = await approved(schoolbag, {});
    const photo = await photoOf(needId);
    expect(await seen(needId, photo)).to.deep.equal([0, false, 404]);
    const asCadre = await api.call('GET', `/v1/photos/${photo}`, { as: village.villageCadre });
    expect(asCadre.status).to.equal(200);

    const show = (as: TestPerson, photos: string[]) =>
      api.call('POST', `/v1/needs/${needId}/photos/show`, { as, body: { photos } });
    expect((await show(donor, [photo])).status).to.equal(403);
    expect((await show(await api.cadre('village', '360735100201'), [photo])).status).to.equal(404);
    const householdId = (await api.deps.models.needs.find(needId))?.householdId ?? '';
    const grants = [{ role: 'cadre' as const, level: 'village' as const, regionCode: '360735100223' }];
    expect((await show(await api.person({ householdId, grants }), [photo])).text).to.include('OWN_POSTING');
    expect((await show(village.townCadre, [await upload(api, village.townCadre)])).status).to.equal(422);
    expect((await show(village.townCadre, [photo])).status).to.equal(200);
    // Nobody need look again.
    expect((await api.deps.models.needs.find(needId))?.photosToLook).to.equal(null);
    expect(await seen(needId, photo)).to.deep.equal([1, true, 200]);
  });

  it('wait in the work list of cadres who are free of the household, to be shown or taken down there', async () => {
    const place = await settle(api);
    const second = await upload(api, place.publisher);
    const first = await upload(api, place.publisher);
    const needId = await submit(api, place, { ...schoolbag, photos: [first, second] });
    await until(api, 'need', needId, 'underReview');
    await ok(api, place.villageCadre, `/v1/needs/${needId}/approve`, {});
    const grants = [{ role: 'cadre' as const, level: 'village' as const, regionCode: '360735100223' }];
    const kin = await api.person({ householdId: place.household.id, grants });
    const helper = await api.person({ grants });
    const { households } = api.deps.models.households;
    await households.updateOne({ _id: place.household.id }, { $set: { helperId: helper.id } });
    interface Row {
      readonly needId: string;
      readonly photos: readonly string[];
    }
    const listed = async (as: TestPerson) => {
      const answer = await api.call('GET', '/v1/work-list/added-photos?limit=100', { as });
      return bodyOf<{ items: Row[] }>(answer).items.find((row) => row.needId === needId);
    };
    expect((await listed(place.villageCadre))?.photos).to.have.members([first, second]);
    expect([await listed(kin), await listed(helper), await listed(place.countyCadre)]).to.deep.equal([
      undefined,
      undefined,
      undefined,
    ]);
    const today = await api.call('GET', '/v1/work-list/today', { as: place.villageCadre });
    const { count, items } = bodyOf<{ addedPhotos: { count: number; items: Row[] } }>(today).addedPhotos;
    expect([count > 0, items.some((row) => row.needId === needId)]).to.deep.equal([true, true]);
    const path = `/v1/needs/${needId}/photos`;
    for (const [as, code] of [
      [kin, 'OWN_POSTING'],
      [helper, 'HELPED_HOUSEHOLD'],
    ] as const) {
      for (const how of ['keep', 'show']) {
        const answer = await api.call('POST', `${path}/${how}`, { as, body: { photos: [first] } });
        expect(answer.text, how).to.include(code);
      }
    }
    await ok(api, place.villageCadre, `${path}/keep`, { photos: [first] });
    expect(await seen(needId, first)).to.deep.equal([1, true, 200]);
    expect((await listed(place.villageCadre))?.photos).to.deep.equal([second]);
    const reason = { reasonCode: 'childSeen', reason: '照片里能认出孩子的脸' };
    await ok(api, place.villageCadre, `${path}/take-down`, { photos: [second], ...reason });
    expect((await api.deps.models.needs.find(needId))?.photos).to.deep.equal([first]);
    expect(await listed(place.villageCadre)).to.equal(undefined);
    expect((await api.deps.models.cases.find('need', needId))?.state).to.deep.include({ addedPhotos: 0 });
  });

  it('are shown at once when the reviewer says so at the approval; what is added waits for a look of its own', async () => {
    const other = await settle(api);
    const needId = await submit(api, other, schoolbag);
    await until(api, 'need', needId, 'underReview');
    await ok(api, other.villageCadre, `/v1/needs/${needId}/approve`, { noChildSeen: true });
    await until(api, 'need', needId, 'published');
    expect(await seen(needId, await photoOf(needId))).to.deep.equal([1, true, 200]);
    const added = await upload(api, other.publisher);
    await ok(api, other.publisher, `/v1/needs/${needId}/photos`, { photos: [added] });
    expect(await seen(needId, added)).to.deep.equal([1, true, 404]);
    await ok(api, other.villageCadre, `/v1/needs/${needId}/photos/keep`, { photos: [added] });
    expect(await seen(needId, added)).to.deep.equal([2, true, 200]);
  });

  it('are decided on as before when the request comes again because its answer was lost', async () => {
    const place = await settle(api);
    const photos = [await upload(api, place.publisher), await upload(api, place.publisher)];
    const needId = await submit(api, place, { ...schoolbag, photos });
    await until(api, 'need', needId, 'underReview');
    const [first = '', second = ''] = photos;
    const reason = { reasonCode: 'childSeen', reason: '照片里能认出孩子的脸' };
    const requests: readonly [string, object][] = [
      ['approve', {}],
      ['photos/keep', { photos: [first] }],
      ['photos/take-down', { photos: [second], ...reason }],
    ];
    for (const [path, body] of requests) {
      const rev = (await api.deps.models.needs.find(needId))?.rev ?? 0;
      const call = { as: place.villageCadre, body, key: `lost-${path}`, headers: { 'if-match': `"${rev}"` } };
      const send = () => api.call('POST', `/v1/needs/${needId}/${path}`, call);
      const answer = await send();
      expect(answer.status, answer.text).to.equal(200);
      await loseAnswers(api);
      const again = await send();
      expect([again.status, again.body], again.text).to.deep.equal([200, answer.body]);
    }
  });

  it('are public as everybody’s where no child is concerned', async () => {
    const needId = await approved({}, {});
    expect(await seen(needId, await photoOf(needId))).to.deep.equal([1, true, 200]);
  });
});
