import { expect } from 'chai';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, until, upload, type Village } from '../support/needs.ts';

const REASON = { reasonCode: 'notAtHome', reason: '家里这几天没有人，暂停几天' };

describe('a published need', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  beforeEach(async () => {
    village = await settle(api);
  });
  const isListed = async (needId: string, as: TestPerson | null): Promise<boolean> => {
    const list = await api.call('GET', '/v1/needs?region=360735100223&limit=100', { as });
    return bodyOf<{ items: { id: string }[] }>(list).items.some(({ id }) => id === needId);
  };

  it('that is paused is not on the public list and takes no claims until it goes on', async () => {
    const needId = await publish(api, village);
    const donor = await api.donor();
    const claim = () =>
      api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body: { whole: true, delivery: 'villagePoint' } });
    await ok(api, village.publisher, `/v1/needs/${needId}/pause`, REASON);
    expect(await isListed(needId, donor)).to.equal(false);
    expect((await api.call('GET', `/v1/needs/${needId}`, { as: donor })).status).to.equal(404);
    const refused = await claim();
    expect([refused.status, bodyOf<{ code: string }>(refused).code]).to.deep.equal([409, 'NOT_OPEN_FOR_CLAIMS']);
    const why = await api.call('GET', `/v1/needs/${needId}/why-waiting`, { as: village.publisher });
    expect(bodyOf<{ text: string }>(why).text).to.include('暂停');
    await ok(api, village.publisher, `/v1/needs/${needId}/unpause`);
    expect(await isListed(needId, donor)).to.equal(true);
    expect((await claim()).status).to.equal(201);
  });

  it('is not taken back once somebody has claimed, though its case has not heard of it', async () => {
    const needId = await publish(api, village);
    const { needs } = api.deps.models.needs;
    const revoke = () => api.call('POST', `/v1/needs/${needId}/revoke`, { as: village.villageCadre, body: REASON });
    // As a claim leaves it, before the case is told.
    await needs.updateOne({ _id: needId }, { $set: { openPledges: 1 } });
    const refused = await revoke();
    expect([refused.status, bodyOf<{ code: string }>(refused).code]).to.deep.equal([409, 'ALREADY_CLAIMED']);
    expect((await needs.findOne({ _id: needId }))?.stage).to.equal('published');
    await needs.updateOne({ _id: needId }, { $set: { openPledges: 0 } });
    expect((await revoke()).status).to.equal(200);
    await until(api, 'need', needId, 'underReview');
  });

  it('shows photos that are added without a new review: own, fresh ones, up to the policy’s number', async () => {
    const needId = await publish(api, village);
    const { publisher, villageCadre } = village;
    const add = (as: TestPerson, photos: readonly string[]) =>
      api.call('POST', `/v1/needs/${needId}/photos`, { as, body: { photos } });
    const fault = (answer: Answer) => [answer.status, bodyOf<{ code: string }>(answer).code];
    const [first = '', second = ''] = [await upload(api, publisher), await upload(api, publisher)];
    expect(fault(await add(publisher, []))).to.deep.equal([400, 'INVALID_REQUEST']);
    expect(fault(await add(publisher, [await upload(api, villageCadre)]))).to.deep.equal([422, 'PHOTO_UNKNOWN']);
    expect((await add(villageCadre, [await upload(api, villageCadre)])).status).to.equal(403);
    const before = (await api.deps.models.needs.find(needId))?.photos ?? [];
    await ok(api, publisher, `/v1/needs/${needId}/photos`, { photos: [first, second] });
    const after = await api.deps.models.needs.find(needId);
    expect([after?.stage, after?.photos]).to.deep.equal(['published', [...before, first, second]]);
    const stranger = await api.call('GET', `/v1/photos/${first}/thumbnail`, { as: await api.donor() });
    expect(stranger.status).to.equal(200);
    expect(fault(await add(publisher, [first]))[0], 'the same again').to.equal(422);
    const many: string[] = [];
    while (many.length < 8) many.push(await upload(api, publisher));
    expect(fault(await add(publisher, many))).to.deep.equal([422, 'TOO_MANY_PHOTOS']);
    // At once they would be too many together: the case takes the first.
    const halves = await Promise.all([add(publisher, many.slice(0, 3)), add(publisher, many.slice(3, 6))]);
    expect(halves.map(({ status }) => status)).to.have.members([200, 412]);
    expect((await api.deps.models.needs.find(needId))?.photos).to.have.length(before.length + 5);
  });

  it('has its added photos looked at by a cadre of the place, who keeps them or takes them down with a reason', async () => {
    const needId = await publish(api, village);
    const { publisher, villageCadre, townCadre, countyCadre } = village;
    const [first = '', second = ''] = [await upload(api, publisher), await upload(api, publisher)];
    const before = (await api.deps.models.needs.find(needId))?.photos ?? [];
    await ok(api, publisher, `/v1/needs/${needId}/photos`, { photos: [first, second] });

    interface Waiting {
      needId: string;
      photos: string[];
      dueAt: string;
    }
    const listed = async (as: TestPerson) =>
      bodyOf<{ items: Waiting[] }>(await api.call('GET', '/v1/work-list/added-photos', { as })).items.find(
        (item) => item.needId === needId,
      );
    expect(await listed(villageCadre)).to.deep.include({ photos: [first, second] });
    expect(Date.parse((await listed(villageCadre))?.dueAt ?? '')).to.be.greaterThan(Date.now());
    expect(await listed(townCadre)).to.not.equal(undefined);
    expect(await listed(countyCadre), 'in time it is not the county’s').to.equal(undefined);
    expect(await listed(await api.cadre('village', '360735100201')), 'another village').to.equal(undefined);
    const ofTheHouse = await api.person({
      householdId: village.household.id,
      grants: [{ role: 'cadre', level: 'village', regionCode: '360735100223' }],
    });
    expect(await listed(ofTheHouse), 'his own household').to.equal(undefined);
    const byRegister = await api.person({
      idNumber: village.household.headIdNumber,
      grants: [{ role: 'cadre', level: 'village', regionCode: '360735100223' }],
    });
    expect(await listed(byRegister), 'his own by the register alone').to.equal(undefined);
    const today = await api.call('GET', '/v1/work-list/today', { as: villageCadre });
    // One of another need waits, too.
    const { addedPhotos } = bodyOf<{ addedPhotos: { count: number; items: Waiting[] } }>(today);
    expect(addedPhotos.items.some((item) => item.needId === needId)).to.equal(true);
    const counts = bodyOf<{ addedPhotos: number }>(await api.call('GET', '/v1/work-list', { as: villageCadre }));
    expect([counts.addedPhotos, addedPhotos.count]).to.deep.equal([2, 2]);
    const logged = await api.deps.models.audit.audit.findOne({
      action: 'work.addedPhotos',
      accountId: villageCadre.id,
    });
    expect(logged?.purpose).to.equal('review');
    expect(logged?.persons).to.include.members([`account:${publisher.id}`, `household:${village.household.id}`]);

    const path = `/v1/needs/${needId}/photos`;
    const keep = (as: TestPerson, photos: string[]) => api.call('POST', `${path}/keep`, { as, body: { photos } });
    expect((await keep(publisher, [first])).status).to.equal(403);
    expect((await keep(ofTheHouse, [first])).text).to.include('OWN_POSTING');
    expect((await keep(villageCadre, [...before])).text).to.include('/body/photos/0');
    await ok(api, villageCadre, `${path}/keep`, { photos: [first] });
    const overdue = { 'photosToLook.dueAt': new Date(Date.now() - 1000) };
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: overdue });
    expect(await listed(countyCadre)).to.deep.include({ photos: [second] });
    const reason = { reasonCode: 'childSeen', reason: '照片里看得到孩子的脸' };
    await ok(api, countyCadre, `${path}/take-down`, { photos: [second], ...reason });
    expect(await listed(villageCadre)).to.equal(undefined);
    expect((await api.deps.models.needs.find(needId))?.photos).to.deep.equal([...before, first]);
    const stranger = await api.donor();
    const seen = (photo: string) => api.call('GET', `/v1/photos/${photo}/thumbnail`, { as: stranger });
    expect([(await seen(first)).status, (await seen(second)).status]).to.deep.equal([200, 404]);
    const told = await api.call('GET', `/v1/needs/${needId}/timeline`, { as: publisher });
    expect(told.text).to.include(reason.reason);
    // One that was taken down counts no more.
    const more: string[] = [];
    while (more.length < 7) more.push(await upload(api, publisher));
    await ok(api, publisher, path, { photos: more });
  });

  it('is there for its audience alone: to list, to read, to see pictures of and to claim', async () => {
    const needId = await publish(api, village);
    const [near, far] = [await api.donor(), await api.person({ kind: 'donor', homeRegion: '3301' })];
    const photo = (await api.deps.models.needs.find(needId))?.photos[0] ?? '';
    const seenBy = async (as: TestPerson | null) => [
      await isListed(needId, as),
      (await api.call('GET', `/v1/needs/${needId}`, { as })).status,
      (await api.call('GET', `/v1/photos/${photo}/thumbnail`, { as })).status,
    ];
    const claim = async (as: TestPerson): Promise<number> => {
      const lineId = (await api.deps.models.needs.find(needId))?.lines[0]?.id;
      const body = { lines: [{ lineId, quantity: 1 }], delivery: 'villagePoint' };
      return (await api.call('POST', `/v1/needs/${needId}/claims`, { as, body })).status;
    };
    for (const stranger of [null, far]) expect(await seenBy(stranger)).to.deep.equal([false, 404, 404]);
    expect(await claim(far)).to.equal(404);
    expect(await seenBy(near)).to.deep.equal([true, 200, 200]);
    expect(await claim(near)).to.equal(201);

    const move = (as: TestPerson, homeRegion: string | null) =>
      api.call('PUT', '/v1/me/home-region', { as, body: { homeRegion } });
    const newcomer = await api.person({ kind: 'donor' });
    const moved = await move(newcomer, '360735100');
    expect(bodyOf<{ homeRegion: string }>(moved).homeRegion, moved.text).to.equal('360735100');
    const unknown = await move(far, '99');
    expect([unknown.status, bodyOf<{ code: string }>(unknown).code]).to.deep.equal([422, 'REGION_UNKNOWN']);
  });

  it('a home is said freely once, and another one only after a time: nobody tries one village after the other', async () => {
    const home = (homeRegion: string | null) =>
      api.call('PUT', '/v1/me/home-region', { as: person, body: { homeRegion } });
    const person = await api.person({});
    expect((await home('360735100')).status).to.equal(200);
    expect((await home('360735100')).status, 'the same again').to.equal(200);
    const { accounts } = api.deps.models.accounts;
    const since = (await accounts.findOne({ _id: person.id }))?.homeSince?.getTime() ?? 0;
    for (const other of ['3301', null]) {
      const refused = await home(other);
      expect([refused.status, bodyOf<{ code: string }>(refused).code]).to.deep.equal([409, 'HOME_CHANGED_LATELY']);
      const { changeableFrom } = bodyOf<{ changeableFrom: string }>(refused);
      expect(Date.parse(changeableFrom)).to.equal(since + 90 * 86_400_000);
    }
    expect((await accounts.findOne({ _id: person.id }))?.homeRegion).to.equal('360735100');
    await accounts.updateOne({ _id: person.id }, { $set: { homeSince: new Date(since - 90 * 86_400_000) } });
    const [one, two] = await Promise.all([home('3301'), home('420921')]);
    expect([one.status, two.status].sort(), 'two at once are one').to.satisfy(
      ([first, second]: number[]) => first === 200 && (second === 409 || second === 412),
    );
    const trail = await api.deps.models.audit.of(person.id, 20);
    expect(trail.filter(({ action, status }) => action === 'account.home' && status === 200)).to.have.length(3);
  });

  it('that is challenged takes no claims, holds stand still, and the level above decides', async () => {
    const needId = await publish(api, village);
    const lineId = (await api.deps.models.needs.find(needId))?.lines[0]?.id;
    const body = { lines: [{ lineId, quantity: 1 }], delivery: 'villagePoint' };
    const donor = await api.donor();
    const claimed = await api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body });
    const pledgeId = bodyOf<{ id: string }>(claimed).id;
    await until(api, 'pledge', pledgeId, 'held');
    const doubt = { reasonCode: 'notNeeded', reason: '这家去年刚领过同样的被子' };
    const challenge = (as: TestPerson) => api.call('POST', `/v1/needs/${needId}/challenges`, { as, body: doubt });
    const code = async (answer: Promise<Answer>) => bodyOf<{ code: string }>(await answer).code;
    expect(await code(challenge(donor))).to.equal('REAL_NAME_REQUIRED');
    const unconfirmed = await api.person({ homeRegion: '360735100', idNumber: '990101198801010017', realNamed: false });
    expect(await code(challenge(unconfirmed))).to.equal('REAL_NAME_UNCONFIRMED');
    const named = await api.person({ kind: 'donor', homeRegion: '360735100', idNumber: '990001196005120012' });
    expect(await code(challenge(await api.person({ kind: 'donor', homeRegion: '3301' })))).to.equal('NOT_FOUND');
    expect((await challenge(named)).status).to.equal(200);
    const holdOf = async () => (await api.deps.models.cases.find('pledge', pledgeId))?.state.clock ?? {};
    const stands = async (clock: string): Promise<void> => {
      for (let i = 0; i < 100 && !(clock in (await holdOf())); i += 1) await new Promise((r) => setTimeout(r, 50));
      expect(await holdOf()).to.have.all.keys(clock);
    };
    await stands('endPause');
    expect((await api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body })).status).to.equal(409);
    const list = await api.call('GET', '/v1/work-list/challenges', { as: village.townCadre });
    expect(list.text).to.include(needId);
    const above = await api.call('GET', '/v1/work-list/challenges', { as: village.countyCadre });
    expect(above.text).to.not.include(needId);
    for (const [as, sees] of [
      [village.townCadre, true],
      [village.publisher, false],
    ] as const) {
      const told = await api.call('GET', `/v1/needs/${needId}/timeline`, { as });
      expect(told.text.includes(doubt.reason)).to.equal(sees);
      expect(told.text).to.include('实名用户');
    }
    const ruling = { reasonCode: 'unfounded', reason: '已入户核实，去年领的是别家' };
    await ok(api, village.townCadre, `/v1/needs/${needId}/challenge/dismiss`, ruling);
    await until(api, 'need', needId, 'published');
    await stands('lapse');
    expect(await code(challenge(named))).to.equal('ALREADY_DONE');
  });

  it('is challenged by one person only so often, also when he sends many at once', async () => {
    const needId = await publish(api, village);
    const named = await api.person({ kind: 'donor', homeRegion: '360735100', idNumber: '990001196005120020' });
    const limit = api.deps.reference.currentPolicy(Date.now()).need.challengesPerAccount?.count ?? 0;
    const body = { reasonCode: 'notNeeded', reason: '这家去年刚领过同样的被子' };
    const challenge = (key: string) => api.call('POST', `/v1/needs/${needId}/challenges`, { as: named, body, key });
    const keys = Array.from({ length: limit + 3 }, (_, i) => `challenge-number-${i}`);
    const answers = await Promise.all(keys.map(challenge));
    const tooMany = (answer: Answer) => bodyOf<{ code?: string }>(answer).code === 'TOO_MANY_CHALLENGES';
    expect(answers.filter(tooMany), answers.map(({ status }) => status).join()).to.have.length(3);
    expect(answers.filter(({ status }) => status === 200)).to.have.length(1);
    // The same request again is no further challenge.
    const first = answers.findIndex((answer) => !tooMany(answer));
    expect((await challenge(keys[first] ?? '')).status).to.equal(answers[first]?.status);
    const account = await api.deps.models.accounts.find(named.id);
    expect(account?.challenges).to.have.length(limit);
    const before = new Date(Date.now() - 400 * 86_400_000);
    const long = (account?.challenges ?? []).map((one) => ({ ...one, at: before }));
    await api.deps.models.accounts.accounts.updateOne({ _id: named.id }, { $set: { challenges: long } });
    expect(tooMany(await challenge('one more, long after')), 'what is long ago counts no more').to.equal(false);
  });

  it('that was handed off is on the list of the aid unit of its level, and in nobody else’s reach', async () => {
    const needId = await publish(api, village);
    const unit = (regionCode: string) => api.person({ grants: [{ role: 'aidUnit', regionCode }] });
    const [county, city, elsewhere] = [await unit('360735'), await unit('3607'), await unit('422801')];
    const listed = async (as: TestPerson) =>
      (await api.call('GET', '/v1/work-list/hand-offs', { as })).text.includes(needId);
    const reached = async (as: TestPerson) => (await api.call('GET', `/v1/needs/${needId}/full`, { as })).status;
    expect([await listed(county), await reached(county)]).to.deep.equal([false, 404]);
    const change = { stage: 'handedOff' as const, reviewLevel: 'county' as const };
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: change });
    expect([await listed(county), await reached(county)]).to.deep.equal([true, 200]);
    expect([await listed(city), await listed(elsewhere), await reached(elsewhere)]).to.deep.equal([false, false, 404]);
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: { reviewLevel: 'city' } });
    expect([await listed(county), await listed(city)]).to.deep.equal([false, true]);
    const counts = await api.call('GET', '/v1/work-list', { as: city });
    expect(bodyOf<{ handOffs: number }>(counts).handOffs).to.be.at.least(1);
  });

  it('from before there were audiences is open to everybody', async () => {
    const needId = await publish(api, village);
    expect((await api.call('GET', `/v1/needs/${needId}`)).status).to.equal(404);
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $unset: { audience: '' } });
    await api.deps.models.needs.openOlder();
    expect((await api.call('GET', `/v1/needs/${needId}`)).status).to.equal(200);
    expect(await isListed(needId, null)).to.equal(true);
  });
});
