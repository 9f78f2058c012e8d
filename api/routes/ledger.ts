import { stringify } from 'csv-stringify/sync';
import type { z } from 'zod';
import { ledgerQuery, ledgerSchema } from '../../contracts/http/ledger.ts';
import { fieldProblem, problem } from '../../contracts/problems.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import { isRegionCode, isWithin, LEVELS, levelOf } from '../../domain/region/region.ts';
import type { ApiDeps } from '../deps.ts';
import { binary, defineRoute, type AnyRoute } from '../route.ts';

/** A county officer's ledger by township: what was posted in a period and what has become of it, and who slept. */

type Ledger = z.output<typeof ledgerSchema>;
type Row = Ledger['rows'][number];
type Figures = Ledger['total'];
type Query = z.output<typeof ledgerQuery>;

const DAY_MS = 86_400_000;
const ACCESS = { roles: ['cadre'], levels: ['county', 'city', 'province'], scope: 'none' } as const;

/** @throws Problem NOT_FOUND outside his region, INVALID_REQUEST when no county is named */
function countyOf(actor: Actor, { county = actor.regionCode }: Query): string {
  const own = actor.regionCode;
  if (own === undefined || county === undefined || !isRegionCode(county)) throw problem('NOT_FOUND');
  if (!isWithin(county, own)) throw problem('NOT_FOUND');
  if (levelOf(county) !== 'county') throw fieldProblem('INVALID_REQUEST', '/query/county', 'expected a county');
  return county;
}

const count = (condition: object) => ({ $sum: { $cond: [condition, 1, 0] } });
const inStage = (...stages: string[]) => ({ $in: ['$stage', stages] });
const isSet = (field: string) => ({ $ne: [{ $ifNull: [field, null] }, null] });
const isPublished = isSet('$publishedAt');
// By their dates: a need that was refused or handed off closes in the end, and must not leave the columns then.
const isRefused = { $or: [isSet('$refusedAt'), inStage('refused')] };
const isHandedOff = { $or: [isSet('$handedOffAt'), inStage('handedOff')] };

const isDecided = { $or: [isPublished, isRefused, isHandedOff, inStage('withheld')] };
const not = (condition: object) => ({ $not: [condition] });

// Every need is one of three, so that they make up what was posted. What stands with the operators undecided still waits;
// what is reviewed again, because it was edited or doubted, waits as well.
const isReviewing = {
  $or: [inStage('submitted', 'underReview', 'returned'), { $and: [inStage('parked'), not(isDecided)] }],
};
const isReviewed = { $and: [isDecided, not(isReviewing)] };
const isEndedUndecided = { $and: [inStage('withdrawn', 'cancelled'), not(isDecided)] };

/** What the needs themselves say, by township. */
async function figuresOf({ models }: ApiDeps, county: string, from: Date, until: Date) {
  const rows = await models.needs.needs
    .aggregate<{ _id: string } & Omit<Figures, 'overdue' | 'slept'>>([
      { $match: { regionPath: county, submittedAt: { $gte: from, $lt: until } } },
      {
        $group: {
          _id: { $arrayElemAt: ['$regionPath', 3] },
          posted: { $sum: 1 },
          reviewing: count(isReviewing),
          reviewed: count(isReviewed),
          endedUndecided: count(isEndedUndecided),
          refused: count(isRefused),
          published: count(isPublished),
          matched: count({ $eq: ['$progress.committed', 'all'] }),
          delivered: count({ $eq: ['$progress.received', 'all'] }),
          handedOff: count(isHandedOff),
          withdrawn: count(inStage('withdrawn')),
          cancelled: count(inStage('cancelled')),
          amountFen: { $sum: '$amountFen' },
        },
      },
    ])
    .maxTimeMS(5000)
    .toArray();
  return new Map(rows.map(({ _id, ...figures }) => [_id, figures]));
}

const NONE: Omit<Figures, 'overdue' | 'slept'> = {
  posted: 0,
  reviewing: 0,
  reviewed: 0,
  endedUndecided: 0,
  refused: 0,
  published: 0,
  matched: 0,
  delivered: 0,
  handedOff: 0,
  withdrawn: 0,
  cancelled: 0,
  amountFen: 0,
};
const COUNTS = Object.keys(NONE) as (keyof typeof NONE)[];

