import { z } from 'zod';
import { regionCode } from '../../contracts/http/common.ts';
import {
  categorySchema,
  policySchema,
  regionListSchema,
  regionSchema,
  regionSearchQuery,
} from '../../contracts/http/region.ts';
import { problem } from '../../contracts/problems.ts';
import { levelOf } from '../../domain/region/region.ts';
import type { Region, Regions } from '../../infra/reference.ts';
import { templateQuery, templatesSchema } from '../../contracts/http/posting.ts';
import { unitsOf } from '../../domain/need/line-rules.ts';
import { defineRoute, type AnyRoute } from '../route.ts';

/** What everybody may know: regions, categories and the rules in force. */

const MAX_FOUND = 100;

const view = (region: Region, regions: Regions): z.input<typeof regionSchema> => ({
  code: region.code,
  name: region.name,
  level: levelOf(region.code),
  path: regions.path(region.code).map(({ code, name }) => ({ code, name })),
  partners: [...regions.partners(region.code)],
});

/** Regions below `parent` whose name holds the text, highest first; stops when there are enough. */
function findByName(regions: Regions, parent: string | null, text: string): Region[] {
  const found: Region[] = [];
  let level: readonly Region[] = regions.children(parent);
  while (level.length > 0 && found.length < MAX_FOUND) {
    found.push(...level.filter((region) => region.name.includes(text)));
    level = level.flatMap((region) => regions.children(region.code));
  }
  return found.slice(0, MAX_FOUND);
}

const listRegions = defineRoute({
  method: 'get',
  path: '/v1/regions',
  operationId: 'listRegions',
  summary: 'Regions: the provinces, the children of one, or by part of the name (at most 100)',
  tags: ['Reference'],
  access: { public: true },
  request: { query: regionSearchQuery },
  responses: { 200: regionListSchema },
  handler({ deps, query }) {
    const { regions } = deps.reference;
    const { parent = null, q } = query;
    if (parent !== null && regions.find(parent) === null) throw problem('NOT_FOUND');
    const found = q === undefined ? regions.children(parent) : findByName(regions, parent, q);
    return { status: 200, body: { items: found.map((region) => view(region, regions)) } };
  },
});

const getRegion = defineRoute({
  method: 'get',
  path: '/v1/regions/{code}',
  operationId: 'getRegion',
  summary: 'One region with its path and its partners',
  tags: ['Reference'],
  access: { public: true },
  request: { params: z.strictObject({ code: regionCode }) },
  responses: { 200: regionSchema },
  handler({ deps, params }) {
    const region = deps.reference.regions.find(params.code);
    if (region === null) throw problem('NOT_FOUND');
    return { status: 200, body: view(region, deps.reference.regions) };
  },
});

const listCategories = defineRoute({
  method: 'get',
  path: '/v1/categories',
  operationId: 'listCategories',
  summary: 'The category tree, with the caps that hold in a region',
  tags: ['Reference'],
  access: { public: true },
  request: { query: z.strictObject({ region: regionCode.optional() }) },
  responses: { 200: z.strictObject({ items: z.array(categorySchema) }) },
  handler({ deps, query }) {
    const { categories, regions } = deps.reference;
    const path = query.region === undefined ? [] : regions.path(query.region).map(({ code }) => code);
    const items = categories.all.map((category) => ({
      kind: category.kind,
      capUnits: category.leaf ? (categories.forPosting(category.id, path)?.capUnits ?? null) : null,
      id: category.id,
      name: category.name,
      parentId: category.path.at(-2) ?? null,
      leaf: category.leaf,
      sensitive: category.sensitive,
      capFen: category.leaf ? (categories.forPosting(category.id, path)?.capFen ?? null) : null,
      unitPriceFen: category.unitPriceFen && { min: category.unitPriceFen.min, max: category.unitPriceFen.max },
    }));
    return { status: 200, body: { items } };
  },
});

const listTemplates = defineRoute({
  method: 'get',
  path: '/v1/templates',
  operationId: 'listTemplates',
  summary: 'Texts to begin a need with, by category',
  tags: ['Reference'],
  access: { public: true },
  request: { query: templateQuery },
  responses: { 200: templatesSchema },
  handler({ deps, query }) {
    const { categories, templates } = deps.reference;
    const within = query.category === undefined ? null : categories.within(query.category);
    const items = templates.templates
      .filter(({ category }) => within === null || within.includes(category))
      .map((template) => {
        const { name: categoryName = template.category, kind } = categories.find(template.category) ?? {};
        return { ...template, categoryName, kind: kind ?? 'goods', units: [...unitsOf(kind ?? 'goods')] };
      })
      .filter(({ kind }) => query.kind === undefined || kind === query.kind);
    return { status: 200, body: { source: templates.source, items } };
  },
});

const getPolicy = defineRoute({
  method: 'get',
  path: '/v1/policy',
  operationId: 'getPolicy',
  summary: 'The numbers of the rules in force, in one region when asked: deadlines, limits, lengths',
  tags: ['Reference'],
  access: { public: true },
  request: { query: z.strictObject({ region: regionCode.optional() }) },
  responses: { 200: policySchema },
  handler({ deps, query: { region }, now }) {
    const { policyIn, regions } = deps.reference;
    const path = region === undefined ? [] : regions.path(region).map(({ code }) => code);
    if (region !== undefined && path.length === 0) throw problem('NOT_FOUND');
    const { version, validFrom, validTo, note, shared, need, pledge } = policyIn(path, now);
    const body = {
      version,
      validFrom,
      validTo,
      note,
      dayMs: shared.time.dayMs,
      need: { ...need },
      pledge: { ...pledge },
    };
    return { status: 200, body };
  },
});

export const regionRoutes: readonly AnyRoute[] = [listRegions, getRegion, listCategories, listTemplates, getPolicy];
