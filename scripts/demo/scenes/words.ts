import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { uploadPhoto } from '../posting.ts';
import { must, until } from '../waiting.ts';
import { handOver } from './colleagues.ts';
import { newDonor, newPerson, settle, type Hamlet, type Home } from './hamlet.ts';
import { approve, ask, reach, thing } from './needs.ts';
import { command, pledgeIs, sent } from './pledges.ts';

/** What is told around a need: who vouches for it, news with photos, thanks; and what cadres do about such words. */

const VILLAGE = '360735100217';

const BENCH = {
  title: '门口缺一张小方桌',
  details: '吃饭一直端着碗坐在门槛上，来了客人也没有地方放一杯水，想要一张普通的小方桌。',
  category: 'furniture',
  lines: [thing('小方桌', '张', 9_000)],
};

export async function showWords(deps: DemoDeps): Promise<string[]> {
  const hamlet = await settle(deps, VILLAGE, { homes: 2 });
  const [one, two] = hamlet.homes;
  if (one === undefined || two === undefined) throw new Error('no homes');
  const [handed] = await Promise.all([handOver(deps, hamlet, one), tell(deps, hamlet, two)]);
  return [
    'a neighbour vouched with a photo: reviewers read it whole, strangers without the photo',
    'of two news with photos a cadre showed the one and held the other; the county took it down',
    'thanks were read by their donor until the county took them down: only the staff of the place sees them',
    handed,
  ];
}

async function tell(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<void> {
  const needId = await ask(deps, home, BENCH);
  await reach(deps, needId, home.member, 'underReview');
  const neighbour = await newPerson(deps, { homeRegion: VILLAGE });
  const [cadre] = hamlet.cadres;
  if (cadre === undefined) throw new Error('no cadre');
  await vouch(deps, neighbour, cadre, needId);
  await approve(deps, hamlet, needId, home.member);
  const donor = await newDonor(deps, VILLAGE);
  const gift = await sent(deps, donor, needId);
  await careForNews(deps, { needId, owner: home.member, cadre, reader: neighbour });
  await command(deps, gift, home.member, 'confirm', {});
  await pledgeIs(deps, gift, 'received');
  await reach(deps, needId, home.member, 'following');
  await careForThanks(deps, { needId, owner: home.member, cadre, donor });
}

interface Endorsements {
  readonly items: readonly { readonly text: string | null; readonly photos?: readonly string[] }[];
}

async function vouch({ client }: DemoDeps, neighbour: Person, cadre: Person, needId: string): Promise<void> {
  const path = `/v1/needs/${needId}/endorsements`;
  const photo = await uploadPhoto(client, neighbour, `${needId} threshold`);
  const text = '我住隔壁，看到他家一直在门槛上吃饭，确实没有桌子。';
  await client.post('endorse', path, neighbour.token, { relation: 'neighbour', text, photos: [photo] });
  const { items } = await client.get<Endorsements>(`${path}/full`, cadre.token);
  must(items[0]?.text === text && items[0].photos?.[0] === photo, 'a reviewer does not read who vouches');
}

interface News {
  readonly items: readonly { readonly id: string; readonly photos: readonly string[]; readonly photosWait: boolean }[];
}
interface Waiting {
  readonly items: readonly { readonly newsId: string; readonly needId: string }[];
}
interface Told {
  readonly needId: string;
  readonly owner: Person;
  readonly cadre: Person;
}

/** Strangers see no photo before somebody has looked whether a child is in it. */
async function careForNews(
  { client, people }: DemoDeps,
  { needId, owner, cadre, reader }: Told & { readonly reader: Person },
): Promise<void> {
  const path = `/v1/needs/${needId}/news`;
  for (const which of ['table', 'childs-face']) {
    const photos = [await uploadPhoto(client, owner, `${needId} ${which}`)];
    await client.post('news', path, owner.token, { text: '桌子已经寄出来了，老人很高兴。', photos });
  }
  const read = () => client.get<News>(path, reader.token);
  const { items } = await until('the news', read, (seen) => seen.items.length === 2);
  must(
    items.every(({ photos, photosWait }) => photos.length === 0 && photosWait),
    'photos of news are shown before anybody has looked',
  );
  const [latest, first] = items;
  const work = await client.get<Waiting>('/v1/work-list/news-photos?limit=100', cadre.token);
  must(work.items.filter((item) => item.needId === needId).length === 2, 'the photos of news are nobody’s work');
  await client.post('show photos', `/v1/news/${first?.id ?? ''}/show-photos`, cadre.token);
  const child = { reasonCode: 'childSeen', reason: '照片里看得到孩子的脸' };
  await client.post('hold photos', `/v1/news/${latest?.id ?? ''}/hold-photos`, cadre.token, child);
  const shown = (await read()).items.map(({ photos }) => photos.length);
  must(shown.join() === '0,1', `strangers see ${shown.join()} photos, not the one that was shown`);
  const county = await people.cadre('county', VILLAGE);
  await client.post('take news down', `/v1/news/${latest?.id ?? ''}/take-down`, county.token, child);
  must((await read()).items.length === 1, 'news that were taken down can still be read');
}

interface Feedback {
  readonly items: readonly { readonly id: string; readonly kind: string }[];
}

async function careForThanks(
  { client, people }: DemoDeps,
  { needId, owner, cadre, donor }: Told & { readonly donor: Person },
): Promise<void> {
  const path = `/v1/needs/${needId}`;
  await client.post('thank', `${path}/thanks`, owner.token, { text: '桌子收到了，吃饭不用再坐门槛了。' });
  const thanks = async ({ token }: Person) => {
    const { items } = await client.get<Feedback>(`${path}/feedback`, token);
    return items.filter(({ kind }) => kind === 'thanks');
  };
  const [said] = await until(
    'the thanks',
    () => thanks(donor),
    (items) => items.length === 1,
  );
  const county = await people.cadre('county', VILLAGE);
  const reason = { reasonCode: 'familyAsked', reason: '家庭希望不再公开这段话' };
  await client.post('take thanks down', `/v1/feedback/${said?.id ?? ''}/take-down`, county.token, reason);
  must((await thanks(donor)).length === 0, 'thanks that were taken down can still be read');
  must((await thanks(cadre)).length === 1, 'the staff of the place does not see what was taken down');
}
