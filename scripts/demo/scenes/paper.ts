import type { Level } from '../../../domain/kernel/types.ts';
import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { consentGiven, record, uploadPhoto } from '../posting.ts';
import { must, until } from '../waiting.ts';
import { settle } from './hamlet.ts';
import { askFor, lookAt, reach, refused, reviewersOf, thing } from './needs.ts';

/** A household that nobody can call: its consent is kept as a recording, and it signs what the public will see. */

const VILLAGE = '360735100212';
/** A village of another township, with cadres of its own. */
const ELSEWHERE = '360735102208';

const GLASSES = {
  title: '看不清药瓶上的字',
  details: '老人眼睛花了，药瓶上的字看不清，吃错过两回药，想配一副二百度的老花镜。',
  category: 'glasses',
  lines: [thing('老花镜', '副', 6_000)],
};

export async function showPaper(deps: DemoDeps): Promise<string[]> {
  const { client, people } = deps;
  const hamlet = await settle(deps, VILLAGE, { homes: 1, phones: false });
  const [home] = hamlet.homes;
  const [poster, colleague] = hamlet.cadres;
  if (home === undefined || poster === undefined || colleague === undefined) throw new Error('nobody came');
  const reference = await record(client, poster, home.id);
  const consent = consentGiven('recording', reference);
  const needId = await askFor(deps, home, GLASSES, { by: poster, relation: 'villageCadre', consent });
  const path = `/v1/needs/${needId}`;
  await reach(deps, needId, poster, 'underReview');
  const { bytes } = await client.file(`/v1/recordings/${reference}`, colleague.token);
  must(bytes.subarray(0, 4).toString() === 'RIFF', 'the reviewer does not hear what was recorded');
  const stranger = await people.cadre('village', ELSEWHERE);
  await refused('NOT_FOUND', client.file(`/v1/recordings/${reference}`, stranger.token), 404);

  const { revisionId } = await client.get<{ revisionId: string }>(`${path}/preview`, colleague.token);
  const shown = async (by: Person) => {
    const photo = await uploadPhoto(client, by, `${needId} signed, seen by ${by.id}`);
    return client.post('show the preview', `${path}/preview/shown`, by.token, { revisionId, photo });
  };
  await refused('OWN_POSTING', shown(poster), 403);
  const levels = await approveWithPaper(deps, { needId, poster, shown: () => shown(colleague) }, async (level) => {
    return (await reviewersOf(deps, hamlet, level)).filter(({ id }) => id !== poster.id);
  });
  await client.post('withdraw', `${path}/withdraw`, home.member.token, {});
  return [
    'its consent is a recording: a reviewer of the village heard it, a cadre from elsewhere is not told that there is one (404)',
    `what tells of health was refused to the last of ${levels} levels until another cadre had shown the household its preview and it had signed`,
  ];
}

interface Posted {
  readonly needId: string;
  readonly poster: Person;
  shown(): Promise<unknown>;
}

/** @returns how many levels approved; the last only once the paper was there */
async function approveWithPaper(
  deps: DemoDeps,
  { needId, poster, shown }: Posted,
  reviewers: (level: Level) => Promise<readonly Person[]>,
): Promise<number> {
  let signed = false;
  for (const passed: Level[] = []; ;) {
    const { stage, review } = await until(
      'a reviewer or publication',
      () => lookAt(deps, needId, poster),
      (seen) => seen.stage === 'published' || (seen.review !== null && !passed.includes(seen.review.level)),
    );
    if (stage === 'published' || review === null) {
      must(signed, 'it was published without the household’s word');
      return passed.length;
    }
    const [reviewer] = await reviewers(review.level);
    if (reviewer === undefined) throw new Error(`no cadre of the ${review.level}`);
    if (await wantsPaper(deps, needId, reviewer)) {
      await shown();
      signed = true;
    } else passed.push(review.level);
  }
}

/** Approves, if the household’s word is not what is missing. */
const wantsPaper = ({ client }: DemoDeps, needId: string, by: Person): Promise<boolean> =>
  client.post('approve', `/v1/needs/${needId}/approve`, by.token, {}).then(
    () => false,
    (error: unknown) => refused('PREVIEW_MISSING', Promise.reject(error as Error), 409).then(() => true),
  );
