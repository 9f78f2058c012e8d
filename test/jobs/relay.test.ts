import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { expect } from 'chai';
import type { Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { createNotifier } from '../../activities/notify.ts';
import { loadReference } from '../../infra/reference.ts';
import { createRelay } from '../../activities/relay.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { isSilent } from '../../domain/notice/notices.ts';
import { createQueues, createWorker, type JobWorker, type Queues } from '../../infra/queues.ts';
import { redisReady } from '../../infra/redis.ts';
import { connectMongo } from '../../models/db.ts';
import { ensureIndexes } from '../../models/indexes.ts';
import { createModels, type Models } from '../../models/index.ts';
import { startRedis } from '../../stack/redis.ts';
import type { ServerProcess } from '../../stack/server-process.ts';
import { insertAccount } from '../support/accounts.ts';
import { VILLAGE } from '../support/people.ts';
import { recordStory } from '../support/recorded.ts';
import { freePorts, temporaryFolder, useStack } from '../support/stack.ts';
import { submittedNeed } from '../support/story.ts';

describe('The relay', function () {
  this.timeout(90_000);
  const stack = useStack();
  let redisServer: ServerProcess;
  let db: Connection;
  let models: Models;
  let queues: Queues;
  let running: { stop(): Promise<void> }[] = [];
  /** What the relays said: it belongs to the failure of a test that waited in vain. */
  let said: string[] = [];
  const log = {
    info: () => {},
    warn: (...[about, text]: unknown[]) =>
      void said.push(
        typeof about === 'string' ? about : `${String(text)}: ${String((about as { err?: unknown }).err)}`,
      ),
  };

  before(async () => {
    const [port = 0] = await freePorts(1);
    redisServer = await startRedis({ port, dir: join(await temporaryFolder(), 'relay') });
    db = await connectMongo(stack.config);
    models = createModels(db);
    await ensureIndexes(db);
    await insertAccount(models, VILLAGE.id, { role: 'cadre', level: 'village', regionCode: VILLAGE.regionCode ?? '' });
  });
  beforeEach(async () => {
    said = [];
    for (const { collectionName } of await db
      .listCollections()
      .then((all) => all.map(({ name }) => ({ collectionName: name })))) {
      if (collectionName !== 'accounts') await db.collection(collectionName).deleteMany({});
    }
    queues = createQueues({ redis: { url: redisServer.address } }, { prefix: `t${uuidv7().slice(-8)}` });
    expect(await redisReady(queues.redis)).to.equal(true);
  });
  afterEach(async () => {
    for (const one of running) await one.stop();
    running = [];
    await queues.close();
  });
  after(async () => {
    await db?.close();
    await redisServer?.stop();
  });

  /** A relay as its own process would run it. */
  function relay(options: { lost?: () => void } = {}): { stop(): Promise<void> } {
    const stop = new AbortController();
    const seen = { waitingSince: () => {}, published: () => {}, placeLost: () => options.lost?.() };
    const done = createRelay({ db, sink: queues, log, leaseMs: 1500, seen }).run(stop.signal);
    const handle = {
      async stop() {
        stop.abort();
        await done;
      },
    };
    running.push(handle);
    return handle;
  }

  const record = async (cases: number): Promise<string[]> =>
    Promise.all(Array.from({ length: cases }, () => recordStory(db, submittedNeed())));
  const allEvents = async (): Promise<string[]> =>
    (await models.events.events.find({}).toArray()).map(({ _id }) => _id).sort();
  /** What waits in a queue, sorted. Nobody consumes in most of these tests. */
  async function queued(name: 'notifications' | 'statistics' = 'notifications'): Promise<string[]> {
    const jobs = await queues.all[name].getJobs(['waiting', 'delayed', 'active', 'completed'], 0, 5000);
    return jobs.map((job) => job.data.eventId).sort();
  }
  async function until(what: string, holds: () => Promise<boolean>, ms = 20_000): Promise<void> {
    for (const giveUp = Date.now() + ms; Date.now() < giveUp; await sleep(50)) {
      if (await holds().catch(() => false)) return;
    }
    const state = await models.relayStates.find('events');
    const found = { notifications: await queued(), statistics: await queued('statistics'), state, said };
    throw new Error(`never came: ${what}; ${JSON.stringify(found)}`);
  }
  const untilAllQueued = async (): Promise<void> => {
    const stored = await models.events.events.find({}).toArray();
    const heard = stored.filter(({ caseType, type }) => !isSilent(caseType, type)).map(({ _id }) => _id);
    const wanted = heard.sort();
    const cases = [...new Set(stored.map(({ caseType, caseId }) => `${caseType}:${caseId}:`))];
    await until('every event that speaks, and one of every case', async () => {
      const [notifications, statistics] = await Promise.all([queued(), queued('statistics')]);
      const counted = cases.every((key) => statistics.some((id) => id.startsWith(key)));
      return String(notifications) === String(wanted) && counted;
    });
  };

  /** The relay has left the reading of the collection behind and tails the stream. */
  const untilTailing = (): Promise<void> =>
    until('a saved place', async () => Boolean((await models.relayStates.find('events'))?.token));

  it('passes on what was recorded before it ran, while it ran and while it was stopped, each event once', async () => {
    await record(3);
    const first = relay();
    await untilAllQueued();
    await record(3);
    await untilAllQueued();
    await first.stop();
    await record(3);
    relay();
    await untilAllQueued();
    expect(await allEvents()).to.have.length(18);
  });

  it('goes on from its place after a stop, without reading the collection again', async () => {
    const first = relay();
    await record(2);
    await untilAllQueued();
    await untilTailing();
    await first.stop();
    await queues.all.notifications.obliterate({ force: true });
    relay();
    await record(1);
    await until('the new events', async () => (await queued()).length >= 2);
    expect(await queued()).to.have.length(2);
  });

  for (const [name, spoil] of [
    ['a token from before the log begins', (token: string) => `82${'5E000000'}${token.slice(10)}`],
    ['a token that is no token', () => 'nonsense'],
  ] as const) {
    it(`finds its way by position after ${name}`, async () => {
      const first = relay();
      await untilTailing();
      const { token: idle } = (await models.relayStates.find('events')) ?? {};
      await record(2);
      await untilAllQueued();
      // The token of an event, not of a quiet moment: a server that has its whole log accepts any old moment.
      await until('the place of an event', async () => {
        const { token } = (await models.relayStates.find('events')) ?? {};
        return JSON.stringify(token) !== JSON.stringify(idle);
      });
      await first.stop();
      await record(2);
      const state = await models.relayStates.find('events');
      const token = (state?.token as { _data: string })._data;
      await models.relayStates.states.updateOne({ _id: 'events' }, { $set: { token: { _data: spoil(token) } } });
      let lost = 0;
      relay({ lost: () => (lost += 1) });
      await untilAllQueued();
      await record(1);
      await untilAllQueued();
      expect(lost).to.equal(1);
    });
  }

  it('misses no event that was recorded long after it happened', async () => {
    const first = relay();
    await record(1);
    await untilAllQueued();
    await first.stop();
    const late = submittedNeed();
    expect(late.events[0]?.at).to.be.lessThan(Date.now() - 86_400_000);
    await recordStory(db, late);
    await models.relayStates.states.updateOne({ _id: 'events' }, { $set: { token: { _data: 'nonsense' } } });
    relay();
    await untilAllQueued();
  });

  it('waits while Redis is killed and loses nothing, and nobody is told twice', async () => {
    const { prefix } = queues;
    const notify = createNotifier({
      db,
      deciders: CASE_DECIDERS,
      words: {},
      categories: loadReference({ profile: 'test' }).categories,
    });
    const worker: JobWorker = createWorker(
      { redis: { url: redisServer.address } },
      'notifications',
      ({ data }) => notify(data.eventId),
      { prefix, concurrency: 4 },
    );
    relay();
    await record(2);
    await until('the first messages', async () => (await models.inbox.inbox.countDocuments({})) >= 2);
    await redisServer.kill();
    const during = await record(3);
    await sleep(500);
    await redisServer.start();
    await record(2);
    // One message per case for the cadre of the village and one for the publisher.
    await until('all messages', async () => (await models.inbox.inbox.countDocuments({})) === 14, 40_000);
    await sleep(1000);
    expect(await models.inbox.inbox.countDocuments({})).to.equal(14);
    expect(await models.inbox.inbox.countDocuments({ caseId: { $in: during } })).to.equal(6);
    await worker.close(2000);
  });

  it('publishes again what waited in a Redis that lost its data', async () => {
    relay();
    await record(2);
    await untilAllQueued();
    await queues.redis.flushall();
    await record(1);
    await untilAllQueued();
    expect(await allEvents()).to.have.length(6);
  });

  it('runs in one process at a time, and the next takes over when that one vanishes', async () => {
    const published = { a: 0, b: 0 };
    const start = (name: 'a' | 'b') => {
      const stop = new AbortController();
      const seen = {
        waitingSince: () => {},
        published: (n: number) => void (published[name] += n),
        placeLost: () => {},
      };
      const done = createRelay({ db, sink: queues, log, leaseMs: 1500, seen }).run(stop.signal);
      const handle = { stop: async () => (stop.abort(), done) };
      running.push(handle);
      return handle;
    };
    const a = start('a');
    await record(1);
    await untilAllQueued();
    start('b');
    await record(2);
    await untilAllQueued();
    // At least once: what the first reading of the collection saw may come by the stream too.
    expect(published.a).to.be.at.least(6);
    expect(published.b).to.equal(0);
    await a.stop();
    await record(1);
    await untilAllQueued();
    expect(published.b).to.be.at.least(2);
    // A process that was killed has not released its lease.
    await models.relayStates.states.updateOne(
      { _id: 'events' },
      { $set: { owner: 'killed', leaseUntil: new Date(Date.now() + 2000) } },
    );
    await record(1);
    await untilAllQueued();
  });
});
