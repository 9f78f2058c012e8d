import { expect } from 'chai';
import mongoose from 'mongoose';
import { createMigrationWork } from '../../activities/migrate-cases.ts';
import { createPolicyRuns } from '../../activities/policy-runs.ts';
import { createWhatIfWork } from '../../activities/what-if.ts';
import type { JsonObject } from '../../domain/kernel/types.ts';
import { pathOf } from '../../domain/region/region.ts';
import { dateInShanghai } from '../../domain/time/calendar.ts';
import { watchPolicies } from '../../infra/policy-watch.ts';
import { loadReference } from '../../infra/reference.ts';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, publish, settle, submit, until, VILLAGE, type Village } from '../support/needs.ts';

const DAY_MS = 86_400_000;
const today = (): string => dateInShanghai(Date.now());
const inDays = (n: number): string => dateInShanghai(Date.now() + n * DAY_MS);

interface Draft {
  id: string;
  base: string;
  differences: { pointer: string; before: unknown; after: unknown }[];
  faults: { pointer: string }[];
  publishedAs: string | null;
}
interface Run<Report> {
  id: string;
  status: string;
  total: number;
  done: number;
  report: Report;
}
type WhatIf = Run<{
  compared: number;
  notReproduced: number;
  unreadable: object;
  differ: { end: number; course: number; time: number };
  missed: Record<string, number>;
  caveats: string[];
}>;

