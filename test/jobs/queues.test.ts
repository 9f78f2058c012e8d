import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { eventJobId, QUEUE_NAMES } from '../../contracts/jobs.ts';
import { createQueueDashboard, QUEUE_DASHBOARD_PATH } from '../../infra/queue-dashboard.ts';
import { createJobs, createQueues, createWorker, QueueAway, type Queues } from '../../infra/queues.ts';
import { redisReady } from '../../infra/redis.ts';
import { freePorts, useStack } from '../support/stack.ts';

describe('The queues', function () {
  this.timeout(30_000);
  const stack = useStack();
  let queues: Queues;
  let away: Queues;
  const servers: Server[] = [];

  before(async () => {
    const [port] = await freePorts(1);
    away = createQueues({ redis: { url: `redis://127.0.0.1:${port}` } });
    queues = createQueues(stack.config);
    expect(await redisReady(queues.redis)).to.equal(true);
  });
  after(async () => {
    for (const server of servers) server.close();
    await away?.close();
    await queues?.close();
  });

  const dashboardOf = async (of: Queues): Promise<string> => {
    const app = express();
    app.use(QUEUE_DASHBOARD_PATH, createQueueDashboard(of));
    const server = createServer(app);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}${QUEUE_DASHBOARD_PATH}`;
  };

  it('refuse at once while Redis is away, so that nobody waits', async () => {
    const begin = Date.now();
    const error: unknown = await away.add('imports', [{ data: { importId: 'x' } }]).catch((e: unknown) => e);
    expect(error).to.be.instanceOf(QueueAway);
    expect(await createJobs(away).importHouseholds('x')).to.equal(false);
    expect(Date.now() - begin).to.be.lessThan(500);
  });

  it('take a job once, and a job id tells two histories of one case apart', async () => {
    const jobs = createJobs(queues);
    expect(await jobs.importHouseholds('one')).to.equal(true);
    expect(await jobs.importHouseholds('one')).to.equal(true);
    expect(await queues.all.imports.getWaitingCount()).to.equal(1);
    const id = 'need:018f0000-0000-7000-8000-000000000000:3';
    const event = { id, type: 'needPublished', hash: 'aaaaaaaabb' };
    await queues.publish([event]);
    await queues.publish([event]);
    expect(await queues.all.notifications.getWaitingCount()).to.equal(1);
    expect(eventJobId(event)).not.to.equal(eventJobId({ ...event, hash: 'bbbbbbbbaa' }));
    expect(eventJobId(event)).not.to.contain(':');
  });

  it('tell of a text that has not arrived although the job that sent it is remembered', async () => {
    const jobs = createJobs(queues);
    expect(await jobs.sendSms('one')).to.equal(true);
    expect(await jobs.reportSms('one')).to.equal(true);
    expect(await jobs.reportSms('one')).to.equal(true);
    const waiting = await queues.all.sms.getWaiting();
    expect(waiting.map(({ data }) => data.smsId)).to.deep.equal(['one', 'one']);
  });

  it('carry no event that tells nobody anything, and one count for all events of a case', async () => {
    await Promise.all(Object.values(queues.all).map((queue) => queue.drain(true)));
    const event = (caseId: string, seq: number, type: string) => ({
      id: `need:${caseId}:${seq}`,
      type,
      hash: `${caseId}${seq}aaaaaaaa`,
    });
    await queues.publish([
      event('one', 1, 'needSubmitted'),
      event('two', 4, 'progressChanged'),
      event('one', 2, 'reviewStarted'),
      event('one', 3, 'progressChanged'),
    ]);
    await queues.publish([event('two', 5, 'progressChanged')]);
    const waiting = async (queue: Queues['all']['notifications']) =>
      (await queue.getJobs(['waiting', 'delayed'])).map(({ data }) => data.eventId).sort();
    expect(await waiting(queues.all.notifications)).to.deep.equal(['need:one:1', 'need:one:2']);
    expect(await waiting(queues.all.statistics)).to.deep.equal(['need:one:3', 'need:two:4']);
  });

  it('count a case once more when something of it is published while it is being counted', async () => {
    await Promise.all(Object.values(queues.all).map((queue) => queue.drain(true)));
    const event = (seq: number) => ({ id: `need:three:${seq}`, type: 'progressChanged', hash: `three${seq}aaaa` });
    const counted: string[] = [];
    const counting = new EventEmitter();
    const worker = createWorker(
      stack.config,
      'statistics',
      async ({ data }) => {
        counted.push(data.eventId);
        counting.emit('begun');
        if (counted.length === 1) await once(counting, 'go');
      },
      { prefix: queues.prefix, concurrency: 1 },
    );
    try {
      const begun = once(counting, 'begun');
      await queues.publish([event(1)]);
      await begun;
      await queues.publish([event(2)]);
      await queues.publish([event(3)]);
      const again = once(counting, 'begun');
      counting.emit('go');
      await again;
      expect(counted).to.deep.equal(['need:three:1', 'need:three:3']);
    } finally {
      await worker.close(5000);
    }
  });

  it('show in the dashboard, with every file that its page names', async () => {
    const url = await dashboardOf(queues);
    const page = await fetch(url);
    const html = await page.text();
    expect(page.status).to.equal(200);
    const files = [...html.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)].map((match) => match[1] ?? '');
    expect(files.length).to.be.greaterThan(0);
    const base = /<base href="([^"]+)"/.exec(html)?.[1] ?? '';
    for (const file of files) expect((await fetch(new URL(file, new URL(base, url)))).status, file).to.equal(200);
    const state = (await (await fetch(`${url}/api/queues`)).json()) as { queues: { name: string }[] };
    expect(state.queues.map(({ name }) => name)).to.have.members([...QUEUE_NAMES]);
  });

  it('say in the dashboard that Redis is away instead of letting the page hang', async () => {
    const answer = await fetch(await dashboardOf(away));
    expect(answer.status).to.equal(503);
    expect(answer.headers.get('retry-after')).to.equal('5');
  });
});
