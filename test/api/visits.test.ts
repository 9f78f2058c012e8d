import { expect } from 'chai';
import { v7 as uuidv7 } from 'uuid';
import type { TestPerson } from '../support/api.ts';
import { useLiveApi } from '../support/live.ts';
import { bodyOf, ok, publish, settle, TOWNSHIP, until, upload, type Village } from '../support/needs.ts';

const SECOND = 1 / 86_400;

interface Visit {
  id: string;
  about: 'outcome' | 'receipt';
  waitingOn: string;
}
interface Page {
  items: Visit[];
  next: string | null;
}

describe('Visits of a village’s cadre', function () {
  this.timeout(60_000);
  const api = useLiveApi((policy) => ({
    ...policy,
    shared: { ...policy.shared, jitterMs: 0 },
    pledge: { ...policy.pledge, sentReminderDays: SECOND / 2, sentVisitDays: SECOND },
  }));
  let village: Village;
  let needId: string;
  let pledgeId: string;

  const list = async (as: TestPerson, query = 'limit=100') =>
    bodyOf<Page>(await api.call('GET', `/v1/work-list/visits?${query}`, { as }));
  const ids = async (as: TestPerson) => (await list(as)).items.map(({ id }) => id);
  const counted = async (as: TestPerson) =>
    bodyOf<{ visits: number }>(await api.call('GET', '/v1/work-list', { as })).visits;

  before(async () => {
    village = await settle(api);
    needId = await publish(api, village);
    const donor = await api.donor();
    const body = { whole: true, delivery: 'faceToFace' };
    pledgeId = bodyOf<{ id: string }>(await api.call('POST', `/v1/needs/${needId}/claims`, { as: donor, body })).id;
    await until(api, 'pledge', pledgeId, 'held');
    await ok(api, donor, `/v1/pledges/${pledgeId}/send`, {});
    for (let waited = 0; waited < 100; waited += 1) {
      if ((await api.deps.models.pledges.find(pledgeId))?.waitingOn === 'villageCadre') break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  });

  it('are due where nobody confirms what was handed over face to face, and stand in his list, his counts and his day', async () => {
    const { villageCadre } = village;
    const found = (await list(villageCadre)).items.find(({ id }) => id === pledgeId);
    expect(found).to.include({ about: 'receipt', waitingOn: 'villageCadre' });
    const { visits } = bodyOf<{ visits: { count: number; items: Visit[] } }>(
      await api.call('GET', '/v1/work-list/today', { as: villageCadre }),
    );
    expect(visits.items.map(({ id }) => id)).to.include(pledgeId);
    expect([visits.count, await counted(villageCadre)]).to.deep.equal([visits.items.length, visits.items.length]);
    const parcels = await api.call('GET', '/v1/work-list/parcels?limit=100', { as: villageCadre });
    expect(parcels.text, 'no parcel').not.to.include(pledgeId);
  });

  it('are nobody’s elsewhere, of another level, or who is party to it', async () => {
    expect(await ids(await api.cadre('village', '420921100201'))).not.to.include(pledgeId);
    expect(await ids(await api.cadre('county', '360735'))).to.deep.equal([]);
    expect(await ids(await api.cadre('township', TOWNSHIP))).to.include(pledgeId);
    const { household } = village;
    const grants = [{ role: 'cadre' as const, level: 'village' as const, regionCode: '360735100223' }];
    expect(await ids(await api.person({ grants, householdId: household.id })), 'his own household').not.to.include(
      pledgeId,
    );
  });

  it('are one list with the questions that nobody answered, by the same deadline, page by page', async () => {
    const { needs } = api.deps.models.needs;
    const need = await needs.findOne({ _id: needId });
    if (need === null) throw new Error('no need');
    const due = (await api.deps.models.pledges.find(pledgeId))?.dueAt?.getTime() ?? 0;
    const asked = [-1, 0, 1].map((days) => ({
      ...need,
      _id: uuidv7(),
      stage: 'following' as const,
      waitingOn: 'villageCadre',
      dueAt: new Date(due + days),
    }));
    await needs.insertMany(asked);
    const seen: Visit[] = [];
    let next: string | null = '';
    while (next !== null) {
      const page: Page = await list(village.villageCadre, next === '' ? 'limit=1' : `limit=1&cursor=${next}`);
      expect(page.items).to.have.length(1);
      seen.push(...page.items);
      next = page.next;
    }
    const mine = seen.filter(({ id }) => id === pledgeId || asked.some(({ _id }) => _id === id));
    expect(mine).to.have.length(4);
    expect(mine.map(({ about }) => about)).to.include.members(['outcome', 'receipt']);
    expect([mine[0]?.id, mine[3]?.id]).to.deep.equal([asked[0]?._id, asked[2]?._id]);
    expect(await counted(village.villageCadre)).to.equal(seen.length);
    await needs.deleteMany({ _id: { $in: asked.map(({ _id }) => _id) } });
  });

  it('are done with when the cadre confirms the receipt', async () => {
    const { villageCadre } = village;
    const photoId = await upload(api, villageCadre);
    await ok(api, villageCadre, `/v1/pledges/${pledgeId}/confirm`, { photoId });
    expect(await ids(villageCadre)).not.to.include(pledgeId);
  });
});
