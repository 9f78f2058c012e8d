import { ApiError } from '../client.ts';
import { whenReady, type DemoDeps, type NeedView } from '../need-run.ts';
import type { Person } from '../people.ts';
import { uploadPhoto } from '../posting.ts';
import { must, until } from '../waiting.ts';
import { HOUSEHOLD, stageOf } from './place.ts';

/** What others do about a need: vouch for it, follow it, doubt it, check it again, and complain. */

/** A neighbour vouches while it is reviewed; strangers see how many did. */
export async function endorse({ client }: DemoDeps, neighbour: Person, needId: string): Promise<void> {
  const body = { relation: 'neighbour', text: '我就住在她家隔壁，她家的锅确实漏了，平时都借我家的用。' };
  await client.post('endorse', `/v1/needs/${needId}/endorsements`, neighbour.token, body);
}

export async function countEndorsements({ client }: DemoDeps, reader: Person, needId: string): Promise<void> {
  const { endorsements } = await client.get<{ endorsements: number }>(`/v1/needs/${needId}`, reader.token);
  must(endorsements === 1, `${endorsements} endorsements are shown, not one`);
}

interface AddedPhotos {
  readonly items: readonly { readonly needId: string; readonly photos: readonly string[] }[];
}

/** More photos of what was approved: it stays on the list, and another cadre than the poster keeps one and takes one down. */
export async function showMore({ client, people }: DemoDeps, poster: Person, needId: string): Promise<void> {
  const [kept, removed] = await Promise.all(
    ['later', 'childs-face'].map((which) => uploadPhoto(client, poster, `${needId}-${which}`)),
  );
  const path = `/v1/needs/${needId}/photos`;
  // When the clock widens its audience in this moment, it is tried again.
  await whenReady(['VERSION_MISMATCH'], () =>
    client.post('add photos', path, poster.token, { photos: [kept, removed] }),
  );
  const cadre = await people.cadre('township', HOUSEHOLD.village, poster.key);
  const list = async (): Promise<readonly string[]> => {
    const { items } = await client.get<AddedPhotos>('/v1/work-list/added-photos?limit=100', cadre.token);
    return items.find((item) => item.needId === needId)?.photos ?? [];
  };
  await until('the added photos in the work list', list, (photos) => photos.length === 2);
  await client.post('keep photos', `${path}/keep`, cadre.token, { photos: [kept] });
  const reason = { reasonCode: 'childSeen', reason: '照片里看得到孩子的脸' };
  await client.post('take photos down', `${path}/take-down`, cadre.token, { photos: [removed], ...reason });
  const { photos } = await client.get<{ photos: string[] }>(`/v1/needs/${needId}/full`, poster.token);
  must(photos.includes(kept ?? '') && !photos.includes(removed ?? ''), 'the photo that was taken down is still there');
  must((await list()).length === 0, 'photos that were looked at still wait');
}

interface Inbox {
  readonly items: readonly { readonly template: string; readonly caseId: string }[];
}

/** Who follows a need hears its news in his inbox. */
export async function followNews({ client }: DemoDeps, owner: Person, reader: Person, needId: string): Promise<void> {
  await client.put('follow', `/v1/needs/${needId}/follow`, reader.token);
  await client.post('news', `/v1/needs/${needId}/news`, owner.token, { text: '锅已经有人认领了，老人很高兴。' });
  const inbox = () => client.get<Inbox>('/v1/inbox', reader.token);
  const told = ({ items }: Inbox) => items.some((m) => m.template === 'need.news' && m.caseId === needId);
  await until('the news in the inbox of who follows', inbox, told);
}

/** A neighbour doubts it; the level above its approver looks, and it is open again. */
export async function challenge(deps: DemoDeps, doubter: Person, poster: Person, needId: string): Promise<void> {
  const { client, people } = deps;
  const body = { reasonCode: 'receivedBefore', reason: '听说这家去年已经领过一口锅' };
  await client.post('challenge', `/v1/needs/${needId}/challenges`, doubter.token, body);
  const read = (): Promise<NeedView> => stageOf(deps, needId, poster);
  const doubted = await until('the challenge', read, ({ stage }) => stage === 'challenged');
  const level = doubted.challenge?.level ?? 'township';
  must(level !== 'village', 'a doubt is looked at by the level that approved');
  const cadre = await people.cadre(level, HOUSEHOLD.village, poster.key);
  const answer = { reasonCode: 'visited', reason: '已入户核实，去年领的是棉被，不是锅' };
  await client.post('dismiss', `/v1/needs/${needId}/challenge/dismiss`, cadre.token, answer);
  await until('its place on the list', read, ({ stage }) => stage === 'published');
}

