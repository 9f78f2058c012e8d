import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import { useApi, type Answer, type TestPerson } from '../support/api.ts';
import { addHousehold, bodyOf, draftFor, settle, upload, type Village, record } from '../support/needs.ts';

interface Result {
  clientId: string;
  needId: string | null;
  rev: number | null;
  result: string;
  problem: { code: string; members: { rev?: number } } | null;
}

describe('Drafts from a weak network', function () {
  this.timeout(30_000);
  const api = useApi();
  let village: Village;
  let photo: string;
  before(async () => {
    village = await settle(api);
    photo = await upload(api, village.publisher);
  });
  const body = (change: object = {}) => draftFor(village.household.id, [photo], change);
  const put = (clientId: string, change: object = {}, as: TestPerson = village.publisher): Promise<Answer> =>
    api.call('PUT', `/v1/my/drafts/${clientId}`, { as, body: body(change) });
  const told = (answer: Answer) => {
    const { result, rev, code } = bodyOf<{ result?: string; rev?: number; code?: string }>(answer);
    return [answer.status, result ?? code, rev];
  };
  const count = (needId: string) => api.deps.models.needs.needs.countDocuments({ _id: needId });

  it('may be sent as often as it takes, also all at once: there is one', async () => {
    const clientId = uuidv7();
    const answers = await Promise.all([put(clientId), put(clientId), put(clientId)]);
    expect(answers.map((a) => a.status).sort()).to.deep.equal([200, 200, 201]);
    const ids = new Set(answers.map((a) => bodyOf<{ needId: string }>(a).needId));
    expect(ids.size).to.equal(1);
    const needId = [...ids][0] ?? '';
    expect(await count(needId)).to.equal(1);
    expect(told(await put(clientId, { baseRev: 1, title: '过冬需要三床棉被' }))).to.deep.equal([200, 'updated', 2]);
    // The same upload again, after its answer was lost.
    expect(told(await put(clientId, { baseRev: 1, title: '过冬需要三床棉被' }))).to.deep.equal([200, 'unchanged', 2]);
    expect(told(await put(clientId, { baseRev: 1, title: '过冬需要四床棉被' }))).to.deep.equal([
      409,
      'DRAFT_CONFLICT',
      2,
    ]);
    expect(await count(needId)).to.equal(1);
    const other = await api.person({ householdId: village.household.id });
    const theirs = await put(clientId, { photos: [] }, other);
    expect(bodyOf<{ needId: string }>(theirs).needId, 'of somebody else it is another one').to.not.equal(needId);
  });

  it('do not come back when they were deleted meanwhile, nor change what is submitted', async () => {
    const clientId = uuidv7();
    const { needId } = bodyOf<{ needId: string }>(await put(clientId));
    await api.call('DELETE', `/v1/needs/${needId}`, { as: village.publisher });
    expect(told(await put(clientId, { baseRev: 1 }))).to.deep.equal([410, 'GONE', undefined]);
    const submitted = uuidv7();
    const kept = bodyOf<{ needId: string }>(await put(submitted)).needId;
    const answer = await api.call('POST', `/v1/needs/${kept}/submit`, { as: village.publisher });
    expect(answer.status, answer.text).to.equal(202);
    expect(told(await put(submitted))).to.deep.equal([200, 'unchanged', 2]);
    expect(told(await put(submitted, { baseRev: 2, title: '换一个标题试试' }))).to.deep.equal([
      409,
      'DRAFT_CONFLICT',
      2,
    ]);
    expect((await put('00000000-0000-4000-8000-000000000000')).status, 'no UUIDv7').to.equal(400);
  });

  it('go up together, each with its own result', async () => {
    const [fresh, known, foreign] = [uuidv7(), uuidv7(), uuidv7()];
    await put(known, { title: '先上传的一条草稿' });
    const stranger = await addHousehold(api);
    const drafts = [
      { clientId: fresh, draft: body() },
      { clientId: known, draft: body({ title: '没有跟上版本的草稿' }) },
      { clientId: foreign, draft: draftFor(stranger.id, []) },
    ];
    const answer = await api.call('POST', '/v1/my/drafts/sync', { as: village.publisher, body: { drafts } });
    const items = bodyOf<{ items: Result[] }>(answer).items;
    expect(items.map(({ clientId, result, problem }) => [clientId, result, problem?.code])).to.deep.equal([
      [fresh, 'created', undefined],
      [known, 'conflict', 'DRAFT_CONFLICT'],
      [foreign, 'refused', 'HOUSEHOLD_NOT_YOURS'],
    ]);
    expect(items[1]?.problem?.members.rev).to.equal(1);
    const twice = { drafts: [drafts[0], drafts[0]] };
    expect((await api.call('POST', '/v1/my/drafts/sync', { as: village.publisher, body: twice })).status).to.equal(400);
  });

  it('of a helper are posted in one request, each with its own result, and never twice', async () => {
    const helper = await api.person({ grants: [{ role: 'helper', regionCode: '360735' }] });
    const picture = await upload(api, helper);
    const homes = await Promise.all([1, 2].map(() => addHousehold(api, { helperId: helper.id })));
    const said = { kind: 'recording', givenOn: '2026-11-01', sensitive: true, guardian: true };
    const recordings = new Map<string, string>();
    for (const { id } of homes) recordings.set(id, await record(api, helper, id));
    const items = [
      ...homes.map(({ id }) => ({ id, title: '冬天需要两床棉被' })),
      { id: homes[0]?.id ?? '', title: '再要两床棉被过冬' },
      { id: village.household.id, title: '别家的棉被求助' },
    ].map(({ id, title }) => ({
      clientId: uuidv7(),
      draft: {
        ...draftFor(id, [picture]),
        ...{ title, relation: 'helperCadre', consent: { ...said, reference: recordings.get(id) ?? id } },
      },
    }));
    const post = async (): Promise<(Result & { commandId: string | null })[]> => {
      const answer = await api.call('POST', '/v1/need-postings', { as: helper, body: { items } });
      expect(answer.status, answer.text).to.equal(200);
      return bodyOf<{ items: (Result & { commandId: string | null })[] }>(answer).items;
    };
    const first = await post();
    expect(first.map(({ result, problem }) => [result, problem?.code])).to.deep.equal([
      ['submitted', undefined],
      ['submitted', undefined],
      ['draft', 'DUPLICATE_NEED'],
      ['refused', 'HOUSEHOLD_NOT_YOURS'],
    ]);
    const again = await post();
    expect(again.map(({ result, needId }) => [result, needId])).to.deep.equal(
      first.map(({ result, needId }) => [result, needId]),
    );
    const ids = first.slice(0, 2).map(({ needId }) => needId ?? '');
    expect(await api.deps.models.commands.commands.countDocuments({ caseId: { $in: ids }, name: 'submit' })).to.equal(
      2,
    );
    const denied = await api.call('POST', '/v1/need-postings', { as: village.publisher, body: { items } });
    expect(denied.status).to.equal(403);
  });

  it('begin with a text for their category', async () => {
    const listed = bodyOf<{ items: { kind: string; category: string; units: string[] }[] }>(
      await api.call('GET', '/v1/templates?kind=service&category=medical'),
    );
    expect(listed.items.map(({ category }) => category)).to.deep.equal(['hospital-transport', 'care-companion']);
    expect(listed.items[0]?.units).to.include('次');
  });
});
