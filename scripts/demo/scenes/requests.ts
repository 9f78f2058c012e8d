import type { DemoDeps } from '../need-run.ts';
import { uploadPhoto } from '../posting.ts';
import { follow } from '../reach.ts';
import { must } from '../waiting.ts';
import { newCitizen, UNCONFIRMED } from './hamlet.ts';
import { refused } from './needs.ts';

/** What people ask of the offices above them, and what becomes of it when it is refused or taken back. */

const VILLAGE = '360735100216';
const STATEMENT = '在村里做了多年的义务调解员，熟悉各家情况，愿意为大家跑腿。';
const NAME_CHANGED = '改名以后登记信息还没有更新，附上户口本照片。';

export async function showRequests(deps: DemoDeps): Promise<string[]> {
  const [told] = await Promise.all([takeApplicationBack(deps), haveNameDoubted(deps), showPapers(deps)]);
  return [
    `an application for an office was taken back (${told} lines in its story)`,
    'papers for a name were looked at for a stated purpose and refused; the second request was taken back',
    'a name was confirmed at the counter of the township from the papers: wrong ones were refused',
  ];
}

interface Page {
  readonly items: readonly { readonly id: string }[];
}
interface Stage {
  readonly stage: string;
}
interface Timeline {
  readonly items: readonly { readonly text: string }[];
}

/** @returns how many lines tell of it */
async function takeApplicationBack(deps: DemoDeps): Promise<number> {
  const { client } = deps;
  const { person, name, idNumber } = await newCitizen(deps, { homeRegion: VILLAGE });
  const body = { level: 'village', regionCode: VILLAGE, name, idNumber, statement: STATEMENT };
  const { id } = await client.post<{ id: string }>('apply', '/v1/applications', person.token, body);
  const path = `/v1/applications/${id}`;
  const { reach } = follow<Stage>(client, path, person.token);
  await reach('underReview');
  await refused('APPLICATION_OPEN', client.post('apply', '/v1/applications', person.token, body), 409);
  await client.post('withdraw application', `${path}/withdraw`, person.token);
  await reach('withdrawn');
  const { items } = await client.get<Page>('/v1/my/applications', person.token);
  must(items.length === 1 && items[0]?.id === id, 'his application is not among his');
  const timeline = await client.get<Timeline>(`${path}/timeline`, person.token);
  must(timeline.items.length >= 3, 'his application tells nothing of what became of it');
  return timeline.items.length;
}

/** The township is not convinced; he asks again, and thinks better of it. */
async function haveNameDoubted(deps: DemoDeps): Promise<void> {
  const { client, people } = deps;
  const { person } = await newCitizen(deps, { name: UNCONFIRMED, homeRegion: VILLAGE });
  const ask = async (which: string) => {
    const photos = [await uploadPhoto(client, person, `papers ${person.id} ${which}`)];
    const body = { regionCode: VILLAGE, statement: NAME_CHANGED, photos };
    const { id } = await client.post<{ id: string }>('certify', '/v1/certifications', person.token, body);
    const path = `/v1/certifications/${id}`;
    const { reach } = follow<Stage>(client, path, person.token);
    await reach('underReview');
    return { id, path, photos, reach };
  };
  const first = await ask('first');
  const township = await people.cadre('township', VILLAGE);
  const photo = `${first.path}/photos/${first.photos[0] ?? ''}`;
  await refused('INVALID_REQUEST', client.file(photo, township.token), 400);
  const { bytes } = await client.file(`${photo}?purpose=verification`, township.token);
  must(bytes.length > 500, 'the township does not see the papers');
  const no = { reasonCode: 'notConfirmed', reason: '照片模糊，看不清证件号码' };
  await client.post('refuse certification', `${first.path}/refuse`, township.token, no);
  await first.reach('refused');
  const second = await ask('second');
  await client.post('withdraw certification', `${second.path}/withdraw`, person.token);
  await second.reach('withdrawn');
  const { items } = await client.get<Page>('/v1/my/certifications', person.token);
  must(items.map(({ id }) => id).join() === [second.id, first.id].join(), 'his requests are not among his');
  const { items: told } = await client.get<Timeline>(`${first.path}/timeline`, person.token);
  must(told.length >= 3, 'his request tells nothing of what became of it');
}

/** With the papers in hand a cadre of the township says that somebody is who he says. */
async function showPapers(deps: DemoDeps): Promise<void> {
  const { client, people } = deps;
  const { person, name, idNumber } = await newCitizen(deps, { name: UNCONFIRMED, homeRegion: VILLAGE });
  const other = await newCitizen(deps, { homeRegion: VILLAGE });
  const { answer } = await client.post<{ answer: string }>('check name', '/v1/me/real-name-checks', person.token);
  must(answer === 'noMatch', `the register says ${answer} of a name that it must not know`);
  const township = await people.cadre('township', VILLAGE);
  const confirm = (papers: object) =>
    client.put('confirm name', `/v1/accounts/${person.id}/real-name`, township.token, papers);
  await refused('REAL_NAME_MISMATCH', confirm({ name, idNumber: other.idNumber }), 422);
  await confirm({ name, idNumber });
  const { realNamed } = await client.get<{ realNamed: boolean }>('/v1/me', person.token);
  must(realNamed, 'his name does not count as real after his papers were seen');
}
