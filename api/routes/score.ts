import type { Filter } from 'mongodb';
import { z } from 'zod';
import { regionCode } from '../../contracts/http/common.ts';
import {
  myScoreQuery,
  myScoreSchema,
  scoreEntryPage,
  scoreListQuery,
  villageScorePage,
  type OwnScore,
  type scoreEntrySchema,
} from '../../contracts/http/score.ts';
import { problem } from '../../contracts/problems.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import { isWithin, levelOf } from '../../domain/region/region.ts';
import { kindText, levelFor, levelText, ruleText } from '../../domain/score/entries.ts';
import { scoreName } from '../../domain/score/merits.ts';
import { SCORE_KINDS, type ScorePolicy } from '../../domain/score/types.ts';
import type { ScoreEntryRecord, ScoreRecord } from '../../models/score.ts';
import { afterKeys, pagingOf } from '../cursor.ts';
import type { ApiDeps } from '../deps.ts';
import { defineRoute, type AnyRoute, type Caller } from '../route.ts';

/**
 * Scores for those whom they are about, each with every line of its ledger. Nothing else reads them: a score decides
 * nothing (test/unit/score.test.ts). Villages come by their code and in no order of merit.
 */

/** Second reviews and askings are blind, afterwards too. */
const BLIND: readonly string[] = ['recheck', 'outcomeCheck'];

function entryView({ score, rule, points, source, at, policyVersion }: ScoreEntryRecord) {
  const [from = '', sourceId = ''] = source.split(':');
  const kind = SCORE_KINDS.find((one) => one === score.split(':')[0]) ?? 'donor';
  const shown: z.input<typeof scoreEntrySchema> = {
    kind,
    rule,
    text: ruleText(rule),
    points,
    at: at.toISOString(),
    source: { kind: from, id: BLIND.includes(from) ? null : sourceId },
    policyVersion,
  };
  return shown;
}

interface Listed {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

async function ledgerPage({ models, crypto }: ApiDeps, names: readonly string[], query: Listed) {
  const paging = pagingOf<ScoreEntryRecord>(crypto, `score ${names.join()}`, query, (row) => [
    row.at.getTime(),
    row._id,
  ]);
  const rows = await models.scores.ledger
    .find({ $and: [{ score: { $in: [...names] } }, afterKeys('at', 'desc', paging.keys)] })
    .sort({ at: -1, _id: -1 })
    .limit(paging.fetch)
    .maxTimeMS(3000)
    .toArray();
  const { page, next } = paging.cut(rows);
  return { items: page.map(entryView), next };
}

const sumView = (points: number, policy: ScorePolicy) => {
  const level = levelFor(points, policy);
  return { points, level, text: levelText(level) };
};

/** A household that came in by its number has its household's and no other. */
function ownScores({ accountId, householdId, grants, byNumber }: Caller): Map<OwnScore, string> {
  const donor = byNumber === true ? null : accountId;
  const reviewer = grants.some(({ role }) => role === 'cadre') ? donor : null;
  const ids: [OwnScore, string | null][] = [
    ['donor', donor],
    ['household', householdId],
    ['reviewer', reviewer],
  ];
  return new Map(ids.flatMap(([kind, id]) => (id === null ? [] : [[kind, scoreName({ kind, id })]])));
}

const getMyScore = defineRoute({
  method: 'get',
  path: '/v1/my/score',
  operationId: 'getMyScore',
  summary: 'Your scores, and every line they are made of with its rule and what it came from; they decide nothing',
  description: 'Whoever finds a line wrong complains about his `score`; what is upheld becomes a line of its own.',
  tags: ['Scores'],
  access: { signedIn: true, scope: 'own' },
  request: { query: myScoreQuery },
  responses: { 200: myScoreSchema },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, query, caller, now }) {
    const own = [...ownScores(caller)].filter(([kind]) => query.kind === undefined || kind === query.kind);
    const names = own.map(([, name]) => name);
    const policy = deps.reference.currentPolicy(now).score;
    const [sums, page] = await Promise.all([
      deps.models.scores.scores.find({ _id: { $in: names } }, { maxTimeMS: 3000 }).toArray(),
      ledgerPage(deps, names, query),
    ]);
    const scores = own.map(([kind, name]) => {
      const points = sums.find(({ _id }) => _id === name)?.points ?? 0;
      const nextFrom = [0, ...policy.levels].find((from) => from > points) ?? null;
      return { kind, name: kindText(kind), ...sumView(points, policy), nextFrom };
    });
    return { status: 200, body: { scores, ...page } };
  },
});

const params = z.strictObject({ code: regionCode });

/** @throws Problem NOT_FOUND outside of his region */
function assertOwnArea({ reference }: ApiDeps, code: string, { regionCode: own }: Actor): void {
  const within = own !== undefined && isWithin(code, own);
  if (!within || reference.regions.find(code) === null) throw problem('NOT_FOUND');
}

const listVillageScores = defineRoute({
  method: 'get',
  path: '/v1/regions/{code}/score',
  operationId: 'listVillageScores',
  summary: 'The scores of the villages of your area, by their code: no ranking',
  tags: ['Scores'],
  access: { roles: ['cadre'], scope: 'region' },
  request: { params, query: scoreListQuery },
  responses: { 200: villageScorePage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, params: { code }, query, actor, now }) {
    assertOwnArea(deps, code, actor);
    const paging = pagingOf<ScoreRecord>(deps.crypto, `village scores ${code}`, query, (row) => [row._id]);
    const from = scoreName({ kind: 'village', id: code });
    const last = paging.keys?.[0];
    const within: Filter<ScoreRecord> = { _id: { $gte: from, $lt: `${from}~` } };
    const after: Filter<ScoreRecord> = last === undefined ? {} : { _id: { $gt: String(last) } };
    const rows = await deps.models.scores.scores
      .find({ $and: [within, after] }, { maxTimeMS: 3000 })
      .sort({ _id: 1 })
      .limit(paging.fetch)
      .toArray();
    const { page, next } = paging.cut(rows);
    const policy = deps.reference.currentPolicy(now).score;
    const { regions } = deps.reference;
    const items = page.map(({ _id, points }) => {
      const villageCode = _id.slice('village:'.length);
      const place = regions
        .path(villageCode)
        .map(({ name }) => name)
        .join('');
      return { villageCode, place, ...sumView(points, policy) };
    });
    return { status: 200, body: { items, next } };
  },
});

const listVillageScoreEntries = defineRoute({
  method: 'get',
  path: '/v1/regions/{code}/score-entries',
  operationId: 'listVillageScoreEntries',
  summary: 'What the score of a village of your area is made of, newest first',
  tags: ['Scores'],
  access: { roles: ['cadre'], scope: 'region' },
  request: { params, query: scoreListQuery },
  responses: { 200: scoreEntryPage },
  problems: ['INVALID_CURSOR'],
  async handler({ deps, params: { code }, query, actor }) {
    assertOwnArea(deps, code, actor);
    if (levelOf(code) !== 'village') throw problem('NOT_FOUND');
    return { status: 200, body: await ledgerPage(deps, [scoreName({ kind: 'village', id: code })], query) };
  },
});

export const scoreRoutes: readonly AnyRoute[] = [getMyScore, listVillageScores, listVillageScoreEntries];
