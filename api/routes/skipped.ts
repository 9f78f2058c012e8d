import { skippedQuery, skippedSchema } from '../../contracts/http/skipped.ts';
import { fieldProblem } from '../../contracts/problems.ts';
import { pathOf } from '../../domain/region/region.ts';
import { heldOffices } from '../../models/reviewers.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

/** Where the network of reviewers has holes: levels that were passed over because nobody there may decide. */

const LISTED = 200;

const listSkippedLevels = defineRoute({
  method: 'get',
  path: '/v1/skipped-levels',
  operationId: 'listSkippedLevels',
  summary: 'Levels that were passed over because nobody there may decide, the most often first; appoint somebody there',
  tags: ['Operations'],
  access: { roles: ['operator'], scope: 'none' },
  request: { query: skippedQuery },
  responses: { 200: skippedSchema },
  async handler({ deps, query: { from, to, region } }) {
    if (to < from) throw fieldProblem('INVALID_REQUEST', '/query/to', 'must not be before from');
    const within = region === undefined ? {} : { within: new RegExp(`^${region}`) };
    const rows = await deps.models.statistics.skipped({ from, to, ...within, atMost: LISTED });
    const held = await heldOffices(deps.models.db, rows);
    const items = rows.map(({ region: code, level, times, last }) => ({
      regionCode: code,
      place: deps.reference.regions.names(pathOf(code)).join(''),
      ...{ level, times, last },
      vacant: !held.has(`${level} ${code}`),
    }));
    return { status: 200, body: { items } };
  },
});

export const skippedRoutes: readonly AnyRoute[] = [listSkippedLevels];
