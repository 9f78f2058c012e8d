import { expect } from 'chai';
import type { TestApi, TestPerson } from './api.ts';
import { bodyOf, ok, until, upload, VILLAGE, type Village } from './needs.ts';
import { codeFor, text } from './sms.ts';

/** A mark for each kind of writing beside the need's own: each stands nowhere else. */
export const PLANTED_WORDS = {
  householdPhone: '13984067217',
  sms: '请转告樟树下的二叔公别再托人带话',
  offer: '捐赠人住在樟树旁第二排的绿门院子',
  complaint: '樟树旁老屋的主人和村里有旧怨一直没有人管',
  certification: '樟树旁老屋迁户口时派出所写错了一个字',
  news: '樟树旁老屋的棉被昨天已经送到手里',
  thanks: '住在樟树旁的两位老人谢谢好心人',
  sponsorship: '樟树湾互助同乡会',
} as const;

interface Made {
  readonly id: string;
}

/**
 * Writes each of them through the public API, by people of the village.
 * @returns the ids of what came of it, by the parameters of the routes
 */
export async function writeEverywhere(
  api: TestApi,
  { village, needId, donor, newcomer }: { village: Village; needId: string; donor: TestPerson; newcomer: TestPerson },
): Promise<Record<string, string>> {
  const made = async (as: TestPerson, path: string, body: object): Promise<string> => {
    const answer = await api.call('POST', path, { as, body });
    expect(answer.status, `${path}: ${answer.text}`).to.equal(201);
    return bodyOf<Made>(answer).id;
  };
  const { publisher, townCadre, countyCadre, operator } = village;

  await ok(api, publisher, `/v1/needs/${needId}/thanks`, { text: PLANTED_WORDS.thanks });
  await ok(api, publisher, `/v1/needs/${needId}/news`, { text: PLANTED_WORDS.news });
  const news = await api.call('GET', `/v1/needs/${needId}/news`, { as: publisher });
  const newsId = bodyOf<{ items: Made[] }>(news).items[0]?.id ?? '';

  const goods = { category: 'bedding', itemName: '加厚棉被', unit: '床', quantity: 5, unitValueFen: 8_000 };
  const until_ = new Date(Date.now() + 30 * 86_400_000).toISOString();
  const where = { condition: 'new', delivery: 'villagePoint', regionCode: VILLAGE.slice(0, 6), until: until_ };
  const offerId = await made(donor, '/v1/offers', { ...goods, ...where });
  await until(api, 'offer', offerId, 'underReview');
  const no = { reasonCode: 'notSuitable', reason: PLANTED_WORDS.offer };
  await ok(api, countyCadre, `/v1/offers/${offerId}/refuse`, no);

  const complaint = { about: 'platform', kind: 'unfair', text: PLANTED_WORDS.complaint };
  const complaintId = await made(publisher, '/v1/complaints', complaint);

  const papers = [await upload(api, newcomer)];
  const certificationId = await made(newcomer, '/v1/certifications', {
    regionCode: VILLAGE,
    statement: PLANTED_WORDS.certification,
    photos: papers,
  });
  await until(api, 'certification', certificationId, 'underReview');
  const refusal = { reasonCode: 'notConfirmed', reason: PLANTED_WORDS.certification };
  await ok(api, townCadre, `/v1/certifications/${certificationId}/refuse`, refusal);

  const sponsorship = { organisation: PLANTED_WORDS.sponsorship, delivery: 'villagePoint', needs: 1, region: VILLAGE };
  const sponsorshipId = await made(donor, '/v1/sponsorships', sponsorship);
  await until(api, 'sponsorship', sponsorshipId, 'underReview');
  const stop = { reasonCode: 'notSuitable', reason: '材料不全，请补充' };
  await ok(api, operator, `/v1/sponsorships/${sponsorshipId}/refuse`, stop);

  await textAndVisit(api, village);
  return { newsId, offerId, complaintId, certificationId, sponsorshipId };
}

/** The household's phone writes, and comes in by number and code. */
async function textAndVisit(api: TestApi, { household }: Village): Promise<void> {
  const { number } = household;
  const phone = PLANTED_WORDS.householdPhone;
  expect((await text(api, phone, PLANTED_WORDS.sms)).status).to.equal(200);
  expect((await api.call('POST', '/v1/household-sessions/codes', { body: { number, phone } })).status).to.equal(202);
  const body = { number, phone, code: await codeFor(api, phone) };
  const session = await api.call('POST', '/v1/household-sessions', { body });
  expect(session.status, session.text).to.equal(201);
  const { accessToken: token } = bodyOf<{ accessToken: string }>(session);
  const as = { id: household.id, phone, token };
  expect((await api.call('GET', '/v1/my/needs', { as })).status).to.equal(200);
}
