import { randomUUID } from 'node:crypto';
import { expect } from 'chai';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, settle, submit, until, VILLAGE as VILLAGE_CODE, type Village } from '../support/needs.ts';

interface Results {
  items: { needId: string; status: string; commandId: string; problem: { code: string } | null }[];
}

describe('the review network', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  let colleague: TestPerson;
  beforeEach(async () => {
    village = await settle(api);
    colleague = await api.cadre('village', VILLAGE_CODE);
  });

  async function waiting(): Promise<string> {
    const needId = await submit(api, await settle(api));
    await until(api, 'need', needId, 'underReview');
    return needId;
  }

  it('lets a reviewer take a need: colleagues see it and get 409 until he lets it go', async () => {
    const needId = await waiting();
    await ok(api, village.villageCadre, `/v1/needs/${needId}/take`);
    const decide = () => api.call('POST', `/v1/needs/${needId}/approve`, { as: colleague, body: {} });
    const refused = await decide();
    expect([refused.status, refused.text.includes('TAKEN_BY_ANOTHER')]).to.deep.equal([409, true]);
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: colleague });
    expect(bodyOf<{ taken: { name: string } | null }>(full).taken?.name).to.equal('张**');
    const list = await api.call('GET', '/v1/work-list/reviews?limit=100', { as: colleague });
    const { items } = bodyOf<{ items: { id: string; taken: { accountId: string } | null }[] }>(list);
    expect(items.find(({ id }) => id === needId)?.taken?.accountId).to.equal(village.villageCadre.id);
    await ok(api, village.villageCadre, `/v1/needs/${needId}/let-go`);
    expect((await decide()).status).to.equal(200);
  });

  it('decides many needs at once, each with its own result, and none twice', async () => {
    const good = await waiting();
    const bad = await waiting();
    const unknown = '01936f5e-7c1a-7cc3-8000-3b0f2a9d4c99';
    const body = {
      items: [
        { decision: 'approve', needId: good },
        { decision: 'refuse', needId: bad, reasonCode: 'notNeeded', reason: '家里已有同样的物品' },
        { decision: 'approve', needId: unknown },
      ],
    };
    const key = randomUUID();
    const answer = await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body, key });
    expect(answer.status, answer.text).to.equal(200);
    const { items } = bodyOf<Results>(answer);
    expect(items.map(({ status, problem }) => [status, problem?.code ?? null])).to.deep.equal([
      ['applied', null],
      ['applied', null],
      ['refused', 'NOT_FOUND'],
    ]);
    await until(api, 'need', good, 'published');
    await until(api, 'need', bad, 'refused');
    const again = await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body, key });
    expect(bodyOf<Results>(again)).to.deep.equal(bodyOf<Results>(answer));
    const later = await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body });
    expect(bodyOf<Results>(later).items.map(({ problem }) => problem?.code)).to.deep.equal([
      'NOT_ALLOWED_IN_STAGE',
      'NOT_ALLOWED_IN_STAGE',
      'NOT_FOUND',
    ]);
    const short = { items: [{ decision: 'refuse', needId: bad, reasonCode: 'notNeeded', reason: '不行' }] };
    const refused = await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body: short });
    expect([refused.status, refused.text.includes('/body/items/0/reason')]).to.deep.equal([422, true]);
    const twice = {
      items: [
        { decision: 'approve', needId: bad },
        { decision: 'approve', needId: bad },
      ],
    };
    expect((await api.call('POST', '/v1/need-decisions', { as: village.villageCadre, body: twice })).status).to.equal(
      400,
    );
  });
});
