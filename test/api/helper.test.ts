import { expect } from 'chai';
import { createNotifier } from '../../activities/notify.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, COUNTY, draft, draftFor, settle, submit, until, upload, type Village } from '../support/needs.ts';

describe('A household’s helper cadre', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  let helper: TestPerson;
  let needId: string;

  before('the household has posted for itself', async () => {
    village = await settle(api);
    helper = await api.person({ grants: [{ role: 'helper', regionCode: COUNTY }] });
    needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
  });

  const assign = async (accountId: string | null) => {
    const household = await api.deps.models.households.find(village.household.id);
    const answer = await api.call('PUT', `/v1/households/${village.household.id}/helper`, {
      as: village.townCadre,
      body: { accountId },
      headers: { 'if-match': `"${household?.rev ?? 0}"` },
    });
    expect(answer.status, answer.text).to.equal(200);
  };
  const statusOf = async (path: string) => (await api.call('GET', path, { as: helper })).status;
  const mine = async () => (await api.call('GET', '/v1/my/needs?limit=100', { as: helper })).text;

  it('sees nothing of a household that is not his', async () => {
    expect(await statusOf(`/v1/needs/${needId}/full`)).to.equal(404);
    expect(await statusOf(`/v1/needs/${needId}/why-waiting`)).to.equal(404);
    expect(await mine()).not.to.include(needId);
  });

  it('sees its need and why it waits, whoever posted it, and hears what happens to it', async () => {
    await assign(helper.id);
    const why = await api.call('GET', `/v1/needs/${needId}/why-waiting`, { as: helper });
    expect(why.status, why.text).to.equal(200);
    expect(why.text).to.include('求助正在审核');
    const full = await api.call('GET', `/v1/needs/${needId}/full`, { as: helper });
    expect(bodyOf<{ risk: null }>(full).risk, 'what stands out is for reviewers').to.equal(null);
    const requestId = full.headers.get('x-request-id') ?? '';
    expect(await api.deps.models.audit.audit.findOne({ requestId })).to.include({ purpose: 'review' });
    expect(await mine()).to.include(needId);

    const notify = createNotifier({
      db: api.deps.models.db,
      deciders: CASE_DECIDERS,
      words: {},
      categories: api.deps.reference.categories,
    });
    const [event] = await api.deps.models.events.of('need', needId);
    await notify(event?._id ?? '');
    const heard = await api.deps.models.inbox.inbox.find({ caseId: needId, accountId: helper.id }).toArray();
    expect(heard.map(({ template }) => template)).to.deep.equal(['need.submitted']);
  });

  it('does not act for it: nothing that is the publisher’s or the household’s to do', async () => {
    const withdrawn = await api.call('POST', `/v1/needs/${needId}/withdraw`, { as: helper, body: {} });
    expect([withdrawn.status, bodyOf<{ code: string }>(withdrawn).code]).to.deep.equal([403, 'NOT_PERMITTED']);
  });

  it('sees no draft, and nothing any more when somebody else helps', async () => {
    const begun = await draft(api, village);
    expect(await statusOf(`/v1/needs/${begun}/full`)).to.equal(404);
    expect(await mine()).not.to.include(begun);
    await assign(null);
    expect(await statusOf(`/v1/needs/${needId}/full`)).to.equal(404);
    expect(await mine()).not.to.include(needId);
  });

  it('is found for needs from before they named him', async () => {
    await assign(helper.id);
    const { needs, nameHelpers } = api.deps.models.needs;
    await needs.updateOne({ _id: needId }, { $unset: { helperId: true } });
    expect(await statusOf(`/v1/needs/${needId}/full`)).to.equal(404);
    await nameHelpers();
    expect(await statusOf(`/v1/needs/${needId}/full`)).to.equal(200);
  });

  it('who has left that office helps nobody any more: he neither posts for the household nor finds it', async () => {
    await assign(helper.id);
    const photo = await upload(api, helper);
    const evidence = { kind: 'paper', reference: photo, givenOn: '2026-01-05', sensitive: false, guardian: false };
    const body = draftFor(village.household.id, [photo], { relation: 'helperCadre', consent: evidence });
    const begin = async () => (await api.call('POST', '/v1/needs', { as: helper, body })).status;
    expect([await begin(), await statusOf(`/v1/households/${village.household.id}`)]).to.deep.equal([201, 200]);
    const grant = (await api.deps.models.accounts.find(helper.id))?.grants[0];
    const path = `/v1/accounts/${helper.id}/grants/${grant?.id ?? ''}`;
    expect((await api.call('DELETE', path, { as: village.operator })).status).to.equal(200);
    expect(await begin()).to.equal(403);
    expect(await statusOf(`/v1/households/${village.household.id}`)).to.equal(404);
    expect((await api.deps.models.needs.find(needId))?.helperId).to.equal(null);
  });
});
