import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { seenBy } from '../../api/audience.ts';
import { termsFor } from '../../api/routes/need/content.ts';
import { PUBLIC_ORDER } from '../../models/need.ts';
import { recordingGateway, useApi, type Answer, type TestPerson } from '../support/api.ts';
import {
  addHousehold,
  bodyOf,
  draft,
  draftFor,
  quilts,
  settle,
  upload,
  VILLAGE,
  type Village,
  record,
} from '../support/needs.ts';

describe('drafts and submissions', function () {
  this.timeout(30_000);
  const gateway = recordingGateway();
  const api = useApi({ deps: () => ({ gateway }) });
  let village: Village;
  beforeEach(async () => {
    village = await settle(api);
  });

  const code = (answer: Answer): string => `${answer.status} ${bodyOf<{ code?: string }>(answer).code ?? ''}`;
  const submit = (needId: string, as: TestPerson) => api.call('POST', `/v1/needs/${needId}/submit`, { as });

  it('are the publisher’s alone until they are submitted, and go with If-Match', async () => {
    const needId = await draft(api, village);
    const path = `/v1/needs/${needId}`;
    expect((await api.call('GET', `${path}/full`, { as: village.villageCadre })).status).to.equal(404);
    expect(
      (await api.call('PATCH', path, { as: village.villageCadre, body: { title: '别人的求助' } })).status,
    ).to.equal(404);
    const headers = { 'if-match': '"1"' };
    const body = { title: '过冬需要厚棉被' };
    const changed = await api.call('PATCH', path, { as: village.publisher, headers, body });
    expect([changed.status, bodyOf<{ title: string; rev: number }>(changed).rev]).to.deep.equal([200, 2]);
    expect((await api.call('PATCH', path, { as: village.publisher, headers, body })).status).to.equal(412);
    expect((await api.call('DELETE', path, { as: village.publisher })).status).to.equal(204);
    expect((await api.call('GET', `${path}/full`, { as: village.publisher })).status).to.equal(404);
  });

  it('are answered with 202 and a place to look, and stand in the outbox', async () => {
    const needId = await draft(api, village);
    const answer = await submit(needId, village.publisher);
    expect(answer.status, answer.text).to.equal(202);
    const location = answer.headers.get('location') ?? '';
    const status = await api.call('GET', location, { as: village.publisher });
    expect(bodyOf<{ status: string; caseId: string }>(status)).to.include({ status: 'pending', caseId: needId });
    expect((await api.call('GET', location, { as: village.villageCadre })).status).to.equal(404);
    expect(code(await submit(needId, village.publisher))).to.equal('409 ALREADY_DONE');
    expect((await api.call('DELETE', `/v1/needs/${needId}`, { as: village.publisher })).status).to.equal(404);
  });

  it('name every broken rule with its place, and leave nothing behind', async () => {
    const needId = await draft(api, village, { title: '棉被', lines: [], details: '电话13812345678请联系我们家' });
    const answer = await submit(needId, village.publisher);
    expect(code(answer)).to.equal('422 POSTING_RULES_BROKEN');
    const errors = bodyOf<{ errors: { pointer: string; code: string }[] }>(answer).errors;
    expect(errors.map((e) => `${e.pointer} ${e.code}`)).to.have.members([
      '/body/title TITLE_LENGTH',
      '/body/lines LINES_REQUIRED',
      '/body/details PERSONAL_DATA',
    ]);
    expect(await api.deps.models.commands.commands.countDocuments({ caseId: needId })).to.equal(0);
    expect((await api.deps.models.needs.find(needId))?.submittedAt).to.equal(null);
  });

  it('stop the same request for the same household, also when both come at once', async () => {
    const [first, second] = [await draft(api, village), await draft(api, village)];
    const answers = await Promise.all([submit(first, village.publisher), submit(second, village.publisher)]);
    expect(answers.map(code).sort()).to.deep.equal(['202 ', '409 DUPLICATE_NEED']);
  });

  it('stop when the household has received as much as it may in the period', async () => {
    const other = await settle(api);
    const earlier = await draft(api, other);
    const lines = [{ ...quilts()[0], id: earlier, unitPriceFen: 494_000, quantity: 1, free: 0, held: 0, sent: 0 }];
    const received = { stage: 'closed' as const, category: 'heating', title: '取暖炉', submittedAt: new Date() };
    const $set = { ...received, lines: lines.map((line) => ({ ...line, name: '炉子', received: 1 })) };
    await api.deps.models.needs.needs.updateOne({ _id: earlier }, { $set: $set as object });
    const answer = await submit(await draft(api, other), other.publisher);
    expect(code(answer)).to.equal('422 RECEIVED_LIMIT');
    expect(bodyOf<object>(answer)).to.include({ receivedFen: 494_000, limitFen: 500_000 });
    await api.deps.models.needs.needs.updateOne({ _id: earlier }, { $set: { submittedAt: new Date(0) } });
    expect(code(await submit(await draft(api, other), other.publisher))).to.equal('202 ');
  });

  it('stop when the draft has expired', async () => {
    const other = await settle(api);
    const needId = await draft(api, other);
    await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: { draftExpiresAt: new Date(0) } });
    expect(code(await submit(needId, other.publisher))).to.equal('410 GONE');
  });

  it('are only for one’s own household, a helper’s or a village cadre’s', async () => {
    const photo = await upload(api, village.publisher);
    const stranger = await api.person();
    const body = draftFor(village.household.id, []);
    expect(code(await api.call('POST', '/v1/needs', { as: stranger, body }))).to.equal('403 HOUSEHOLD_NOT_YOURS');
    const helper = await api.person({ grants: [{ role: 'helper', regionCode: VILLAGE }] });
    const helped = await addHousehold(api, { helperId: helper.id });
    const forHelped = { ...draftFor(helped.id, []), relation: 'helperCadre' };
    const made = await api.call('POST', '/v1/needs', { as: helper, body: forHelped });
    expect(made.status, made.text).to.equal(201);
    const theirs = await api.call('POST', '/v1/needs', { as: helper, body: { ...forHelped, photos: [photo] } });
    expect([code(theirs), theirs.text.includes('/body/photos/0')]).to.deep.equal(['422 PHOTO_UNKNOWN', true]);
  });

  it('want consent from who posts for somebody else', async () => {
    const helper = await api.person({ grants: [{ role: 'helper', regionCode: VILLAGE }] });
    const household = await addHousehold(api, { helperId: helper.id });
    const body = { ...draftFor(household.id, [await upload(api, helper)]), relation: 'helperCadre' };
    const made = bodyOf<{ id: string }>(await api.call('POST', '/v1/needs', { as: helper, body }));
    const refused = await submit(made.id, helper);
    expect([code(refused), refused.text.includes('CONSENT_REQUIRED')]).to.deep.equal([
      '422 POSTING_RULES_BROKEN',
      true,
    ]);
    const consent = {
      kind: 'recording',
      reference: await record(api, helper, household.id),
      givenOn: '2026-11-01',
      sensitive: false,
      guardian: false,
    };
    await api.call('PATCH', `/v1/needs/${made.id}`, { as: helper, body: { consent } });
    expect((await submit(made.id, helper)).status).to.equal(202);
  });
});

