import { z } from 'zod';
import type { BinaryBody } from './route.ts';

/** Paths of the fields that tell about a person (`personal` of contracts/http/common.ts), e.g. `items[].householdId`. */
export function personalFields(schema: z.ZodType | BinaryBody | null): string[] {
  return schema === null || 'contentType' in schema ? [] : [...new Set(marked(schema, ''))];
}

function marked(schema: z.ZodType, path: string): string[] {
  if (schema.meta()?.['x-personal'] === true) return [path];
  if (schema instanceof z.ZodObject) {
    return Object.entries(schema.shape).flatMap(([key, field]) =>
      marked(field as z.ZodType, path === '' ? key : `${path}.${key}`),
    );
  }
  if (schema instanceof z.ZodArray) return marked(schema.element as z.ZodType, `${path}[]`);
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => marked(option as z.ZodType, path));
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional)
    return marked(schema.unwrap() as z.ZodType, path);
  return [];
}
