import type { Level } from '../../domain/kernel/types.ts';
import { whenReady, type DemoDeps } from './need-run.ts';
import type { Person } from './people.ts';
import type { Result } from './lives.ts';
import { until } from './waiting.ts';

/**
 * What became of a gift is rated by both sides; the donor looks at his score, appeals against it, and the level that
 * handles the appeal corrects it. Every point must have its line.
 */

const CORRECTION = 5;
const DONORS_TRIED = 30;

export interface ScoreReport {
  readonly points: number;
  readonly lines: number;
  /** The rules of these lines, in plain Chinese. */
  readonly rules: readonly string[];
}

interface Line {
  readonly rule: string;
  readonly text: string;
  readonly points: number;
  readonly source: { readonly kind: string; readonly id: string | null };
}
interface Score {
  readonly scores: readonly { readonly points: number }[];
  readonly items: readonly Line[];
  readonly next: string | null;
}
interface Whole {
  readonly points: number;
  readonly lines: readonly Line[];
}
interface Gift {
  readonly donor: Person;
  readonly pledgeId: string;
  readonly recipient: Person;
}

export async function showScores(
  deps: DemoDeps,
  results: readonly Result[],
  progress: (line: string) => void,
): Promise<ScoreReport> {
  // Scores are fed behind the cases: the last gifts may not be counted yet.
  const gift = await until(
    'a donor with points for what was received from him',
    () => findGift(deps, results),
    (found): found is Gift => found !== null,
  );
  const { donor } = gift;
  await rateEachOther(deps, gift);
  const complaintId = await appeal(deps, donor);
  const has = (score: Whole, rule: string, id: string): boolean =>
    score.lines.some((line) => line.rule === rule && line.source.id === id);
  const score = await until(
    'the rating and the correction in the score',
    () => wholeScore(deps, donor),
    (seen) => has(seen, 'donorRated', gift.pledgeId) && has(seen, 'correction', complaintId),
  );
  const sum = score.lines.reduce((total, { points }) => total + points, 0);
  if (sum !== score.points) throw new Error(`the score is ${score.points}, its lines make ${sum}`);
  const rules = [...new Set(score.lines.map(({ text }) => text))];
  progress(`a donor’s score: ${score.points} points by ${score.lines.length} lines, one of them a correction`);
  return { points: score.points, lines: score.lines.length, rules };
}

interface PledgePage {
  readonly items: readonly { readonly id: string; readonly needId: string }[];
}
interface Ratings {
  readonly items: readonly object[];
}

/** A pledge of these lives that was received and that nobody has rated, at arm's length: it brought its donor points. */
async function findGift({ client, people }: DemoDeps, results: readonly Result[]): Promise<Gift | null> {
  for (let tries = 0; tries < DONORS_TRIED; tries += 1) {
    const donor = await people.donor();
    const { items } = await client.get<PledgePage>('/v1/my/pledges?stage=received&limit=100', donor.token);
    const { lines } = await wholeScore({ client }, donor);
    for (const { id: pledgeId, needId } of items) {
      const told = results.find((result) => result.kind === 'story' && result.id === needId);
      const counted = lines.some(({ rule, source }) => rule === 'donorDelivered' && source.id === pledgeId);
      if (told === undefined || !counted) continue;
      const rated = await client.get<Ratings>(`/v1/pledges/${pledgeId}/ratings`, donor.token);
      if (rated.items.length > 0) continue;
      return { donor, pledgeId, recipient: await people.recipient(told.need.householdNumber) };
    }
  }
  return null;
}

interface Inbox {
  readonly items: readonly { readonly template: string; readonly caseId: string }[];
}

/** Each hears that he was rated. */
async function rateEachOther({ client }: DemoDeps, { donor, pledgeId, recipient }: Gift): Promise<void> {
  const path = `/v1/pledges/${pledgeId}/ratings`;
  await client.post('rate a donor', path, recipient.token, { stars: 5, text: '东西很合用，谢谢。' });
  await client.post('rate a household', path, donor.token, { stars: 4, text: '联系很及时' });
  const told = async ({ token }: Person, template: string): Promise<boolean> => {
    const { items } = await client.get<Inbox>('/v1/inbox?limit=100', token);
    return items.some((message) => message.template === template && message.caseId === pledgeId);
  };
  if (!(await told(donor, 'pledge.ratedByHousehold'))) throw new Error('the donor did not hear that he was rated');
  if (!(await told(recipient, 'pledge.ratedByDonor'))) throw new Error('the household did not hear that it was rated');
}

async function wholeScore({ client }: Pick<DemoDeps, 'client'>, { token }: Person): Promise<Whole> {
  const lines: Line[] = [];
  let points = 0;
  for (let next: string | null = ''; next !== null;) {
    const cursor: string = next === '' ? '' : `&cursor=${next}`;
    const page = await client.get<Score>(`/v1/my/score?kind=donor&limit=100${cursor}`, token);
    points = page.scores[0]?.points ?? 0;
    lines.push(...page.items);
    next = page.next;
  }
  return { points, lines };
}

interface Complaint {
  readonly stage: string;
  readonly handlingLevel: Level | 'operator' | null;
}
interface Me {
  readonly homeRegion: string | null;
}

/** @returns the complaint that corrected it */
async function appeal({ client, people }: DemoDeps, donor: Person): Promise<string> {
  const body = { about: 'score', score: 'donor', kind: 'unfair', text: '有一次帮扶没有计入评分，请核对。' };
  // A run just before this one may have left an appeal that can still be objected to, for a minute.
  const made = await whenReady(['COMPLAINT_OPEN'], () =>
    client.post<{ id: string }>('appeal', '/v1/complaints', donor.token, body),
  );
  const path = `/v1/complaints/${made.id}`;
  const { handlingLevel } = await until(
    'somebody to handle the appeal',
    () => client.get<Complaint>(path, donor.token),
    ({ stage }) => stage === 'handling',
  );
  const { homeRegion } = await client.get<Me>('/v1/me', donor.token);
  const handler =
    handlingLevel === 'operator' || handlingLevel === null || homeRegion === null
      ? await people.operator()
      : await people.cadre(handlingLevel, homeRegion);
  const upheld = { measure: 'scoreCorrected', reason: '经核对确有遗漏，予以更正', correction: CORRECTION };
  await client.post('uphold appeal', `${path}/uphold`, handler.token, upheld);
  return made.id;
}
