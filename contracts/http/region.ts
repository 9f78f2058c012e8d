import { z } from 'zod';
import { NEED_KINDS } from '../../domain/need/kind.ts';
import { fen, level, line, regionCode } from './common.ts';

export const regionSchema = z
  .strictObject({
    code: regionCode,
    name: z.string(),
    level,
    path: z
      .array(z.strictObject({ code: regionCode, name: z.string() }))
      .meta({ description: 'From the province down to the region itself' }),
    partners: z
      .array(regionCode)
      .meta({ description: 'Eastern regions that are paired with it, or the other way round' }),
  })
  .meta({ id: 'Region' });

export const regionListSchema = z.strictObject({ items: z.array(regionSchema) });

export const regionSearchQuery = z.strictObject({
  q: line(1, 20).optional().meta({ description: 'Part of the name' }),
  parent: regionCode.optional().meta({ description: 'Only regions below this one; alone: its children' }),
});

export const categorySchema = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    parentId: z.string().nullable(),
    leaf: z.boolean(),
    kind: z.enum(NEED_KINDS).nullable().meta({ description: 'What is asked for in it; leaves only' }),
    capUnits: z.int().nullable().meta({ description: 'Services and jobs: how many times, hours or places at most' }),
    sensitive: z.boolean().meta({ description: 'Needs a separate consent; the public sees the category only' }),
    capFen: fen.nullable().meta({ description: 'Cap of a request in the region asked for; leaves only' }),
    unitPriceFen: z.strictObject({ min: fen, max: fen }).nullable(),
  })
  .meta({ id: 'Category' });

export const policySchema = z
  .strictObject({
    version: z.string(),
    validFrom: z.string(),
    validTo: z.string().nullable(),
    note: z.string(),
    dayMs: z.int().meta({ description: 'Length of a day of the rules in milliseconds; shorter in demonstrations' }),
    need: z.record(z.string(), z.unknown()),
    pledge: z.record(z.string(), z.unknown()),
  })
  .meta({ id: 'Policy' });
