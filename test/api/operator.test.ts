import { expect } from 'chai';
import { setTimeout } from 'node:timers/promises';
import { v7 as uuidv7 } from 'uuid';
import { createFindingReporter } from '../../activities/report-finding.ts';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
import { useApi } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, submit, until, VILLAGE, type Village } from '../support/needs.ts';

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
    interface Summary {
      total: number;
      groups: { region: string; place: string; caseType: string; reason: string; count: number }[];
    }
    const summary = async (query: string) =>
      bodyOf<Summary>(await api.call('GET', `/v1/operator/stuck/summary?${query}`, { as: village.operator }));
    const [county] = (await summary('kind=overdue&region=3607')).groups;
    expect(county).to.include({ region: '360735', place: '石城县', caseType: 'need', reason: 'published', count: 2 });
    expect(await summary('kind=overdue&region=62')).to.deep.equal({ total: 0, groups: [] });
    await cases.updateOne({ _id: `need:${needIds[0] ?? ''}` }, { $set: { reportAfter: new Date(0) } });
    expect((await list('kind=stuck&reason=published')).items.map(({ caseId }) => caseId)).to.deep.equal([needIds[0]]);
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

  it('hands a review to one cadre of another level, and does as much for many cases, each with its own result', async () => {
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const path = `/v1/operator/cases/need/${needId}/reassign`;
    const reason = '村里暂时无人审核';
    const wrong = { level: 'township', accountId: village.villageCadre.id, reason };
    expect((await api.call('POST', path, { as: village.operator, body: wrong })).status).to.equal(403);
    await ok(api, village.operator, path, { level: 'township', accountId: village.townCadre.id, reason });
    expect((await api.deps.models.needs.find(needId))?.reviewAssigneeId).to.equal(village.townCadre.id);
    await ok(api, village.townCadre, `/v1/needs/${needId}/approve`, {});

    const other = await publish(api, await settle(api));
    const cases = [needId, other, uuidv7()].map((caseId) => ({ caseType: 'need', caseId }));
    const body = { action: 'cancel', cases, reasonCode: 'duplicate', reason };
    const done = await api.call('POST', '/v1/operator/case-actions', { as: village.operator, body });
    const { items } = bodyOf<{ items: { status: string; stage: string; problem: { code: string } | null }[] }>(done);
    expect(items.map(({ status, stage, problem }) => [status, stage, problem?.code ?? null])).to.deep.equal([
      ['applied', 'cancelled', null],
      ['applied', 'cancelled', null],
      ['refused', null, 'NOT_FOUND'],
    ]);
    const twice = { ...body, cases: [cases[0], cases[0]] };
    expect(
      (await api.call('POST', '/v1/operator/case-actions', { as: village.operator, body: twice })).status,
    ).to.equal(400);
  });

  it('gives what the sweeper found to an operator, who settles it, with a reason', async () => {
    const needId = await publish(api, village);
    const { models, reference, gateway } = api.deps;
    const reporter = createFindingReporter({
      findings: models.findings,
      commands: models.commands,
      dispatch: gateway.dispatch,
      policyVersion: (now) => reference.currentPolicy(now).version,
    });
    await reporter.report({ kind: 'oldCase', caseType: 'need', caseId: needId, detail: 'published' });
    const findingId = (await models.findings.find(`oldCase:need:${needId}`))?.findingId ?? '';
    await until(api, 'finding', findingId, 'open');
    interface Page {
      items: { id: string; caseId: string; ownerId: string | null }[];
      counts: { kind: string; stage: string; n: number }[];
    }
    const list = async (query: string) =>
      bodyOf<Page>(await api.call('GET', `/v1/operator/findings?${query}`, { as: village.operator }));
    expect((await list('owner=none&kind=oldCase')).items.map(({ id }) => id)).to.include(findingId);
    expect((await list('owner=none&olderThanHours=1')).items).to.deep.equal([]);
    const path = `/v1/operator/findings/${findingId}`;
    await ok(api, village.operator, `${path}/take`);
    expect((await list('owner=me')).items.map(({ caseId }) => caseId)).to.deep.equal([needId]);
    const colleague = await api.operator();
    const settle = { outcome: 'fixed', reason: '已联系县里办理' };
    const denied = await api.call('POST', `${path}/settle`, { as: colleague, body: settle });
    expect(bodyOf<{ code: string }>(denied).code).to.equal('ASSIGNED_TO_ANOTHER');
    await ok(api, village.operator, `${path}/assign`, { accountId: colleague.id });
    await ok(api, colleague, `${path}/settle`, settle);
    const seen = await api.call('GET', path, { as: village.operator });
    expect(seen.text).to.include('已联系县里办理').and.include('办结：已修复');
    expect(bodyOf<{ stage: string }>(seen).stage).to.equal('settled');
    expect((await list('owner=me')).items).to.deep.equal([]);
    expect((await api.call('GET', path, { as: village.countyCadre })).status).to.equal(403);
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
