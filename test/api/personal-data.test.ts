import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { createNotifier } from '../../activities/notify.ts';
import { createRelay } from '../../activities/relay.ts';
import { allRoutes } from '../../api/registry.ts';
import { pathParams } from '../../api/route-faults.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { createLogger } from '../../infra/logger.ts';
import { createQueues } from '../../infra/queues.ts';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
import { checkCharacter } from '../../domain/people/id-number.ts';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import {
  addHousehold,
  bodyOf,
  draftFor,
  ok,
  publish,
  settle,
  submit,
  until,
  upload,
  VILLAGE,
  type Village,
} from '../support/needs.ts';
import { PLANTED_WORDS, writeEverywhere } from '../support/planted-life.ts';
import { captureOutput, hits, historiesOf, redisDump, workflowsSince } from '../support/scan.ts';

const FIRST_17 = '99831419670823417';
const SECOND_17 = '99831419670823418';
/** Marks that stand nowhere else. The phone and the number are the household's, the words what people wrote. */
const PLANTED = {
  name: '嵇栩栩',
  donorName: '郗巍巍',
  idNumber: FIRST_17 + checkCharacter(FIRST_17),
  phone: '13984067215',
  password: 'Willow-4096-Lantern',
  details: '屋后第三棵樟树旁边的老土屋里住着一位独居老人',
  reason: '经走访樟树旁老屋情况属实',
  statement: '我愿意为樟树旁的老人们跑腿办事多年如一日',
  reference: '录音编号樟树零零七',
  ...PLANTED_WORDS,
} as const;
const MARKS = Object.values(PLANTED);

