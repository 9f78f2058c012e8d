import { metaSchema, reasonCodesSchema } from '../../contracts/http/meta.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

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
        calendar: { from: Math.min(...years), to: Math.max(...years), warnings: reference.warnings(deps.now()) },
        links: { docs: '/docs', openapi: '/v1/openapi.json', temporal: config.temporal.uiUrl },
      },
    };
  },
});

const listReasonCodes = defineRoute({
  method: 'get',
  path: '/v1/reason-codes',
  operationId: 'listReasonCodes',
  summary: 'Codes of reasons and what people read for them, by what is done with such a reason',
  tags: ['Reference'],
  access: { public: true },
  responses: { 200: reasonCodesSchema },
  handler({ deps }) {
    const { version, acts } = deps.reference.reasons;
    const items = acts.map(({ act, name, codes }) => {
      return { act, name, codes: Object.entries(codes).map(([code, text]) => ({ code, text })) };
    });
    return { status: 200, body: { version, acts: items } };
  },
});

export const metaRoutes: readonly AnyRoute[] = [getMeta, listReasonCodes];
