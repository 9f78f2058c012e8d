import { request } from 'node:http';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect } from 'chai';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
import type { GatewayBusy } from '../../api/gateway-limits.ts';
import { createCrowdGate } from '../../api/middleware/crowd.ts';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { publish, quilts, settle, until, VILLAGE } from '../support/needs.ts';

const UNITS = 8;
const DONORS = 300;

describe('a crowd of donors on one need', function () {
  this.timeout(60_000);
  const api = useLiveApi();

  /** Who comes when all is gone leaves no trace; who got his unit and lost the answer still gets it. */
  async function lateComers(
    needId: string,
    body: object,
    { winner, loser }: { readonly winner: TestPerson | undefined; readonly loser: TestPerson | undefined },
  ): Promise<void> {
    if (winner === undefined || loser === undefined) throw new Error('nobody won or lost');
    const claims = `/v1/needs/${needId}/claims`;
    const count = () => api.deps.models.idempotency.records.countDocuments();
    // The first looks at the need, and those after him are told what he saw.
    await api.call('POST', claims, { as: loser, body, key: 'late-0' });
    const before = await count();
    for (const key of ['late-1', 'late-2']) {
      const late = await api.call('POST', claims, { as: loser, body, key });
      // Which of the two depends on whether the need's own case has heard of it by now.
      expect(`${late.status},${String(late.body['code'])}`).to.match(/^409,(UNITS_NOT_AVAILABLE|NOT_OPEN_FOR_CLAIMS)$/);
    }
    expect(await count(), 'records of answers').to.equal(before);
    const again = await api.call('POST', claims, { as: winner, body, key: `crowd-${winner.id}` });
    expect([again.status, again.headers.get('idempotency-replayed')]).to.deep.equal([201, 'true']);
  }

  it('gets every unit once, is told when it is too late, and leaves others served and the need’s history short', async () => {
    const needId = await publish(api, await settle(api), {
      lines: quilts(UNITS),
    });
    const lineId = (await api.deps.models.needs.find(needId))?.lines[0]?.id ?? '';
    const donors = await Promise.all(Array.from({ length: DONORS }, () => api.donor()));
    const body = { delivery: 'villagePoint', lines: [{ lineId, quantity: 1 }] };
    let unsaid = 0;
    /** Comes again as often as he is told to, the same request each time, but doesn't wait as long as he should. */
    const claim = async (as: TestPerson): Promise<number> => {
      const key = `crowd-${as.id}`;
      for (;;) {
        const answer = await api.call('POST', `/v1/needs/${needId}/claims`, { as, body, key });
        if (answer.status !== 429) return answer.status;
        if (answer.headers.get('retry-after') === null) unsaid += 1;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const crowd = Promise.all(donors.map(claim));
    const others = await Promise.all(Array.from({ length: 20 }, () => api.call('GET', `/v1/needs?region=${VILLAGE}`)));
    const statuses = await crowd;
    expect(others.every(({ status }) => status === 200)).to.equal(true);
    expect(statuses.filter((status) => status === 201)).to.have.length(UNITS);
    expect(statuses.filter((status) => status === 409)).to.have.length(DONORS - UNITS);
    expect(unsaid).to.equal(0);
    const { needs, pledges, donors: counts, events } = api.deps.models;
    const pledged = await pledges.pledges.find({ needId }).toArray();
    expect(pledged).to.have.length(UNITS);
    expect(new Set(pledged.map(({ donorId }) => donorId)).size).to.equal(UNITS);
    const line = (await needs.find(needId))?.lines[0];
    expect([line?.free, line?.held]).to.deep.equal([0, UNITS]);
    const holds = await counts.ofMany(pledged.map(({ donorId }) => donorId));
    expect([...holds.values()].every((record) => record.holds === 1)).to.equal(true);
    await lateComers(needId, body, { winner: donors[statuses.indexOf(201)], loser: donors[statuses.indexOf(409)] });
    await until(api, 'need', needId, 'matched');
    // Submitted, screened, approved, committed in part and in all: the case hears of a crowd as of one donor.
    expect(await events.of('need', needId)).to.have.length.at.most(10);
    const client = createTemporalClient(api.deps.config);
    const { historyLength } = await client.workflow.getHandle(`need:${needId}`).describe();
    await client.connection.close();
    expect(historyLength).to.be.below(120);
  });

  it('is not kept out by those who never finish their requests', async () => {
    const needId = await publish(api, await settle(api));
    const donor = await api.donor();
    const { pathname, port, hostname } = new URL(`${api.url}/v1/needs/${needId}/claims`);
    const headers = {
      authorization: `Bearer ${donor.token}`,
      'content-type': 'application/json',
      'content-length': 90,
    };
    const slow = Array.from({ length: 80 }, () => request({ method: 'POST', hostname, port, path: pathname, headers }));
    for (const one of slow) one.on('error', () => undefined).write('{');
    try {
      const body = { delivery: 'villagePoint', whole: true };
      const claims = `/v1/needs/${needId}/claims`;
      expect((await api.call('POST', claims, { as: await api.donor(), body })).status).to.equal(201);
    } finally {
      for (const one of slow) one.destroy();
    }
  });

  /** A gate, and who came in by it so far. */
  function door(limits: { readonly atOnce: number; readonly waiting: number; readonly waitMs?: number }) {
    const state = { busy: false, inside: [] as string[] };
    const gate = createCrowdGate({ by: 'needId', waitMs: 5_000, ...limits }, () => state.busy);
    const come = (needId: string, name: string) => {
      let leave = (): void => {};
      const left = new Promise<void>((resolve) => (leave = resolve));
      const done = gate({ needId }, () => (state.inside.push(name), left));
      return { leave, done };
    };
    return { state, come };
  }
  const turned = async (done: Promise<void>): Promise<number> =>
    done.then(
      () => 0,
      (error: unknown) => (error as GatewayBusy).retryAfterSeconds,
    );

  it('waits at the door of what it wants, and of nothing else, and goes in together, in the order of coming', async () => {
    const { state, come } = door({ atOnce: 4, waiting: 4 });
    const [first] = ['1', '2', '3', '4', '5', '6', '7'].map((name) => come('a', name));
    expect(await turned(come('a', '8').done), 'the queue is full').to.be.within(1, 4);
    come('b', 'other');
    await nextTurn();
    expect(state.inside, 'as long as few are there nobody waits').to.deep.equal(['1', '2', '3', 'other']);
    first?.leave();
    await nextTurn();
    expect(state.inside).to.deep.equal(['1', '2', '3', 'other', '4', '5']);
  });

  it('is told to come back when its turn does not come', async () => {
    const { state, come } = door({ atOnce: 1, waiting: 2, waitMs: 20 });
    come('a', 'first');
    expect(await turned(come('a', 'second').done)).to.be.within(1, 4);
    expect(state.inside).to.deep.equal(['first']);
  });

  it('keeps half of its places while the process is busy with others', async () => {
    const { state, come } = door({ atOnce: 4, waiting: 10 });
    const [first, second, third] = ['1', '2', '3', '4', '5', '6', '7'].map((name) => come('a', name));
    state.busy = true;
    first?.leave();
    second?.leave();
    await nextTurn();
    expect(state.inside).to.deep.equal(['1', '2', '3', '4']);
    state.busy = false;
    third?.leave();
    await nextTurn();
    expect(state.inside).to.deep.equal(['1', '2', '3', '4', '5', '6', '7']);
  });
});
