import { expect } from 'chai';
import { checkAll } from '../../activities/check.ts';
import type { Answer, TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, quilts, settle, until, type Village } from '../support/needs.ts';

describe('The standby queue', function () {
  this.timeout(90_000);
  const api = useLiveApi();
  let village: Village;
  beforeEach(async () => {
    village = await settle(api);
  });

  const need = async (needId: string) => {
    const found = await api.deps.models.needs.find(needId);
    if (found === null) throw new Error('no need');
    return found;
  };
  const claim = (needId: string, as: TestPerson, body: object = {}): Promise<Answer> =>
    api.call('POST', `/v1/needs/${needId}/claims`, { as, body: { delivery: 'villagePoint', whole: true, ...body } });
  const idOf = (answer: Answer): string => bodyOf<{ id: string }>(answer).id;
  const codeOf = (answer: Answer): string => bodyOf<{ code: string }>(answer).code;
  const held = async (needId: string) =>
    api.deps.models.pledges.pledges.countDocuments({ needId, stage: 'held' as const });
  /** Everything of this test's needs, as the checker sees it: units, queue and counts. */
  async function mustBeWhole(): Promise<void> {
    const { faults } = await checkAll({ models: api.deps.models, look: null, counters: false });
    expect(faults).to.deep.equal([]);
  }
  const quiet = (needId: string) => async () => {
    const { commands } = api.deps.models.commands;
    const ids = (await api.deps.models.pledges.pledges.find({ needId }).toArray()).map(({ _id }) => _id);
    return (await commands.countDocuments({ caseId: { $in: [needId, ...ids] }, status: 'pending' })) === 0;
  };
  async function eventually(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (let waited = 0; waited < 20_000; waited += 50) {
      if (await holds()) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never: ${what}`);
  }

  it('takes who asks for it and only while others hold the units', async () => {
    const needId = await publish(api, village, { lines: quilts(1) });
    const [first, second, third] = await Promise.all([api.donor(), api.donor(), api.donor()]);
    const won = await claim(needId, first, { standby: true });
    expect(bodyOf<{ standby: boolean }>(won).standby).to.equal(false);
    await until(api, 'pledge', idOf(won), 'held');
    expect((await claim(needId, second)).status).to.equal(409);
    const waits = await claim(needId, second, { standby: true });
    expect([waits.status, bodyOf<{ standby: boolean }>(waits).standby]).to.deep.equal([201, true]);
    await until(api, 'pledge', idOf(waits), 'waiting');
    const again = await claim(needId, second, { standby: true });
    expect([again.status, codeOf(again)]).to.deep.equal([409, 'ALREADY_WAITING']);
    const own = await claim(needId, village.publisher, { standby: true });
    expect([own.status, codeOf(own)]).to.deep.equal([403, 'OWN_NEED']);
    expect(await need(needId)).to.deep.include({ openPledges: 1, waiting: 1 });
    await ok(api, second, `/v1/pledges/${idOf(waits)}/leave`);
    expect(await need(needId)).to.deep.include({ openPledges: 1, waiting: 0 });
    const late = await claim(needId, third, { standby: true });
    await until(api, 'pledge', idOf(late), 'waiting');
    await ok(api, first, `/v1/pledges/${idOf(won)}/release`, {});
    await until(api, 'pledge', idOf(late), 'held');
    expect(await need(needId)).to.deep.include({ openPledges: 1, waiting: 0 });
    await mustBeWhole();
  });

  it('passes over who is frozen: the next one is served, and he keeps his place', async () => {
    const needId = await publish(api, village, { lines: quilts(1) });
    const [first, stopped, next] = await Promise.all([api.donor(), api.donor(), api.donor()]);
    const won = await claim(needId, first);
    await until(api, 'pledge', idOf(won), 'held');
    const [waits, after] = [
      await claim(needId, stopped, { standby: true }),
      await claim(needId, next, { standby: true }),
    ];
    for (const one of [waits, after]) await until(api, 'pledge', idOf(one), 'waiting');
    const frozen = { at: new Date(), by: village.operator.id, reason: '正在核实身份' };
    await api.deps.models.accounts.accounts.updateOne({ _id: stopped.id }, { $set: { frozen } });
    await ok(api, first, `/v1/pledges/${idOf(won)}/release`, {});
    await until(api, 'pledge', idOf(after), 'held');
    expect((await api.deps.models.pledges.find(idOf(waits)))?.stage).to.equal('waiting');
    expect(await need(needId)).to.deep.include({ openPledges: 1, waiting: 1 });
    await eventually('quiet', quiet(needId));
    await mustBeWhole();
  });

  it('has fifty donors for one quilt; a release promotes the first of them and nobody else', async () => {
    const needId = await publish(api, village, { lines: quilts(1) });
    const donors = await Promise.all(Array.from({ length: 50 }, () => api.donor()));
    const answers = await Promise.all(donors.map((donor) => claim(needId, donor, { standby: true })));
    expect(answers.every(({ status }) => status === 201)).to.equal(true);
    const winners = answers.filter((answer) => !bodyOf<{ standby: boolean }>(answer).standby);
    expect(winners).to.have.length(1);
    const { pledges } = api.deps.models.pledges;
    const queued = async () => pledges.countDocuments({ needId, stage: 'waiting' as const });
    await eventually('all wait', async () => (await queued()) === 49 && (await held(needId)) === 1);
    const head = await pledges.find({ needId, stage: 'waiting' }).sort({ queuedAt: 1, _id: 1 }).limit(1).toArray();
    const donorOf = (answer: Answer | undefined) => donors[answers.indexOf(answer as Answer)] as TestPerson;
    await ok(api, donorOf(winners[0]), `/v1/pledges/${idOf(winners[0] as Answer)}/release`, {});
    await until(api, 'pledge', head[0]?._id ?? '', 'held');
    await eventually('all is told', quiet(needId));
    expect([await queued(), await held(needId)]).to.deep.equal([48, 1]);
    expect(await need(needId)).to.deep.include({ openPledges: 1, waiting: 48 });
    const late = [await api.donor(), await api.donor()];
    for (const donor of late) {
      await until(api, 'pledge', idOf(await claim(needId, donor, { standby: true })), 'waiting');
    }
    const full = await claim(needId, await api.donor(), { standby: true });
    expect([full.status, codeOf(full)]).to.deep.equal([409, 'STANDBY_FULL']);
    await mustBeWhole();
  });

  it('frees a quilt once when who is promoted leaves in the same moment', async () => {
    const needId = await publish(api, village, { lines: quilts(6) });
    const holders = await Promise.all(Array.from({ length: 6 }, () => api.donor()));
    const lineId = (await need(needId)).lines[0]?.id ?? '';
    const one = { whole: undefined, lines: [{ lineId, quantity: 1 }], standby: true };
    const holds = await Promise.all(holders.map((donor) => claim(needId, donor, one)));
    const waiters = await Promise.all(Array.from({ length: 12 }, () => api.donor()));
    const waits = await Promise.all(waiters.map((donor) => claim(needId, donor, one)));
    const { pledges } = api.deps.models.pledges;
    await eventually('12 wait', async () => (await pledges.countDocuments({ needId, stage: 'waiting' })) === 12);
    await Promise.all([
      ...holds.map((hold, i) =>
        api.call('POST', `/v1/pledges/${idOf(hold)}/release`, { as: holders[i] as TestPerson, body: {} }),
      ),
      ...waits.map((wait, i) => api.call('POST', `/v1/pledges/${idOf(wait)}/leave`, { as: waiters[i] as TestPerson })),
    ]);
    await eventually('all is told', quiet(needId));
    await eventually('nobody waits', async () => ((await need(needId)).waiting ?? 0) === 0);
    const [line] = (await need(needId)).lines;
    expect((line?.free ?? 0) + (line?.held ?? 0)).to.equal(6);
    expect(line?.held).to.equal(await held(needId));
    await mustBeWhole();
  });

  it('ends with its need', async () => {
    const needId = await publish(api, village, { lines: quilts(1) });
    const [first, second] = await Promise.all([api.donor(), api.donor()]);
    const won = await claim(needId, first);
    await until(api, 'pledge', idOf(won), 'held');
    const waits = await claim(needId, second, { standby: true });
    await until(api, 'pledge', idOf(waits), 'waiting');
    const reason = { reasonCode: 'notTrue', reason: '核实后发现情况不属实' };
    await ok(api, village.countyCadre, `/v1/needs/${needId}/take-down`, reason);
    await until(api, 'pledge', idOf(waits), 'released');
    await until(api, 'pledge', idOf(won), 'released');
    expect(await need(needId)).to.deep.include({ openPledges: 0, waiting: 0 });
    await eventually('all is told', quiet(needId));
    await mustBeWhole();
  });
});
