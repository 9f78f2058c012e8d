import { expect } from 'chai';
import { createDataRequestSweep } from '../../activities/data-requests.ts';
import { accountRef, householdRef } from '../../domain/access/disclosure.ts';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, until, upload, VILLAGE, type Village } from '../support/needs.ts';

const TEXT = '被子收到了，老人说很暖和，谢谢您。';

interface Feedback {
  readonly items: readonly { id: string; kind: string; text: string; photos: string[]; public: boolean }[];
}

describe('thanks and answers', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  let donor: TestPerson;
  let stranger: TestPerson;
  let needId: string;

  before('a need that was met', async () => {
    village = await settle(api);
    [donor, stranger] = [await api.donor(), await api.person({ homeRegion: VILLAGE })];
    needId = await publish(api, village);
    const body = { whole: true, delivery: 'faceToFace' };
    const claimed = await api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body });
    const pledgeId = bodyOf<{ id: string }>(claimed).id;
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, {});
    await ok(api, village.publisher, `/v1/pledges/${pledgeId}/confirm`, {});
    await until(api, 'need', needId, 'following');
  });

  const read = async (as: TestPerson): Promise<Feedback['items']> =>
    bodyOf<Feedback>(await api.call('GET', `/v1/needs/${needId}/feedback`, { as })).items;
  /** Whose words the trail says he has read in this answer; null: it says nothing. */
  const tracedOf = async (as: TestPerson, path = `/v1/needs/${needId}/feedback`) => {
    const requestId = (await api.call('GET', path, { as })).headers.get('x-request-id') ?? '';
    const entry = await api.deps.models.audit.audit.findOne({ requestId });
    return entry === null ? null : { action: entry.action, purpose: entry.purpose, persons: entry.persons };
  };
  const look = async (as: TestPerson, photo: string): Promise<number> =>
    (await api.call('GET', `/v1/photos/${photo}`, { as })).status;
  const thank = (photos: string[]) =>
    api.call('POST', `/v1/needs/${needId}/thanks`, { as: village.publisher, body: { text: TEXT, photos } });

  it('come with fresh photos of one’s own, which the donors see at once and strangers after a cadre’s look', async () => {
    const photo = await upload(api, village.publisher);
    const [ofNeed = ''] = (await api.deps.models.needs.find(needId))?.photos ?? [];
    expect((await thank([ofNeed])).text, 'a photo of the need').to.include('PHOTO_REUSED');
    const label = 1234;
    const foreign = await upload(api, village.villageCadre, label);
    await api.deps.models.photos.use([foreign], village.villageCadre.id, { kind: 'account', id: 'x' });
    expect((await thank([foreign])).text).to.include('PHOTO_UNKNOWN');
    const same = await upload(api, village.publisher, label);
    expect((await thank([photo, same])).text, 'what somebody else’s shows').to.include('/body/photos/1');
    expect((await thank([photo])).status).to.equal(200);

    const event = (await api.deps.models.events.of('need', needId)).find(({ type }) => type === 'donorThanked');
    expect(JSON.stringify(event)).to.include(photo).and.not.include(TEXT);
    for (const as of [donor, village.publisher, village.townCadre]) {
      const [thanks] = await read(as);
      expect(thanks).to.deep.include({ kind: 'thanks', text: TEXT, photos: [photo], public: false });
      expect(await look(as, photo)).to.equal(200);
    }
    expect(await read(stranger)).to.deep.equal([]);
    expect(await look(stranger, photo)).to.equal(404);

    const [{ id } = { id: '' }] = await read(donor);
    const show = `/v1/feedback/${id}/show`;
    expect((await api.call('POST', show, { as: await api.cadre('village', '360735100201') })).status).to.equal(404);
    expect((await api.call('POST', show, { as: village.publisher })).status).to.equal(403);
    await ok(api, village.villageCadre, show);
    expect((await read(stranger))[0]).to.deep.include({ text: TEXT, photos: [photo], public: true });
    expect(await look(stranger, photo)).to.equal(200);
    const reason = { reasonCode: 'childSeen', reason: '照片里有孩子的正脸' };
    await ok(api, village.countyCadre, `/v1/feedback/${id}/take-down`, reason);
    for (const as of [stranger, donor]) {
      expect(await read(as)).to.deep.equal([]);
      expect(await look(as, photo)).to.equal(404);
    }
    expect(await read(village.townCadre)).to.have.length(1);
  });

  it('leave a trace when staff read what strangers do not: hidden, taken down, or of somebody’s health', async () => {
    const { feedback, needs, news } = api.deps.models;
    const [kept] = await feedback.feedback.find({ needId }).toArray();
    const set = (change: object) => feedback.feedback.updateOne({ _id: kept?._id ?? '' }, { $set: change });
    const persons = [accountRef(village.publisher.id), householdRef(village.household.id)];
    const traced = { action: 'feedback.read', purpose: 'review', persons };
    const { townCadre, publisher } = village;
    expect(await tracedOf(townCadre), 'taken down').to.deep.equal(traced);
    await set({ takenDown: null });
    expect(await tracedOf(townCadre), 'public').to.equal(null);
    await set({ shown: false });
    expect(await tracedOf(townCadre), 'hidden').to.deep.equal(traced);
    for (const as of [donor, publisher]) expect(await tracedOf(as), 'his own, or given to him').to.equal(null);

    await set({ shown: true });
    await ok(api, publisher, `/v1/needs/${needId}/news`, { text: '被子一直在用，老人身体也好些了。' });
    const path = `/v1/needs/${needId}/news`;
    expect(await tracedOf(townCadre, path), 'public').to.equal(null);
    const told = await news.news.findOne({ needId });
    await news.news.updateOne({ _id: told?._id ?? '' }, { $set: { photos: [kept?.photos[0] ?? ''] } });
    expect((await tracedOf(townCadre, path))?.persons, 'photos that nobody has looked at').to.deep.equal(persons);
    await news.news.updateOne({ _id: told?._id ?? '' }, { $set: { photosShown: true } });
    const sensitive = api.deps.reference.categories.all.find((category) => category.sensitive)?.id ?? '';
    await needs.needs.updateOne({ _id: needId }, { $set: { category: sensitive } });
    expect(await tracedOf(townCadre), 'of health').to.deep.equal(traced);
    expect(await tracedOf(townCadre, path)).to.deep.equal({ ...traced, action: 'news.read' });
    await needs.needs.updateOne({ _id: needId }, { $set: { category: 'bedding' } });
  });

  it('go with their person: words, photos, and what they stand on', async () => {
    const { accounts, households, feedback, photos, dataRequests, needs } = api.deps.models;
    const [kept] = await feedback.feedback.find({ needId }).toArray();
    await needs.needs.updateMany({ householdId: village.household.id }, { $set: { stage: 'closed' } });
    await accounts.accounts.updateOne({ _id: village.publisher.id }, { $set: { grants: [] } });
    await dataRequests.requests.insertOne({
      ...{ _id: needId, kind: 'erasure', accountId: village.publisher.id, householdId: village.household.id },
      ...{ stage: 'waiting', open: true, dueAt: new Date(0), blockedBy: null, doneAt: null, doneBy: null },
      ...{ archive: null, createdAt: new Date(0) },
    });
    const { models, crypto, log } = api.deps;
    await createDataRequestSweep({ models, crypto, log })();
    expect((await households.find(village.household.id))?.erasedAt).to.not.equal(null);
    expect(await feedback.feedback.countDocuments({ needId })).to.equal(0);
    const photo = await photos.find(kept?.photos[0] ?? '');
    expect([photo?.usedBy, photo?.unusedUntil]).to.deep.equal([[], photo?.unusedUntil]);
    expect(photo?.unusedUntil).to.be.instanceOf(Date);
  });
});
