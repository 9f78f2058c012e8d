import { expect } from 'chai';
import { createRecordSweeps } from '../../activities/sweep-records.ts';
import { soundKey } from '../../models/recording.ts';
import { useApi, type TestPerson } from '../support/api.ts';
import {
  addHousehold,
  bodyOf,
  dismissMatches,
  draftFor,
  record,
  settle,
  upload,
  VILLAGE,
  wav,
  type Village,
} from '../support/needs.ts';

describe('A household’s spoken consent', function () {
  this.timeout(30_000);
  const api = useApi();
  let village: Village;
  let helper: TestPerson;
  before(async () => {
    village = await settle(api);
    helper = await api.person({ grants: [{ role: 'helper', regionCode: '360735' }] });
  });
  const home = () => addHousehold(api, { helperId: helper.id });
  const code = (answer: { status: number; body: unknown }): string =>
    `${answer.status} ${bodyOf<{ code: string }>(answer as never).code}`;
  const send = (householdId: string, bytes: Uint8Array<ArrayBuffer>, as = helper, type = 'audio/wav') => {
    const body = new FormData();
    body.set('recording', new Blob([bytes], { type }), 'consent.wav');
    return api.call('POST', `/v1/households/${householdId}/recordings`, { as, body });
  };
  const hear = (id: string, as: TestPerson | null) => api.call('GET', `/v1/recordings/${id}`, { as });

  async function posted(householdId: string, reference: string) {
    const consent = { kind: 'recording', reference, givenOn: '2026-11-01', sensitive: false, guardian: false };
    const body = draftFor(householdId, [await upload(api, helper)], { relation: 'helperCadre', consent });
    const { id } = bodyOf<{ id: string }>(await api.call('POST', '/v1/needs', { as: helper, body }));
    await dismissMatches(api, helper, id);
    return { id, answer: await api.call('POST', `/v1/needs/${id}/submit`, { as: helper }) };
  }

  it('is kept sealed, from who may post for it, and only when it is a sound', async () => {
    const { id: householdId } = await home();
    expect(code(await send(householdId, wav(100)))).to.equal('422 RECORDING_INVALID');
    expect(code(await send(householdId, new Uint8Array(4000)))).to.equal('422 RECORDING_INVALID');
    expect((await send(householdId, wav(), helper, 'text/html')).status).to.equal(415);
    expect((await send(householdId, wav(6_000_000))).status).to.equal(413);
    expect((await send(householdId, wav(), await api.person())).status).to.equal(404);
    const kept = await record(api, helper, householdId);
    const stored = await api.deps.photos.get(soundKey(kept));
    const parts: Buffer[] = [];
    for await (const part of stored?.stream ?? []) parts.push(part as Buffer);
    expect(Buffer.concat(parts).includes('WAVE')).to.equal(false);
  });

  it('is what a posting names: the household’s own, from its publisher, and no free text', async () => {
    const mine = await home();
    const other = await home();
    for (const reference of ['录音20261101', await record(api, helper, other.id)]) {
      expect(code((await posted(mine.id, reference)).answer)).to.equal('422 CONSENT_UNKNOWN');
    }
    const { answer } = await posted(mine.id, await record(api, helper, mine.id));
    expect(answer.status, answer.text).to.equal(202);
  });

  it('is heard by the cadres of the place, with an entry in the audit trail, and by no stranger', async () => {
    const { id: householdId } = await home();
    const recording = await record(api, helper, householdId);
    // Not before something was posted with it.
    expect((await hear(recording, village.villageCadre)).status).to.equal(404);
    const { answer } = await posted(householdId, recording);
    expect(answer.status, answer.text).to.equal(202);
    const heard = await hear(recording, village.villageCadre);
    expect([heard.status, heard.headers.get('content-type')]).to.deep.equal([200, 'audio/wav']);
    for (const stranger of [await api.donor(), await api.cadre('village', '360735100207'), await api.person()]) {
      expect((await hear(recording, stranger)).status).to.equal(404);
    }
    expect((await hear(recording, null)).status).to.equal(401);
    expect((await hear(recording, await api.person({ householdId, homeRegion: VILLAGE }))).status).to.equal(200);
    const [trace] = await api.deps.models.audit.of(village.villageCadre.id, 1);
    expect(trace).to.include({ action: 'recording.read', purpose: 'review' });
    expect(trace?.persons).to.include(`household:${householdId}`);
  });

  it('waits for the draft that names it, with the draft’s photos, however long drafts live', async () => {
    const { id: householdId } = await home();
    const { needs, recordings, photos } = api.deps.models;
    const [reference, photo, later] = [
      await record(api, helper, householdId),
      await upload(api, helper),
      await upload(api, helper),
    ];
    const consent = { kind: 'recording', reference, givenOn: '2026-11-01', sensitive: false, guardian: false };
    const body = draftFor(householdId, [photo], { relation: 'helperCadre' });
    const made = await api.call('POST', '/v1/needs', { as: helper, body });
    const { id } = bodyOf<{ id: string }>(made);
    // As under a policy that lets drafts live a hundred days.
    const draftExpiresAt = new Date(Date.now() + 100 * 86_400_000);
    await needs.needs.updateOne({ _id: id }, { $set: { draftExpiresAt } });
    const change = { body: { photos: [photo, later], consent }, headers: { 'If-Match': '"1"' } };
    const changed = await api.call('PATCH', `/v1/needs/${id}`, { as: helper, ...change });
    expect(changed.status, changed.text).to.equal(200);
    const waiting = [await recordings.find(reference), await photos.find(photo), await photos.find(later)];
    for (const kept of waiting) expect(kept?.unusedUntil).to.be.above(draftExpiresAt);
  });

  it('that goes while a need is being posted with it is told as unknown, and nothing is posted', async () => {
    const { id: householdId } = await home();
    const reference = await record(api, helper, householdId);
    const { recordings } = api.deps.models;
    const { find } = recordings;
    // It is erased right after it was looked at.
    recordings.find = async (id) => {
      const found = await find(id);
      await recordings.recordings.updateOne({ _id: id }, { $set: { key: null } });
      return found;
    };
    const { id, answer } = await posted(householdId, reference);
    recordings.find = find;
    expect(code(answer)).to.equal('422 CONSENT_UNKNOWN');
    expect((await api.deps.models.needs.find(id))?.submittedAt).to.equal(null);
  });

  it('is gone with its key, and its file when nothing was posted with it any more', async () => {
    const { id: householdId } = await home();
    const recording = await record(api, helper, householdId);
    const { id: needId } = await posted(householdId, recording);
    const { recordings, releaseOf } = api.deps.models.recordings;
    await recordings.updateOne({ _id: recording }, { $set: { key: null } });
    expect(code(await hear(recording, village.villageCadre))).to.equal('410 GONE');
    await releaseOf([needId], new Date());
    const deleted: string[] = [];
    const deleteBytes = (id: string) => Promise.resolve(void deleted.push(id));
    const sweeps = createRecordSweeps({ db: api.deps.models.db, queues: null as never, deleteBytes });
    await sweeps.orphanedPhotos(new Date(Date.now() + 1000));
    expect(deleted).to.include(recording);
    expect(await recordings.findOne({ _id: recording })).to.equal(null);
  });
});