async function ledgerOf(deps: ApiDeps, actor: Actor, query: Query): Promise<Ledger> {
  const county = countyOf(actor, query);
  const [from, until] = [startOf(query.from), new Date(startOf(query.to).getTime() + DAY_MS)];
  if (until <= from) throw fieldProblem('INVALID_REQUEST', '/query/to', 'must not be before from');
  const townships = deps.reference.regions.children(county);
  const codes = townships.map(({ code }) => code);
  const [figures, slept] = await Promise.all([
    figuresOf(deps, county, from, until),
    deps.models.statistics.slept([county, ...codes], query.from, query.to),
  ]);
  const rows = townships.map(({ code, name }): Row => {
    return { regionCode: code, name, ...NONE, ...figures.get(code), ...sleepers(slept.get(code)) };
  });
  const counts = Object.fromEntries(COUNTS.map((key) => [key, rows.reduce((sum, row) => sum + row[key], 0)]));
  // The county's own count: an offer or a complaint may belong to none of its townships.
  const total = { ...(counts as typeof NONE), ...sleepers(slept.get(county)) };
  return { county, from: query.from, to: query.to, rows, total };
}

const startOf = (day: string): Date => new Date(`${day}T00:00:00+08:00`);

function sleepers(by: ReadonlyMap<string, number> | undefined): Pick<Figures, 'overdue' | 'slept'> {
  const slept = Object.fromEntries(LEVELS.map((level) => [level, by?.get(level) ?? 0])) as Figures['slept'];
  return { overdue: LEVELS.reduce((sum, level) => sum + slept[level], 0), slept };
}

const getLedger = defineRoute({
  method: 'get',
  path: '/v1/ledger',
  operationId: 'getLedger',
  summary: 'A county’s ledger by township: posted, reviewed, overdue, matched, delivered, and which level slept',
  tags: ['Ledger'],
  access: ACCESS,
  rate: 'export',
  request: { query: ledgerQuery },
  responses: { 200: ledgerSchema },
  handler: async ({ deps, actor, query }) => ({ status: 200, body: await ledgerOf(deps, actor, query) }),
});

const COLUMNS: readonly (readonly [heading: string, of: (row: Row) => string | number])[] = [
  ['地区代码', (row) => row.regionCode],
  ['乡镇', (row) => row.name],
  ['发布', (row) => row.posted],
  ['审核中', (row) => row.reviewing],
  ['已审核', (row) => row.reviewed],
  ['未通过', (row) => row.refused],
  ['已公开', (row) => row.published],
  ['已认领', (row) => row.matched],
  ['已收到', (row) => row.delivered],
  ['转办', (row) => row.handedOff],
  ['撤回', (row) => row.withdrawn],
  ['平台取消', (row) => row.cancelled],
  ['审结前撤回或取消', (row) => row.endedUndecided],
  ['金额（元）', (row) => (row.amountFen / 100).toFixed(2)],
  ['超时', (row) => row.overdue],
  ['村级超时', (row) => row.slept.village],
  ['乡镇超时', (row) => row.slept.township],
  ['县级超时', (row) => row.slept.county],
  ['市级超时', (row) => row.slept.city],
  ['省级超时', (row) => row.slept.province],
];

/** With a byte-order mark, so that spreadsheets read the Chinese; nothing in it is taken for a formula. */
export const ledgerCsv = ({ county, rows, total }: Ledger): string =>
  stringify(
    [
      COLUMNS.map(([heading]) => heading),
      ...[...rows, { regionCode: county, name: '合计', ...total }].map((row) => COLUMNS.map(([, of]) => of(row))),
    ],
    { bom: true, escape_formulas: true },
  );

const getLedgerCsv = defineRoute({
  method: 'get',
  path: '/v1/ledger.csv',
  operationId: 'getLedgerCsv',
  summary: 'The same as CSV, for spreadsheets',
  tags: ['Ledger'],
  access: ACCESS,
  rate: 'export',
  audit: 'ledger.export',
  request: { query: ledgerQuery },
  responses: { 200: binary('text/csv; charset=utf-8', 'One line per township and a total') },
  async handler({ deps, actor, query }) {
    const ledger = await ledgerOf(deps, actor, query);
    const name = `ledger-${ledger.county}-${ledger.from}-${ledger.to}.csv`;
    const headers = { 'Content-Disposition': `attachment; filename="${name}"` };
    return { status: 200, headers, body: Buffer.from(ledgerCsv(ledger)) };
  },
});

export const ledgerRoutes: readonly AnyRoute[] = [getLedger, getLedgerCsv];
