import { expect } from 'chai';
import { allRoutes } from '../../api/registry.ts';
import { isKnownReading } from '../../domain/access/disclosure.ts';
import { useApi } from '../support/api.ts';
import { bodyOf, settle, type Village } from '../support/needs.ts';

interface Page<T> {
  items: T[];
  next: string | null;
}
interface Row {
  action: string;
  accountId: string;
  persons: string[];
  purpose: string;
}

describe('readings of personal data', function () {
  this.timeout(60_000);
  const api = useApi();
  let village: Village;
  before(async () => {
    village = await settle(api);
    const at = new Date();
    const { householdId, publisherId } = { householdId: village.household.id, publisherId: village.publisher.id };
    await api.call('GET', `/v1/households/${householdId}/personal?purpose=visit`, { as: village.villageCadre });
    await api.call('GET', `/v1/households/${householdId}`, { as: village.countyCadre });
    await api.call('GET', `/v1/households/${householdId}`, { as: village.publisher });
    await api.call('GET', `/v1/accounts/${publisherId}`, { as: village.operator });
    expect(Date.now() - at.getTime()).to.be.below(10_000);
  });
  const search = async (query: string) => {
    const answer = await api.call('GET', `/v1/operator/audit?purpose=supervision&${query}`, { as: village.operator });
    expect(answer.status, answer.text).to.equal(200);
    return bodyOf<Page<Row>>(answer);
  };

  it('are kept with whose data it was, who read it and why; one’s own reading is none', async () => {
    const { items } = await search(`person=household:${village.household.id}`);
    expect(items.map(({ action, purpose, accountId }) => [action, purpose, accountId])).to.deep.equal([
      ['household.read', 'administration', village.countyCadre.id],
      ['household.personal.read', 'visit', village.villageCadre.id],
    ]);
  });

  it('are found by reader, action and time, page by page', async () => {
    const first = await search(`reader=${village.villageCadre.id}&limit=1`);
    expect(first.items[0]?.persons).to.deep.equal([`household:${village.household.id}`]);
    const page1 = await search('limit=1');
    const page2 = await search(`limit=1&cursor=${page1.next ?? ''}`);
    expect(page1.items[0]).to.not.deep.equal(page2.items[0]);
    const none = await search(`person=household:${village.household.id}&to=2020-01-01T00:00:00.000Z`);
    expect(none.items).to.deep.equal([]);
    expect(
      (await search(`action=household.personal.read&person=household:${village.household.id}`)).items,
    ).to.have.length(1);
  });

  it('are not searched without a purpose, nor without leaving a trace, nor by anybody else', async () => {
    const ask = (as: Village['operator'], query: string) => api.call('GET', `/v1/operator/audit?${query}`, { as });
    expect((await ask(village.operator, '')).status).to.equal(400);
    expect((await ask(village.countyCadre, 'purpose=supervision')).status).to.equal(403);
    await search(`person=account:${village.keeper.id}`);
    const [trace] = (await search(`action=audit.search&person=account:${village.keeper.id}`)).items;
    expect(trace).to.include({ accountId: village.operator.id, purpose: 'supervision' });
  });

  it('are shown to the person himself in plain Chinese, without the reader’s name', async () => {
    interface Access {
      what: string;
      by: string;
      purpose: string;
    }
    const mine = await api.call('GET', '/v1/my/data-accesses', { as: village.publisher });
    const items = bodyOf<Page<Access>>(mine).items.map(({ what, by, purpose }) => [what, by, purpose].join('，'));
    const searched = '查询了查阅记录，平台管理员，监督检查';
    expect(items.filter((item) => item !== searched)).to.deep.equal([
      '查看了账号信息（已脱敏），平台管理员，账号与户籍管理',
      '查看了家庭登记信息（已脱敏），石城县干部，账号与户籍管理',
      '查看了家庭成员的个人信息，长乐村委会干部，入户走访',
    ]);
    const stranger = await api.person();
    expect(bodyOf<Page<Access>>(await api.call('GET', '/v1/my/data-accesses', { as: stranger })).items).to.deep.equal(
      [],
    );
  });

  it('have words in Chinese on every route, and no route that shows names in clear asks for no purpose', () => {
    const showing = allRoutes.filter((route) => route.personal !== undefined);
    for (const { audit = '' } of showing) expect(isKnownReading(audit), audit).to.equal(true);
    const stated = showing.filter(({ personal }) => personal === 'stated').map(({ operationId }) => operationId);
    expect(stated).to.include.members(['readHouseholdPersonalData', 'getApplication', 'searchAudit']);
  });
});
