import { knowsYear, yearInShanghai } from '../../domain/time/calendar.ts';
import { metaSchema } from '../../contracts/http/meta.ts';
import { defineRoute, type AnyRoute } from '../route.ts';
import type { ApiDeps } from '../deps.ts';

/** Years for which official holidays should be known: this one and the next, where long deadlines end. */
export function calendarWarnings({ reference, now }: Pick<ApiDeps, 'reference' | 'now'>): string[] {
  const year = yearInShanghai(now());
  return [year, year + 1]
    .filter((y) => !knowsYear(reference.calendar, y))
    .map((y) => `no official holidays known for ${y}: its weekdays count as working days`);
}

const getMeta = defineRoute({
  method: 'get',
  path: '/v1/meta',
  operationId: 'getMeta',
  summary: 'What this installation is: profile, policy version, calendar, links',
  tags: ['Operations'],
  access: { public: true },
  responses: { 200: metaSchema },
  handler({ deps }) {
    const { config, reference } = deps;
    const years = Object.keys(reference.calendar.years).map(Number);
    return {
      status: 200,
      body: {
        name: 'Bangfu',
        profile: config.profile,
        policyVersion: reference.currentPolicy(deps.now()).version,
        calendar: { from: Math.min(...years), to: Math.max(...years), warnings: calendarWarnings(deps) },
        links: { docs: '/docs', openapi: '/v1/openapi.json', temporal: config.temporal.uiUrl },
      },
    };
  },
});

export const metaRoutes: readonly AnyRoute[] = [getMeta];