describe('the public list of needs', function () {
  this.timeout(30_000);
  const api = useApi();
  const villages = ['360735100223', '360735100201', '360781001001'];
  before(async () => {
    const village = await settle(api);
    for (let i = 0; i < 7; i += 1) {
      const needId = await draft(api, village, {
        lines: quilts(2),
        ...(i === 6 && {
          category: 'wheelchair',
          title: '老人需要一台轮椅',
          lines: [{ name: '防褥疮坐垫', unit: '个', quantity: 1, unitPriceFen: 20_000, condition: 'any' }],
        }),
      });
      const villageCode = villages[i % 3] ?? '';
      const path = [2, 4, 6, 9, 12].map((n) => villageCode.slice(0, n));
      const at = new Date(Date.now() - i * 60_000);
      const change = {
        stage: 'published' as const,
        publishedAt: at,
        submittedAt: at,
        regionPath: path,
        audience: 'nation',
      };
      const expiresAt = new Date(Date.now() + 86_400_000);
      await api.deps.models.needs.needs.updateOne({ _id: needId }, { $set: { ...change, expiresAt } });
    }
    await draft(api, village, { title: '还没有提交的草稿' });
  });

  interface Row {
    id: string;
    title: string;
    recipient: string;
    regionCode: string;
  }
  const list = async (query: string): Promise<{ items: Row[]; next: string | null }> => {
    const answer = await api.call('GET', `/v1/needs?${query}`);
    expect(answer.status, answer.text).to.equal(200);
    return bodyOf(answer);
  };

  it('shows every published need once, newest first, page by page', async () => {
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const page: { items: Row[]; next: string | null } = await list(
        `limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`,
      );
      seen.push(...page.items.map((row) => row.id));
      cursor = page.next;
    }
    expect(seen).to.have.length(7);
    expect(new Set(seen).size).to.equal(7);
  });

  it('filters by region at any level, category and words', async () => {
    expect((await list('region=36')).items).to.have.length(7);
    expect((await list('region=360735')).items).to.have.length(5);
    for (const [region, count] of Object.entries({ '3607': 6, '360735100': 4, '360735100223': 2, '3608': 0 }))
      expect((await list(`region=${region}&q=mb`)).items, region).to.have.length(count);
    expect((await list('region=360781001001')).items).to.have.length(2);
    expect((await list('category=medical')).items).to.have.length(1);
    expect((await list(`q=${encodeURIComponent('棉被')}`)).items).to.have.length(6);
    expect((await list(`q=${encodeURIComponent('洗衣机')}`)).items).to.have.length(0);
    expect((await list('q=mb&urgency=normal')).items).to.have.length(6);
    expect((await list('urgency=urgent')).items).to.have.length(0);
  });

  it('fills a page of a search past what only has the pairs of a word', async () => {
    const { needs } = api.deps.models.needs;
    const [sample] = await needs.find({ stage: 'published', category: 'bedding' }).toArray();
    const copies = Array.from({ length: 40 }, (_, i) => {
      const title = i % 10 === 9 ? '需要一台洗衣机' : '洗衣服用的大衣机器';
      const change = { title, searchTerms: termsFor(api.deps, { ...sample!, title }, sample!.regionNames) };
      return { ...sample!, _id: uuidv7(), publishedAt: new Date(Date.UTC(2025, 0, 1) + i * 1000), ...change };
    });
    await needs.insertMany(copies);
    const q = encodeURIComponent('洗衣机');
    const first = await list(`q=${q}&limit=3`);
    expect(first.items.map(({ title }) => title)).to.deep.equal(Array(3).fill('需要一台洗衣机'));
    const second = await list(`q=${q}&limit=3&cursor=${first.next ?? ''}`);
    expect([second.items.length, second.next]).to.deep.equal([1, null]);
    await needs.deleteMany({ _id: { $in: copies.map(({ _id }) => _id) } });
  });

  it('shows surnames and villages, no numbers, and of health the category only', async () => {
    const page = await list('');
    expect(page.items.every((row) => row.recipient === '赖**' && row.regionCode.length === 12)).to.equal(true);
    const wheelchair = page.items.find((row) => row.title.includes('轮椅'));
    expect(wheelchair?.title).to.equal('轮椅求助');
    const detail = await api.call('GET', `/v1/needs/${wheelchair?.id ?? ''}`);
    const { details, photos } = bodyOf<{ details: unknown; photos: unknown[] }>(detail);
    expect([details, photos]).to.deep.equal([null, []]);
    expect(detail.text).not.to.match(/householdId|publisherId|赖秀英|1390000/);
    const names = (answer: Answer) => bodyOf<{ lines: { name: string }[] }>(answer).lines.map(({ name }) => name);
    expect(names(detail)).to.deep.equal(['轮椅']);
    expect((await list(`q=${encodeURIComponent('褥疮')}`)).items).to.deep.equal([]);
    expect((await list(`q=${encodeURIComponent('轮椅')}`)).items.map(({ id }) => id)).to.deep.equal([wheelchair?.id]);
    // Who may claim it must know what to send.
    const donor = await api.call('GET', `/v1/needs/${wheelchair?.id ?? ''}`, { as: await api.donor() });
    expect(names(donor)).to.deep.equal(['防褥疮坐垫']);
  });

  it('shows pinned needs first, the last pinned before the others, and every need once', async () => {
    const { needs } = api.deps.models.needs;
    const ids = (await list('limit=100')).items.map((row) => row.id);
    const [first = '', second = ''] = [ids[3], ids[5]];
    await needs.updateOne({ _id: first }, { $set: { pinnedAt: new Date() } });
    await needs.updateOne({ _id: second }, { $set: { pinnedAt: new Date(Date.now() - 1000) } });
    await needs.updateOne({ _id: ids[0] ?? '' }, { $set: { pinnedAt: null } });
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const page = await list(`limit=1${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.items.map((row) => row.id));
      cursor = page.next;
    }
    expect(seen).to.deep.equal([first, second, ...ids.filter((id) => id !== first && id !== second)]);
    await needs.updateMany({}, { $unset: { pinnedAt: '' } });
  });

  it('takes no cursor of another list or one that was changed', async () => {
    const { next } = await list('limit=2');
    for (const query of [`region=36&cursor=${next ?? ''}`, `cursor=x${next ?? ''}`, 'cursor=abc']) {
      const answer = await api.call('GET', `/v1/needs?${query}`);
      expect([answer.status, bodyOf<{ code: string }>(answer).code], query).to.deep.equal([400, 'INVALID_CURSOR']);
    }
  });

  it('uses its indexes', async () => {
    const { needs } = api.deps.models.needs;
    const viewer = { accountId: 'a', householdId: null, homeRegion: '330102', grants: [], sessionId: 's' };
    const all = { $in: ['published' as const, 'matched' as const] };
    for (const filter of [
      { stage: all },
      { stage: 'published' as const },
      { stage: all, regionPath: '360735' },
      { stage: all, category: { $in: ['bedding'] } },
      { stage: all, searchTerms: { $all: ['棉被'] } },
    ]) {
      for (const caller of [null, viewer]) {
        const plan = await needs
          .find({ $and: [{ ...seenBy(api.deps, caller) }, filter, {}] })
          .sort(PUBLIC_ORDER)
          .limit(21)
          .explain('queryPlanner');
        const { queryPlanner } = plan as { queryPlanner: { winningPlan: unknown; rejectedPlans: unknown[] } };
        const { winningPlan, rejectedPlans } = queryPlanner;
        // With a handful of records any way is quick, so it is enough that there is one in order of the index.
        const inOrder = [winningPlan, ...(caller === null ? [] : rejectedPlans)].map((p) => JSON.stringify(p));
        const ordered = inOrder.filter((text) => text.includes('IXSCAN') && !text.includes('"SORT"'));
        expect(ordered, JSON.stringify([filter, inOrder])).to.not.deep.equal([]);
      }
    }
  });
});
