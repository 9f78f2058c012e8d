import { expect } from 'chai';
import { setTimeout } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
import { useApi } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, until, VILLAGE, type Village } from '../support/needs.ts';

describe('the operators’ console', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  beforeEach(async () => {
    village = await settle(api);
  });

  it('ends a case with a reason, and the case tells why', async () => {
    const needId = await publish(api, village);
    const path = `/v1/operator/cases/need/${needId}/cancel`;
    const body = { reasonCode: 'duplicate', reason: '重复的求助，已另行处理' };
    const denied = await api.call('POST', path, { as: village.countyCadre, body });
    expect(denied.status).to.equal(403);
    await ok(api, village.operator, path, body);
    await until(api, 'need', needId, 'cancelled');
    const timeline = await api.call('GET', `/v1/needs/${needId}/timeline`, { as: village.publisher });
    expect(timeline.text).to.include('重复的求助，已另行处理').and.include('平台管理员');
    const again = await api.call('POST', path, { as: village.operator, body });
    expect([again.status, bodyOf<{ code: string }>(again).code]).to.deep.equal([409, 'CASE_CLOSED']);
  });

  it('lists what is overdue and what is parked, page by page, with links into the Temporal UI', async () => {
    const needIds = [await publish(api, village), await publish(api, await settle(api))];
    const { cases } = api.deps.models.cases;
    for (const [i, id] of needIds.entries()) {
      await cases.updateOne({ _id: `need:${id}` }, { $set: { dueAt: new Date(Date.now() - (9 - i) * 1000) } });
    }
    interface Page {
      items: { caseId: string; temporalUrl: string }[];
      next: string;
    }
    const list = async (query: string) =>
      bodyOf<Page>(await api.call('GET', `/v1/operator/stuck?${query}`, { as: village.operator }));
    const first = await list('kind=overdue&limit=1');
    const second = await list(`kind=overdue&limit=1&cursor=${first.next}`);
    expect([first, second].map((page) => page.items[0]?.caseId)).to.deep.equal(needIds);
    expect(first.items[0]?.temporalUrl).to.include(`need%3A${needIds[0] ?? ''}`);
    expect((await list('kind=parked')).items).to.deep.equal([]);
    expect((await list('kind=overdue&region=62')).items).to.deep.equal([]);
  });

  it('finds where a chain of events was broken', async () => {
    const needId = await publish(api, village);
    const verify = async () => {
      const path = `/v1/operator/cases/need/${needId}/chain`;
      return bodyOf<{ whole: boolean; brokenAt: number | null }>(await api.call('GET', path, { as: village.operator }));
    };
    expect(await verify()).to.include({ whole: true, brokenAt: null });
    await api.deps.models.events.events.updateOne({ _id: `need:${needId}:2` }, { $set: { 'actor.id': uuidv7() } });
    expect(await verify()).to.include({ whole: false, brokenAt: 2 });
  });

  it('links lists of the Temporal UI, which Temporal understands and which show the case', async () => {
    const needId = await publish(api, village);
    const client = createTemporalClient(api.deps.config);
    const views = async (query = '') => {
      const answer = await api.call('GET', `/v1/operator/temporal-views${query}`, { as: village.operator });
      return bodyOf<{ items: { id: string; query: string; url: string }[] }>(answer).items;
    };
    after(() => client.connection.close());
    for (const { id, query, url } of await views()) {
      expect((await client.workflow.count(query)).count, id).to.be.a('number');
      expect(decodeURIComponent(url.split('?query=')[1] ?? ''), id).to.equal(query);
    }
    const [here] = await views(`?region=${VILLAGE}`);
    const ids = async (query: string): Promise<string[]> => {
      const found: string[] = [];
      for await (const { workflowId } of client.workflow.list({ query })) found.push(workflowId);
      return found;
    };
    // Visibility is written after the answer.
    while (!(await ids(here?.query ?? '')).includes(`need:${needId}`)) await setTimeout(100);
    const [elsewhere] = await views('?region=62');
    expect(await ids(elsewhere?.query ?? '')).to.not.include(`need:${needId}`);
    expect((await api.call('GET', '/v1/operator/temporal-views', { as: village.publisher })).status).to.equal(403);
  });

  it('resumes nothing that is not parked, and shows nothing that is not there', async () => {
    const needId = await publish(api, village);
    const body = { reason: '问题已经排除' };
    const resume = (id: string) =>
      api.call('POST', `/v1/operator/cases/need/${id}/resume`, { as: village.operator, body });
    expect((await resume(needId)).status).to.equal(409);
    expect((await resume(uuidv7())).status).to.equal(404);
  });
});

describe('the inbox', function () {
  this.timeout(60_000);
  const api = useApi();

  it('holds one’s own messages, newest first, until they are read', async () => {
    const [mine, other] = [await api.person(), await api.person()];
    const messages = [mine, mine, mine, other].map((person, i) => ({
      _id: `event-${i}:${person.id}`,
      accountId: person.id,
      template: 'need.published',
      caseType: 'need',
      caseId: uuidv7(),
      eventId: `event-${i}`,
      text: `第${i}条消息`,
      at: new Date(Date.now() + i),
      readAt: null,
    }));
    await api.deps.models.inbox.deliver(messages);
    interface Page {
      items: { id: string; text: string }[];
      next: string | null;
      unread: number;
    }
    const list = async (query = '') => bodyOf<Page>(await api.call('GET', `/v1/inbox?${query}`, { as: mine }));
    const page = await list('limit=2');
    expect(page.items.map((m) => m.text)).to.deep.equal(['第2条消息', '第1条消息']);
    expect(page.unread).to.equal(3);
    expect((await list(`limit=2&cursor=${page.next ?? ''}`)).items).to.have.length(1);
    const ids = [messages[0]?._id, messages[3]?._id];
    const read = await api.call('POST', '/v1/inbox/read', { as: mine, body: { ids } });
    expect(bodyOf<{ marked: number }>(read).marked).to.equal(1);
    expect((await list('unread=true')).items).to.have.length(2);
  });
});