describe('personal data stays where it belongs', function () {
  this.timeout(120_000);
  const log: string[] = [];
  const startedAt = new Date(Date.now() - 1000);
  const api = useLiveApi(undefined, {
    logger: (config) => createLogger({ ...config, logLevel: 'trace' }, 'api', { write: (line) => void log.push(line) }),
  });
  let village: Village;
  let output = '';
  let needId = '';
  let ids: Record<string, string>;
  const stop = new AbortController();
  let relaying: Promise<void> | undefined;
  let closeQueues: (() => Promise<void>) | undefined;

  /** Registered over HTTP, so that name, number and password pass through everything. */
  async function register(
    kind: 'donor' | 'person',
    name: string,
    phone: string,
    idNumber?: string,
  ): Promise<TestPerson> {
    const body = { kind, name, phone, password: PLANTED.password, homeRegion: VILLAGE, ...(idNumber && { idNumber }) };
    const made = await api.call('POST', '/v1/accounts', { body });
    expect(made.status, made.text).to.equal(201);
    const signedIn = await api.call('POST', '/v1/sessions', { body: { phone, password: PLANTED.password } });
    return { id: bodyOf<{ id: string }>(made).id, phone, token: bodyOf<{ accessToken: string }>(signedIn).accessToken };
  }

  /** A need's whole life through the public API, with every kind of text that people write. */
  async function live(): Promise<void> {
    const publisher = await register('person', PLANTED.name, PLANTED.phone, PLANTED.idNumber);
    const donor = await register('donor', PLANTED.donorName, '13984067216');
    const household = await addHousehold(api, { headName: PLANTED.name, phone: PLANTED.householdPhone });
    await api.deps.models.accounts.accounts.updateOne({ _id: publisher.id }, { $set: { householdId: household.id } });
    village = { ...(await settle(api)), household, publisher };
    const consent = {
      kind: 'inPerson',
      reference: PLANTED.reference,
      givenOn: '2026-11-01',
      sensitive: false,
      guardian: false,
    };
    needId = await submit(api, village, { details: `${PLANTED.details}，冬天很冷，需要棉被。`, consent });
    await until(api, 'need', needId, 'underReview');
    const reason = PLANTED.reason;
    await ok(api, village.villageCadre, `/v1/needs/${needId}/return`, { reasonCode: 'photoUnclear', reason });
    const photo = await upload(api, publisher);
    const { title, category, urgency, lines } = draftFor(household.id, [photo]);
    const details = `${PLANTED.details}，冬天非常冷。`;
    const changed = { title, category, urgency, lines, details, photos: [photo] };
    const again = await api.call('POST', `/v1/needs/${needId}/resubmit`, { as: publisher, body: changed });
    expect(again.status, again.text).to.be.below(300);
    await until(api, 'need', needId, 'underReview');
    await ok(api, village.villageCadre, `/v1/needs/${needId}/approve`, { note: reason });
    await until(api, 'need', needId, 'published');
    const claimed = await api.call('POST', `/v1/needs/${needId}/claims`, {
      as: donor,
      body: { whole: true, delivery: 'villagePoint' },
    });
    const pledgeId = bodyOf<{ id: string }>(claimed).id;
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, { courier: '中国邮政', trackingNumber: 'EA987654321CN' });
    await ok(api, village.keeper, `/v1/pledges/${pledgeId}/arrive`);
    const pickup = await api.call('GET', `/v1/pledges/${pledgeId}/pickup-code`, { as: publisher });
    await ok(api, village.keeper, `/v1/pledges/${pledgeId}/collect`, { code: bodyOf<{ code: string }>(pickup).code });
    await until(api, 'need', needId, 'following');
    const newcomer = await api.person({
      homeRegion: VILLAGE,
      idNumber: SECOND_17 + checkCharacter(SECOND_17),
      realNamed: false,
    });
    const written = await writeEverywhere(api, { village, needId, donor, newcomer });
    await api.call('POST', `/v1/needs/${needId}/reopen`, { as: publisher, body: { reason } });
    const office = { level: 'village', regionCode: VILLAGE, name: PLANTED.name, idNumber: PLANTED.idNumber };
    const applied = await api.call('POST', '/v1/applications', {
      as: publisher,
      body: { ...office, statement: PLANTED.statement },
    });
    const applicationId = bodyOf<{ id: string }>(applied).id;
    await until(api, 'application', applicationId, 'underReview');
    const refusal = { reasonCode: 'notQualified', reason };
    await ok(api, village.townCadre, `/v1/applications/${applicationId}/refuse`, refusal);
    const wrong = { phone: PLANTED.phone, password: `${PLANTED.password}!` };
    await api.call('POST', '/v1/sessions', { body: wrong });
    await api.call('POST', '/v1/accounts/lookup', { as: village.operator, body: { phone: PLANTED.phone } });
    const cancelled = await publish(api, await settle(api));
    await ok(api, village.operator, `/v1/operator/cases/need/${cancelled}/cancel`, { reasonCode: 'duplicate', reason });
    ids = { ...written, needId, pledgeId, applicationId, householdId: household.id, accountId: publisher.id };
  }

  before(async function () {
    this.timeout(90_000);
    const { models, config } = api.deps;
    const queues = createQueues(config, { prefix: 'scan' });
    closeQueues = () => queues.close();
    relaying = createRelay({ db: models.db, sink: queues, log: api.deps.log }).run(stop.signal);
    const captured = captureOutput();
    try {
      await live();
      const notify = createNotifier({
        db: models.db,
        deciders: CASE_DECIDERS,
        words: {},
        categories: api.deps.reference.categories,
      });
      for (const event of await models.events.of('need', needId)) await notify(event._id);
      // The relay has passed on what happened: its jobs lie in Redis.
      for (let i = 0; i < 100 && (await queues.all.notifications.getJobCounts()).waiting === 0; i += 1) await sleep(50);
      expect((await queues.all.notifications.getJobCounts()).waiting).to.be.above(0);
    } finally {
      output = captured.stop();
    }
  });
  after(async () => {
    stop.abort();
    await relaying;
    await closeQueues?.();
  });

  it('and the scanner finds what is planted where it is allowed to be', async () => {
    const own = await api.call('GET', '/v1/me', { as: village.publisher });
    expect(hits(own.text, MARKS)).to.deep.equal([PLANTED.name]);
    const words = await api.call('GET', `/v1/needs/${needId}/timeline`, { as: village.publisher });
    expect(hits(words.text, MARKS)).to.have.members([PLANTED.reason, PLANTED.news, PLANTED.thanks]);
    const stored = JSON.stringify(await api.deps.models.commands.commands.find({}).toArray());
    expect(hits(stored, MARKS)).to.include.members([PLANTED.reason, PLANTED.offer, PLANTED.certification]);
    for (const [path, mark] of [
      [`/v1/complaints/${ids['complaintId'] ?? ''}`, PLANTED.complaint],
      [`/v1/needs/${needId}/news`, PLANTED.news],
      [`/v1/needs/${needId}/feedback`, PLANTED.thanks],
    ] as const) {
      expect(hits((await api.call('GET', path, { as: village.publisher })).text, MARKS), path).to.deep.equal([mark]);
    }
    expect(hits(JSON.stringify({ text: PLANTED.details }), MARKS)).to.deep.equal([PLANTED.details]);
  });

  it('not in the raw histories of the namespace, encrypted or decrypted, nor in what its lists show', async () => {
    const client = createTemporalClient(api.deps.config);
    try {
      const own = [
        `need:${ids['needId'] ?? ''}`,
        `pledge:${ids['pledgeId'] ?? ''}`,
        `application:${ids['applicationId'] ?? ''}`,
        ...['offer', 'complaint', 'certification', 'sponsorship'].map((kind) => `${kind}:${ids[`${kind}Id`] ?? ''}`),
      ];
      const all = [...new Set([...own, ...(await workflowsSince(client, startedAt))])];
      const text = await historiesOf(client, api.deps.config, all);
      // The payloads were opened: what a case's start holds is in there.
      expect(text).to.include(village.household.id).and.include('photoUnclear');
      expect(hits(text, MARKS)).to.deep.equal([]);
      expect(hits(`${text}${PLANTED.name}`, MARKS), 'the scan itself').to.deep.equal([PLANTED.name]);
    } finally {
      await client.connection.close();
    }
  });

  it('not in Redis, whatever lies there', async () => {
    const { redis } = api.deps;
    await redis.set('scan:probe', PLANTED.details);
    expect(hits(await redisDump(redis), MARKS), 'the scan itself').to.deep.equal([PLANTED.details]);
    await redis.del('scan:probe');
    const text = await redisDump(redis);
    expect(text).to.include(needId);
    expect(hits(text, MARKS)).to.deep.equal([]);
  });

  it('not in what the processes log, at the most talkative level', () => {
    const text = log.join('') + output;
    expect(text).to.include('approveNeed').and.include('refuseApplication');
    expect(hits(text, MARKS)).to.deep.equal([]);
  });

  it('not in any public answer, and for people who serve elsewhere neither', async () => {
    // A published need's details are for everybody to read; nothing else is.
    const secret = MARKS.filter((mark) => mark !== PLANTED.details);
    const near = await api.donor();
    const elsewhere = [null, near, await api.cadre('county', '422801')];
    // News are written for those who may see the need.
    const forNear = secret.filter((mark) => mark !== PLANTED.news);
    let walked = 0;
    for (const route of allRoutes.filter(({ method }) => method === 'get')) {
      if (pathParams(route.path).some((name) => ids[name] === undefined)) continue;
      const path = route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? '');
      for (const as of elsewhere) {
        const answer = await api.call('GET', `${path}?purpose=review`, { as });
        const bare = answer.status === 400 ? await api.call('GET', path, { as }) : answer;
        walked += 1;
        expect(hits(bare.text, as === near ? forNear : secret), `${path} ${bare.status}`).to.deep.equal([]);
      }
    }
    expect(walked).to.be.above(60);
  });
});