describe('the operators’ editor of the policy', function () {
  this.timeout(60_000);
  const api = useLiveApi();
  let village: Village;
  before(async () => {
    village = await settle(api);
  });

  const ask = (method: string, path: string, body?: object, as: TestPerson = village.operator): Promise<Answer> =>
    api.call(method, `/v1/operator${path}`, { as, ...(body !== undefined && { body }) });
  async function well<T>(answering: Promise<Answer>): Promise<T> {
    const answer = await answering;
    expect(answer.status, answer.text).to.be.within(200, 299);
    return bodyOf<T>(answer);
  }
  const code = (answer: Answer): string => `${answer.status} ${bodyOf<{ code?: string }>(answer).code ?? ''}`;
  const drafted = (values: JsonObject, more: object = {}) =>
    well<Draft>(ask('POST', '/policy-drafts', { values, note: '测试用的参数调整', ...more }));
  const published = (draft: Draft, body: object) =>
    well<{ version: string; state: string }>(ask('POST', `/policy-drafts/${draft.id}/publish`, body));

  /** Another process that follows what is published. */
  function otherProcess() {
    const reference = loadReference({ profile: 'test' });
    const store = api.deps.models.policies;
    return { reference, watch: watchPolicies({ policies: reference, store, log: api.deps.log }, 20) };
  }
  /** As if what is published had been so for a while: it counts some seconds after. */
  async function aged(): Promise<void> {
    const { policies, overrides, touch } = api.deps.models.policies;
    const $set = { publishedAt: new Date(Date.now() - 60_000) };
    await policies.updateMany({ publishedAt: { $type: 'date' } }, { $set });
    await overrides.updateMany({}, { $set });
    await api.deps.models.db.transaction((session) => touch(session));
    const { reference: policies_, models, log } = api.deps;
    const watch = watchPolicies({ policies: policies_, store: models.policies, log }, DAY_MS);
    await watch.refresh();
    watch.stop();
  }
  async function carriedOut<R>(kind: 'what-if' | 'policy-migrations', body: object): Promise<R> {
    const { models, reference, gateway, log } = api.deps;
    const { db } = models;
    const { id } = await well<{ id: string }>(ask('POST', `/${kind}`, body));
    const dispatch = gateway.dispatch;
    const work = {
      whatIf: createWhatIfWork({ db, reference }),
      migration: createMigrationWork({ db, reference, dispatch }),
    };
    await createPolicyRuns({ db, work, log, batchSize: 2 })(id);
    return well<R>(ask('GET', `/${kind}/${id}`));
  }

  it('drafts from a version, shows what changes, and points to each faulty value', async () => {
    const { pledge } = api.deps.reference.currentPolicy(Date.now());
    const draft = await drafted({ pledge: { sentVisitDays: 99 }, need: { napDays: 1, lifetimeDays: { urgent: -1 } } });
    expect(draft.base).to.equal('2026-01');
    expect(draft.faults.map(({ pointer }) => pointer)).to.include.members([
      '/need/napDays',
      '/need/lifetimeDays/urgent',
    ]);
    const refused = await ask('POST', `/policy-drafts/${draft.id}/publish`, { version: 'x', validFrom: today() });
    expect(code(refused)).to.equal('422 POLICY_INVALID');
    expect(bodyOf<{ errors: object[] }>(refused).errors[0])
      .to.have.property('pointer')
      .that.matches(/^\/values\/need/);
    const change = { values: { pledge: { sentVisitDays: 18 } }, note: '改正' };
    const changed = await well<Draft>(ask('PUT', `/policy-drafts/${draft.id}`, change));
    expect(changed.faults).to.deep.equal([]);
    expect(changed.differences).to.deep.equal([
      { pointer: '/pledge/sentVisitDays', before: pledge.sentVisitDays, after: 18 },
    ]);
    expect(await well<Draft>(ask('GET', `/policy-drafts/${draft.id}`))).to.deep.equal(changed);
    expect(code(await ask('GET', '/policy-drafts', undefined, village.countyCadre))).to.equal('403 NOT_PERMITTED');
  });

  it('publishes for the days to come, never in the past, and never under a name that was used', async () => {
    const draft = await drafted({ need: { returnedDays: 20 } });
    const tell = (body: object) => ask('POST', `/policy-drafts/${draft.id}/publish`, body).then(code);
    expect(await tell({ version: 'later', validFrom: inDays(-1) })).to.equal('422 POLICY_DATE');
    expect(await tell({ version: '2026-01', validFrom: inDays(9) })).to.equal('409 POLICY_VERSION_TAKEN');
    expect(await tell({ version: 'demo-x', validFrom: inDays(9) })).to.equal('422 POLICY_VERSION_NAME');
    expect(await published(draft, { version: 'later', validFrom: inDays(9) })).to.include({
      version: 'later',
      state: 'coming',
    });
    expect(await tell({ version: 'later', validFrom: inDays(10) })).to.equal('409 ALREADY_DONE');
    expect(code(await ask('PUT', `/policy-drafts/${draft.id}`, { values: {}, note: '再改' }))).to.equal(
      '409 ALREADY_DONE',
    );
    await aged();
    const on = (day: string) => well<{ version: string }>(ask('GET', `/effective-policy?on=${day}`));
    expect([(await on(inDays(8))).version, (await on(inDays(9))).version]).to.deep.equal(['2026-01', 'later']);
  });

  it('ends a version on a day to come, unless nothing would hold then', async () => {
    const end = (version: string, endsOn: string) =>
      ask('POST', `/policies/${encodeURIComponent(version)}/end`, { endsOn });
    expect(code(await end('2026-01', inDays(3)))).to.equal('409 POLICY_GAP');
    expect(code(await end('later', inDays(5)))).to.equal('422 POLICY_DATE');
    expect(code(await end('nonsense', inDays(5)))).to.equal('404 NOT_FOUND');
    expect(await well(end('later', inDays(12)))).to.include({ version: 'later', endsOn: inDays(12) });
    await aged();
    const { currentPolicy } = api.deps.reference;
    expect(currentPolicy(Date.now() + 10 * DAY_MS).version).to.equal('later');
    expect(currentPolicy(Date.now() + 13 * DAY_MS).version).to.equal('2026-01');
  });

  it('gives a region its own numbers in every process, and a need of the place begins with them', async () => {
    const other = otherProcess();
    const narrow = await drafted({ need: { decisionWorkingDays: 90 } }, { region: '360735' });
    expect(narrow.faults.map(({ pointer }) => pointer)).to.deep.equal(['/need/decisionWorkingDays']);
    const draft = await drafted({ need: { reviewWorkingDays: { village: 9 } } }, { region: '360735' });
    expect(draft.differences).to.have.length(1);
    const { version } = await published(draft, { validFrom: today() });
    expect(version).to.equal('2026-01+360735.1');
    const village9 = () => other.reference.policyIn(pathOf(VILLAGE), Date.now() + 60_000);
    for (let waited = 0; village9().version !== version && waited < 5_000; waited += 20) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(village9().need.reviewWorkingDays).to.include({ village: 9, township: 2 });
    expect(other.reference.policyIn(pathOf(VILLAGE), Date.now() - 60_000).version).to.equal('2026-01');
    other.watch.stop();
    await aged();
    const needId = await submit(api, village);
    await until(api, 'need', needId, 'underReview');
    const record = await api.deps.models.cases.find('need', needId);
    expect(record?.policyVersion).to.equal(version);
    expect((record?.state.clock['expireReview'] ?? 0) - Date.now()).to.be.above(8 * DAY_MS);
    const list = await well<{ items: { version: string; state: string }[] }>(ask('GET', '/policies'));
    const states = Object.fromEntries(list.items.map((item) => [item.version, item.state]));
    expect(states).to.include({ '2026-01': 'inForce', [version]: 'inForce', later: 'coming' });
    const all = await well<{ differences: object[] }>(ask('GET', `/policies/${encodeURIComponent(version)}`));
    expect(all.differences).to.have.length(1);
    const shown = await api.call('GET', '/v1/policy?region=360735100223', {});
    expect(bodyOf<{ version: string }>(shown).version).to.equal(version);
  });

  it('says what a migration would do, then takes the cases over, each by its own decision', async () => {
    const needId = await publish(api, await settle(api));
    await until(api, 'need', needId, 'published');
    const before = await api.deps.models.cases.find('need', needId);
    const body = { to: 'later', caseTypes: ['need'], dryRun: true, reason: '新办法自本月起适用于所有求助' };
    type Migration = Run<{ cases: number; sent: number; refused: object; deadlines: Record<string, number> }>;
    const dry = await carriedOut<Migration>('policy-migrations', body);
    expect(dry).to.include({ status: 'done' });
    expect(dry.report).to.include({ cases: 2, sent: 2 });
    const results = async ({ id }: Migration) =>
      (
        await well<{ items: { caseId: string; result: string; to: string }[] }>(
          ask('GET', `/policy-migrations/${id}/results`),
        )
      ).items;
    expect((await results(dry)).map(({ result }) => result)).to.deep.equal(['wouldMigrate', 'wouldMigrate']);
    expect((await api.deps.models.cases.find('need', needId))?.policyVersion).to.equal(before?.policyVersion);
    const one = await carriedOut<Migration>('policy-migrations', { ...body, caseIds: [needId] });
    expect((await results(one)).map(({ caseId }) => caseId)).to.deep.equal([needId]);
    const real = await carriedOut<Migration>('policy-migrations', { ...body, dryRun: false });
    const done = async () => (await results(real)).every(({ result }) => result === 'applied');
    for (let waited = 0; !(await done()) && waited < 8_000; waited += 50) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect((await results(real)).map(({ result }) => result)).to.deep.equal(['applied', 'applied']);
    const after = await api.deps.models.cases.find('need', needId);
    expect(after).to.include({ policyVersion: 'later', stage: 'published' });
    expect((await api.deps.models.needs.find(needId))?.policyVersion).to.equal('later');
    expect((await carriedOut<Migration>('policy-migrations', body)).report).to.include({
      cases: 2,
      unchanged: 2,
      sent: 0,
    });
    const { items: runs } = await well<{ items: { id: string }[] }>(ask('GET', '/policy-migrations'));
    expect(runs.map(({ id }) => id)).to.include.members([dry.id, one.id, real.id]);
    const regional = { ...body, to: '2026-01+360735.1' };
    const refused = (more: object) => ask('POST', '/policy-migrations', { ...regional, ...more });
    for (const more of [{}, { caseIds: [needId] }, { region: '36' }, { region: '422801' }])
      expect((await refused(more)).text, JSON.stringify(more)).to.include('"/body/region"');
    expect((await refused({ region: '360735100' })).status).to.equal(202);
    expect(code(await ask('POST', '/policy-migrations', { ...body, from: 'typo' }))).to.equal('422 POLICY_UNKNOWN');
  });

  it('replays stored cases: nothing changes under their own rules, and much under others', async () => {
    const same = await carriedOut<WhatIf>('what-if', { values: {} });
    const cases = await api.deps.models.cases.cases.countDocuments({});
    expect(same).to.include({ status: 'done', total: cases, done: cases });
    expect(same.report).to.deep.include({ compared: cases, notReproduced: 0, unreadable: {} });
    expect(same.report.differ).to.deep.equal({ end: 0, course: 0, time: 0 });
    expect(same.report.caveats[0]).to.match(/would have acted otherwise/);
    const hasty = await carriedOut<WhatIf>('what-if', {
      values: { shared: { jitterMs: 0 }, need: { reviewWorkingDays: { village: 1e-9 } } },
    });
    expect(hasty.report.differ.course + hasty.report.differ.end).to.be.above(0);
    expect(hasty.report.missed['need.approve']).to.equal(1);
    const faulty = await ask('POST', '/what-if', { values: { need: { returnedDays: -1 } } });
    expect(code(faulty)).to.equal('422 POLICY_INVALID');
    expect(bodyOf<{ errors: object[] }>(faulty).errors[0]).to.include({ pointer: '/body/values/need/returnedDays' });
    expect(code(await ask('POST', '/what-if', { values: {}, version: 'later' }))).to.equal('400 INVALID_REQUEST');
    const draft = await drafted({ need: { reviewWorkingDays: { village: 8 } } }, { region: '360735' });
    const elsewhere = await ask('POST', '/what-if', { draftId: draft.id, region: '36' });
    expect(elsewhere.text).to.include('"/body/region"');
    expect((await ask('POST', '/what-if', { draftId: draft.id, region: '360735100' })).status).to.equal(202);
  });

  it('stops a what-if on demand, and goes on behind the last saved batch after a crash', async () => {
    const { models, log } = api.deps;
    const { id } = await well<WhatIf>(ask('POST', '/what-if', { values: {} }));
    const seen: string[] = [];
    const note = (cases: readonly { _id: string }[]) => seen.push(...cases.map(({ _id }) => _id));
    const once = (work: () => Promise<void>) =>
      createPolicyRuns({
        ...{ db: models.db, log, batchSize: 1 },
        work: {
          migration: () => Promise.resolve(),
          whatIf: async (_run, cases) => {
            note(cases);
            await work();
          },
        },
      });
    const away = new mongoose.mongo.MongoNotConnectedError('gone');
    const fails = once(() => (seen.length === 2 ? Promise.reject(away) : Promise.resolve()));
    await fails(id).catch(() => undefined);
    expect(seen).to.have.length(2);
    await once(() => Promise.resolve())(id);
    expect(new Set(seen).size).to.equal(seen.length - 1);
    expect(await well<WhatIf>(ask('GET', `/what-if/${id}`))).to.include({ status: 'done', done: new Set(seen).size });
    const second = await well<WhatIf>(ask('POST', '/what-if', { values: {} }));
    await once(async () => void (await ask('POST', `/what-if/${second.id}/cancel`)))(second.id);
    expect(await well<WhatIf>(ask('GET', `/what-if/${second.id}`))).to.include({ status: 'cancelled', done: 0 });
    expect(code(await ask('POST', `/what-if/${second.id}/cancel`))).to.equal('409 ALREADY_DONE');
  });

  it('keeps who did what', async () => {
    const records = await api.deps.models.audit.of(village.operator.id, 200);
    const actions = new Set(records.map(({ action }) => action));
    const kept = ['policy.draft.create', 'policy.publish', 'policy.end', 'policy.migrate', 'policy.whatIf'];
    expect([...actions]).to.include.members(kept);
  });
});
