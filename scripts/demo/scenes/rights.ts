import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { consentGiven, record } from '../posting.ts';
import { must, until } from '../waiting.ts';
import { appoint, dismiss, newDonor, newPerson, settle, type Hamlet, type Home } from './hamlet.ts';
import { ask, askFor, lookAt, reach, refused, thing } from './needs.ts';
import { command, photoBy, pledgeIs, sent } from './pledges.ts';

/** Nobody decides on his own thing: who may not is told so, with the status that fits, and somebody else can. */

const VILLAGE = '360735100213';
const TOWNSHIP = VILLAGE.slice(0, 9);
/** A village of another township, with cadres of its own. */
const ELSEWHERE = '360735102208';

const BUCKET = {
  title: '挑水缺一担铁皮水桶',
  details: '自来水常停，要到井边挑水，原来的木桶箍断了，一路走一路漏，想要一担结实的铁皮水桶。',
  category: 'water-sanitation',
  lines: [thing('铁皮水桶', '担', 7_000)],
};
const STOVE_POT = {
  title: '熬药缺一个小砂锅',
  details: '老人长年喝中药，原来的砂锅裂了缝，现在拿铁锅熬，想要一个小一点的砂锅。',
  category: 'cookware',
  lines: [thing('砂锅', '个', 4_000)],
};

export async function showRights(deps: DemoDeps): Promise<string[]> {
  const hamlet = await settle(deps, VILLAGE, { homes: 2 });
  const [one, two] = hamlet.homes;
  if (one === undefined || two === undefined) throw new Error('no homes');
  await Promise.all([postHimself(deps, hamlet, one, two), decideAgain(deps, hamlet, two)]);
  return [
    'who posted a need may neither approve it nor confirm its delivery (403): his colleague did both',
    'nor may its donor confirm it (403), nor a neighbour or a cadre from elsewhere see it at all (404)',
    'who refused a need in the village may not decide the appeal in the township (403): another one did',
  ];
}

/** A cadre posts for a household, and is its publisher from then on, whatever else he is. */
async function postHimself(deps: DemoDeps, hamlet: Hamlet, home: Home, neighbour: Home): Promise<void> {
  const { client, people } = deps;
  const [poster, colleague] = hamlet.cadres;
  if (poster === undefined || colleague === undefined) throw new Error('no cadres');
  const consent = consentGiven('recording', await record(client, poster, home.id));
  const needId = await askFor(deps, home, BUCKET, { by: poster, relation: 'villageCadre', consent });
  const path = `/v1/needs/${needId}`;
  await reach(deps, needId, poster, 'underReview');
  const approve = (by: Person) => client.post('approve', `${path}/approve`, by.token, {});
  await refused('OWN_POSTING', approve(poster), 403);
  const stranger = await people.cadre('village', ELSEWHERE);
  await refused('NOT_FOUND', client.get(`${path}/full`, stranger.token), 404);
  await refused('NOT_FOUND', approve(stranger), 404);
  await refused('NOT_PERMITTED', approve(home.member), 403);
  await approve(colleague);
  await reach(deps, needId, poster, 'published');

  const gift = await sent(deps, await newDonor(deps, VILLAGE), needId);
  const confirm = async (by: Person) =>
    command(deps, gift, by, 'confirm', { photoId: await photoBy(deps, by, `${gift.id} seen by ${by.id}`) });
  await refused('OWN_POSTING', confirm(poster), 403);
  await refused('OWN_PLEDGE', confirm(gift.donor), 403);
  await refused('NOT_FOUND', confirm(neighbour.member), 404);
  must((await pledgeIs(deps, gift, 'sent')).stage === 'sent', 'a refusal has left something behind');
  await confirm(colleague);
  await pledgeIs(deps, gift, 'received');
}

/** He is a cadre of the village and of the township: what he refused as the one he does not judge as the other. */
async function decideAgain(deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<void> {
  const { client, people } = deps;
  const first = await appoint(deps, await newPerson(deps), { role: 'cadre', level: 'village', regionCode: VILLAGE });
  const both = await appoint(deps, first.person, { role: 'cadre', level: 'township', regionCode: TOWNSHIP });
  const judge = both.person;
  const needId = await ask(deps, home, STOVE_POT);
  const path = `/v1/needs/${needId}`;
  await reach(deps, needId, home.member, 'underReview');
  const no = { reasonCode: 'receivedElsewhere', reason: '村里刚发过一批厨具' };
  await client.post('refuse', `${path}/refuse`, judge.token, no, first.grantId);
  await reach(deps, needId, home.member, 'refused');
  const again = { reason: '发的是炒锅，不是熬药的砂锅，请再看一看' };
  await client.post('appeal', `${path}/appeal`, home.member.token, again);
  await until(
    'the appeal at the township',
    () => lookAt(deps, needId, home.member),
    ({ review }) => review?.level === 'township' && review.of === 'appeal',
  );
  const approve = (by: Person, office?: string) => client.post('approve', `${path}/approve`, by.token, {}, office);
  await refused('SECOND_REVIEWER_NEEDED', approve(judge, both.grantId), 403);
  await refused('NOT_YOUR_LEVEL', approve(judge, first.grantId), 403);
  const [village] = hamlet.cadres;
  if (village !== undefined) await refused('NOT_YOUR_LEVEL', approve(village), 403);
  await approve(await people.cadre('township', VILLAGE));
  await reach(deps, needId, home.member, 'published');
  await client.post('withdraw', `${path}/withdraw`, home.member.token, {});
  for (const { grantId } of [both, first]) await dismiss(deps, judge, grantId);
}
