import { expect } from 'chai';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
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

  it('gets every unit once, is told at once when it is too late, and leaves others served and the need’s history short', async () => {
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

  it('waits at the door of what it wants, and of nothing else', () => {
    const gate = createCrowdGate({ by: 'needId', atOnce: 2 });
    const leave = gate.enter({ needId: 'a' });
    gate.enter({ needId: 'a' });
    expect(() => gate.enter({ needId: 'a' })).to.throw('busy');
    gate.enter({ needId: 'b' });
    leave();
    gate.enter({ needId: 'a' });
    expect(() => gate.enter({ needId: 'a' })).to.throw('busy');
  });

  it('keeps half of its places while the process is busy with others', () => {
    let busy = false;
    const gate = createCrowdGate({ by: 'needId', atOnce: 4 }, () => busy);
    gate.enter({ needId: 'a' });
    gate.enter({ needId: 'a' });
    busy = true;
    expect(() => gate.enter({ needId: 'a' })).to.throw('busy');
    busy = false;
    gate.enter({ needId: 'a' });
  });
});
