import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { ServerProcess } from '../../stack/server-process.ts';
import {
  liveOnce,
  reached,
  settled,
  sharedPlatform,
  stopSharedPlatform,
  type Answered,
  type Platform,
} from '../support/platform.ts';

const LONG = process.env['FAULTS'] === 'long';
const LIVES = LONG ? 1_000 : 84;
const LANES = 10;

after(async function () {
  this.timeout(60_000);
  await stopSharedPlatform();
});

/** The platform under kill -9, driven over HTTP; afterwards the checker must find nothing. */
describe('Under faults', function () {
  this.timeout(LONG ? 60 * 60_000 : 10 * 60_000);
  let platform: Platform;
  before(async () => {
    platform = await sharedPlatform();
  });

  /** Quiet, then whole: prints its numbers and fails with every fault. */
  async function whole(ms = 150_000): Promise<void> {
    await platform.quiet(ms);
    const { counts, faults } = await platform.check();
    console.log(
      `      ${Object.entries(counts)
        .map(([name, n]) => `${n} ${name}`)
        .join(', ')}; ${faults.length} faults`,
    );
    expect(faults).to.deep.equal([]);
  }
  async function during(server: ServerProcess, work: () => Promise<void>): Promise<void> {
    await server.kill();
    try {
      await work();
    } finally {
      await server.start();
    }
  }
  const post = (path: string, as = platform.people.cadre, body: object = {}, patienceMs = 60_000): Promise<Answered> =>
    platform.call('POST', path, as, { body, patienceMs });
  async function submitted(): Promise<string> {
    const needId = await platform.draft();
    const answer = await platform.call('POST', `/v1/needs/${needId}/submit`, platform.people.publisher);
    expect(answer.status, JSON.stringify(answer.body)).to.equal(202);
    platform.log.acknowledged.push({ caseType: 'need', caseId: needId });
    return needId;
  }
  async function underReview(): Promise<string> {
    const needId = await submitted();
    await reached(platform, 'need', needId, ['underReview']);
    return needId;
  }
  const appliedTimes = (needId: string, type: string): Promise<number> =>
    platform.inside.deps.models.events.events.countDocuments({ caseId: needId, type });

  it(`loses and doubles nothing in ${LIVES} lives while every process and server is killed in turn`, async () => {
    const ends: Record<string, number> = {};
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < LIVES) {
        const end = await liveOnce(platform, (next += 1)).catch((error: unknown) => String(error));
        ends[end] = (ends[end] ?? 0) + 1;
      }
    };
    const lanes = Promise.all(Array.from({ length: LANES }, lane));
    const { api, cases, jobs, stack } = platform;
    let kills = 0;
    let over = false;
    void lanes.finally(() => (over = true));
    const victims = [api, cases, jobs, stack.redis, stack.mongo, stack.temporal];
    for (let round = 0; round < (LONG ? 5 : 1); round += 1) {
      for (const victim of victims) {
        // Between two kills some lives must go on, or nothing would be torn in the middle.
        const before = next;
        for (let waited = 0; next < before + 8 && !over && waited < 60_000; waited += 100) await sleep(100);
        if (!over) kills += 1;
        await victim.kill();
        await victim.start();
      }
    }
    await lanes;
    console.log(`      ${kills} kills while lives ran; ends: ${JSON.stringify(ends)}`);
    expect(Object.keys(ends).filter((end) => end !== 'followed' && end !== 'abandoned')).to.deep.equal([]);
    expect(kills).to.be.at.least(victims.length);
    await whole();
  });

  it('accepts submissions and decisions while Temporal is away, and applies them once when it is back', async () => {
    const waiting = await underReview();
    let later = '';
    let decided: Answered | undefined;
    await during(platform.stack.temporal, async () => {
      later = await submitted();
      decided = await post(`/v1/needs/${waiting}/approve`);
      expect(decided.status, JSON.stringify(decided.body)).to.equal(202);
    });
    expect(await settled(platform, decided as Answered, platform.people.cadre)).to.equal(true);
    await reached(platform, 'need', later, ['underReview']);
    expect(await appliedTimes(waiting, 'reviewApproved')).to.equal(1);
    await whole();
  });

  it('applies a decision once whose update was abandoned while the worker was away, though its twin came too', async () => {
    const waiting = await underReview();
    let decided: Answered | undefined;
    await during(platform.cases, async () => {
      decided = await post(`/v1/needs/${waiting}/approve`);
      expect(decided.status, JSON.stringify(decided.body)).to.equal(202);
    });
    expect(await settled(platform, decided as Answered, platform.people.cadre)).to.equal(true);
    expect(await appliedTimes(waiting, 'reviewApproved')).to.equal(1);
    await whole();
  });

  it('tells each of 60 overlapping callers of one case the truth', async () => {
    const needId = await underReview();
    await settled(platform, await post(`/v1/needs/${needId}/approve`), platform.people.cadre);
    const { publisher } = platform.people;
    const names = ['renew', 'close-early', 'withdraw'];
    const answers = await Promise.all(
      Array.from({ length: 60 }, async (_, i) => {
        const name = names[i % 3] ?? 'renew';
        return post(`/v1/needs/${needId}/${name}`, publisher, {});
      }),
    );
    const pending = answers.filter(({ status }) => status === 202).length;
    const truth = await Promise.all(
      answers.map(async (answer) => ((await settled(platform, answer, publisher)) ? 1 : 0)),
    );
    const told: number = truth.reduce<number>((sum, n) => sum + n, 0);
    await platform.quiet(60_000);
    const { commands } = platform.inside.deps.models.commands;
    const mine = { caseId: needId, name: { $in: ['renew', 'closeEarly', 'withdraw'] } };
    const applied = await commands.countDocuments({ ...mine, status: 'applied' });
    const refused = await commands.countDocuments({ ...mine, status: 'refused' });
    console.log(`      60 callers: ${applied} applied, ${refused} refused, ${pending} answered 202`);
    expect([applied, applied + refused]).to.deep.equal([told, 60]);
    await whole();
  });

  it('decides while Redis is away, and delivers the messages when it is back', async () => {
    const waiting = await underReview();
    await during(platform.stack.redis, async () => {
      const decided = await post(`/v1/needs/${waiting}/approve`);
      expect(decided.status, JSON.stringify(decided.body)).to.equal(200);
      await settled(platform, decided, platform.people.cadre);
    });
    const { inbox } = platform.inside.deps.models.inbox;
    const told = { caseId: waiting, accountId: platform.people.publisher.id };
    for (let waited = 0; waited < 60_000 && (await inbox.countDocuments(told)) === 0; waited += 200) await sleep(200);
    expect(await inbox.countDocuments(told)).to.be.at.least(1);
    await whole();
  });

  it('says 503 and sends nothing while MongoDB is away', async () => {
    const waiting = await underReview();
    await during(platform.stack.mongo, async () => {
      const decided = await post(`/v1/needs/${waiting}/approve`, platform.people.cadre, {}, 0);
      expect(decided.status, JSON.stringify(decided.body)).to.equal(503);
    });
    await platform.quiet(60_000);
    expect(await appliedTimes(waiting, 'reviewApproved')).to.equal(0);
    await whole();
  });
});
