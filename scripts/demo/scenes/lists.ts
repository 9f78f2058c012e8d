import { ApiError } from '../client.ts';
import type { DemoDeps } from '../need-run.ts';
import type { Person } from '../people.ts';
import { must, until } from '../waiting.ts';
import { newDonor, settle, type Hamlet, type Home } from './hamlet.ts';
import { ask, publish, reach, thing } from './needs.ts';
import { command, sent, type Gift } from './pledges.ts';

/** At the end everybody looks at what is left to do: every list against its count, and the county's ledger. */

const VILLAGE = '360735100210';
const COUNTY = VILLAGE.slice(0, 6);
const LIMIT = 100;

const SCALES = {
  title: '卖菜缺一把小台秤',
  details: '自家种的菜挑到圩上去卖，一直借别人的秤，收摊晚了人家先走就没法称，想要一把小台秤。',
  category: 'trade-tools',
  lines: [thing('台秤', '把', 8_000)],
};
const STOOLS = {
  title: '堂屋里缺几条板凳',
  details: '家里只剩一条板凳，客人来了只能站着，吃饭也是轮流坐，想要四条普通的木板凳。',
  category: 'furniture',
  lines: [thing('木板凳', '条', 3_500, 4)],
};

/** The lists of cadres, by the name under which their count stands. */
const LISTS: Readonly<Record<string, string>> = {
  'reviews.mine': 'reviews?box=mine',
  'reviews.level': 'reviews?box=level',
  'reviews.overdue': 'reviews?box=overdue',
  'reviews.nearing': 'reviews?box=nearing',
  'reviews.advice': 'reviews?box=advice',
  parcels: 'parcels?',
  visits: 'visits?',
  challenges: 'challenges?',
  disputes: 'disputes?',
  applications: 'applications?',
  certifications: 'certifications?',
  complaints: 'complaints?',
  offers: 'offers?',
  addedPhotos: 'added-photos?',
  newsPhotos: 'news-photos?',
};

interface Page {
  readonly items: readonly object[];
}
interface Counts {
  readonly [kind: string]: number | { readonly [box: string]: number };
}

export async function lookAtLists(deps: DemoDeps): Promise<string[]> {
  const { client, people } = deps;
  const hamlet = await settle(deps, VILLAGE, { homes: 2 });
  const [village] = hamlet.cadres;
  const [one, two] = hamlet.homes;
  if (village === undefined || one === undefined || two === undefined) throw new Error('no hamlet');
  const [parcel, asked] = await Promise.all([onItsWay(deps, hamlet, one), ask(deps, two, STOOLS)]);
  await reach(deps, asked, two.member, 'underReview');
  const [township, county, unit] = await Promise.all([
    people.cadre('township', VILLAGE),
    people.cadre('county', VILLAGE),
    people.aidUnit(VILLAGE),
  ]);
  const waiting = await Promise.all([village, township, county].map((cadre) => compare(deps, cadre, LISTS)));
  await compare(deps, unit, { handOffs: 'hand-offs?' });
  await client.get('/v1/work-list/reviews?box=below', county.token);
  const today = await lookAtToday(deps, village);
  const { rows, posted } = await readLedger(deps, county);
  must(Number(waiting[0]) >= 2, 'the village does not find the review and the parcel that wait for it');
  await command(deps, parcel, one.member, 'confirm', {});
  await client.post('withdraw', `/v1/needs/${asked}/withdraw`, two.member.token, {});
  return [
    `every list of a village, a township and a county against its count: ${waiting.join(', ')} things wait`,
    `a village cadre’s day: ${today}`,
    `the county’s ledger, ${rows} townships and ${posted} needs, the same on screen and as CSV`,
  ];
}

/** A parcel that the village waits for. */
const onItsWay = async (deps: DemoDeps, hamlet: Hamlet, home: Home): Promise<Gift> =>
  sent(deps, await newDonor(deps, VILLAGE), await publish(deps, hamlet, home, SCALES));

/** Each list has as many as the counts say. @returns how much waits in all */
async function compare(
  { client }: DemoDeps,
  { token }: Person,
  lists: Readonly<Record<string, string>>,
): Promise<number> {
  const read = async () => {
    const counts = await client.get<Counts>('/v1/work-list', token);
    const seen = await Promise.all(
      Object.entries(lists).map(async ([name, list]) => {
        const { items } = await client.get<Page>(`/v1/work-list/${list}&limit=${LIMIT}`, token).catch(notHis);
        return { name, listed: items.length, counted: Math.min(LIMIT, countOf(counts, name)) };
      }),
    );
    return { seen, wrong: seen.filter(({ listed, counted }) => listed !== counted) };
  };
  // A list is read a moment after its count.
  const { seen } = await until('the lists to agree with their counts', read, ({ wrong }) => wrong.length === 0);
  return seen.filter(({ name }) => !/overdue|nearing|mine/.test(name)).reduce((sum, { listed }) => sum + listed, 0);
}

/** A list of other offices; what is not his business is counted as none. */
function notHis(error: unknown): Page {
  if (error instanceof ApiError && error.status === 403) return { items: [] };
  throw error;
}

function countOf(counts: Counts, name: string): number {
  const [kind = '', box = ''] = name.split('.');
  const found = counts[kind] ?? 0;
  return typeof found === 'number' ? found : (found[box] ?? 0);
}

interface Box {
  readonly count: number;
  readonly items: readonly object[];
}
interface Today {
  readonly reviews: Box;
  readonly parcels: Box;
  readonly visits: Box;
}

async function lookAtToday({ client }: DemoDeps, { token }: Person): Promise<string> {
  const { reviews, parcels, visits } = await client.get<Today>('/v1/work-list/today', token);
  for (const { count, items } of [reviews, parcels, visits])
    must(count >= items.length && (count === 0) === (items.length === 0), 'a village cadre’s day counts wrong');
  must(reviews.count > 0 && parcels.count > 0, 'a village cadre’s day lacks what waits for him');
  return `${reviews.count} reviews, ${parcels.count} parcels, ${visits.count} visits`;
}

interface Ledger {
  readonly rows: readonly { readonly posted: number }[];
  readonly total: Readonly<Record<'posted' | 'reviewing' | 'reviewed' | 'endedUndecided', number>>;
}

async function readLedger({ client }: DemoDeps, { token }: Person): Promise<{ rows: number; posted: number }> {
  const day = (ahead: number): string =>
    new Date(Date.now() + 8 * 3_600_000 + ahead * 86_400_000).toISOString().slice(0, 10);
  const query = `from=${day(-1)}&to=${day(0)}`;
  const { rows, total } = await client.get<Ledger>(`/v1/ledger?${query}`, token);
  const posted = rows.reduce((sum, row) => sum + row.posted, 0);
  must(posted > 0 && posted === total.posted, `the ledger of ${COUNTY} adds up to ${posted}, not ${total.posted}`);
  const { reviewing, reviewed, endedUndecided } = total;
  must(
    reviewing + reviewed + endedUndecided === posted,
    `the ledger of ${COUNTY} loses needs: ${JSON.stringify(total)}`,
  );
  const { bytes } = await client.file(`/v1/ledger.csv?${query}`, token);
  const lines = bytes.toString('utf8').trim().split(/\r?\n/);
  // A head, the townships, and the sum.
  must(lines.length === rows.length + 2, `the CSV has ${lines.length} lines for ${rows.length} townships`);
  must(lines.at(-1)?.includes(String(posted)) === true, 'the CSV adds up to something else');
  return { rows: rows.length, posted };
}