/** A donor of the village claims it and sends it. @returns the pledge */
export async function give({ client }: DemoDeps, donor: Person, needId: string): Promise<string> {
  const body = { whole: true, delivery: 'villagePoint' };
  const { id } = await client.post<{ id: string }>('claim', `/v1/needs/${needId}/claims`, donor.token, body);
  const stage = () => client.get<{ stage: string }>(`/v1/pledges/${id}`, donor.token).then((pledge) => pledge.stage);
  await until('the hold', stage, (now) => now === 'held');
  const parcel = { courier: '中国邮政', trackingNumber: 'EA135792468CN' };
  await client.post('send', `/v1/pledges/${id}/send`, donor.token, parcel);
  await until('the parcel on its way', stage, (now) => now === 'sent');
  return id;
}

interface Checks {
  readonly items: readonly { readonly id: string; readonly householdId: string }[];
}
interface Records {
  readonly items: readonly { readonly villageCode: string; readonly checked: number; readonly agreed: number }[];
}

/** Somebody who neither answered nor approved asks the household again, and does not see what it said. */
export async function checkAgain({ client, people }: DemoDeps, householdId: string, except: string[]): Promise<number> {
  const cadre = await people.cadre('county', HOUSEHOLD.village, ...except);
  const list = () => client.get<Checks>('/v1/work-list/outcome-checks?limit=100', cadre.token);
  const of = ({ items }: Checks) => items.find((item) => item.householdId === householdId);
  const check = of(await until('the second asking', list, (now) => of(now) !== undefined));
  must(check !== undefined && !('answer' in check), 'a second asking must be blind');
  const path = `/v1/outcome-checks/${check?.id ?? ''}/answer`;
  await client.post('ask again', path, cadre.token, { answer: 'good' });
  const { items } = await client.get<Records>('/v1/outcome-records', cadre.token);
  const record = items.find(({ villageCode }) => villageCode === HOUSEHOLD.village);
  must((record?.checked ?? 0) > 0, 'the second asking is not in the records of the village');
  return record?.agreed ?? 0;
}

interface Complaint {
  readonly stage: string;
  readonly handlingLevel: 'township' | 'county' | 'city' | 'province' | 'operator' | 'village' | null;
}

/** About the handling of a need: it goes above those whom it is about, who never see it. @returns the level */
export async function complain(
  { client, people }: DemoDeps,
  complainant: Person,
  accused: readonly Person[],
  needId: string,
): Promise<string> {
  const text = '这条求助审核时没有人到家里来看过，希望上级核实一下村里是怎么审核的。';
  const body = { about: 'need', needId, kind: 'unfair', text };
  const { id } = await client.post<{ id: string }>('complain', '/v1/complaints', complainant.token, body);
  const path = `/v1/complaints/${id}`;
  const read = () => client.get<Complaint>(path, complainant.token);
  const { handlingLevel } = await until('who handles it', read, ({ stage }) => stage === 'handling');
  for (const { token, key } of accused) {
    const seen = await client.get(path, token).then(
      () => true,
      (error: unknown) => !(error instanceof ApiError && error.status === 404),
    );
    must(!seen, `${key} sees the complaint about himself`);
  }
  const level = handlingLevel ?? 'operator';
  const keys = accused.map(({ key }) => key);
  const handler =
    level === 'operator' ? await people.operator() : await people.cadre(level, HOUSEHOLD.village, ...keys);
  must(!keys.includes(handler.key), 'the accused would handle it');
  const measure = { measure: 'cadreWarned', reason: '已约谈村干部，要求今后入户核实' };
  await client.post('uphold complaint', `${path}/uphold`, handler.token, measure);
  await until('the decision', read, ({ stage }) => stage === 'decided' || stage === 'closed');
  return level;
}
