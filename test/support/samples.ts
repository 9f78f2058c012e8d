import type { AnyRoute } from '../../api/route.ts';
import { z } from 'zod';

/** Made-up input for any schema of a request: a valid sample, and garbage in every place of it. */

interface JsonSchema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  example?: unknown;
  format?: string;
  minLength?: number;
  minimum?: number;
  minItems?: number;
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
}

const jsonSchema = (schema: z.ZodType): JsonSchema =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;

/** A smallest valid value; what the schema cannot tell (rules beyond shapes) may still be refused. */
/** The fields of a route's query, if it has one. */
export const queryFields = ({ request }: AnyRoute): [string, z.ZodType][] =>
  Object.entries((request?.query?.shape ?? {}) as Record<string, z.ZodType>);

export const sampleOf = (schema: z.ZodType): unknown => sample(jsonSchema(schema), jsonSchema(schema).$defs ?? {});

function sample(schema: JsonSchema, defs: Record<string, JsonSchema>): unknown {
  if (schema.$ref !== undefined) return sample(defs[schema.$ref.split('/').at(-1) ?? ''] ?? {}, defs);
  if (schema.example !== undefined) return schema.example;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return schema.enum[0];
  const first = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (first !== undefined) return sample(first, defs);
  if (schema.allOf !== undefined) return sample(Object.assign({}, ...schema.allOf) as JsonSchema, defs);
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  if (type === 'object') {
    const required = (schema.required ?? []).map((key) => [key, sample(schema.properties?.[key] ?? {}, defs)]);
    return Object.fromEntries(required) as unknown;
  }
  if (type === 'array') return Array.from({ length: schema.minItems ?? 0 }, () => sample(schema.items ?? {}, defs));
  if (type === 'integer' || type === 'number') return Math.max(1, schema.minimum ?? 1);
  if (type === 'boolean') return true;
  if (type === 'null') return null;
  return '好'.repeat(Math.max(1, schema.minLength ?? 1));
}

/** A body that no schema of ours takes, and what was done to it. `text` bodies are sent as they are. */
export interface Garbage {
  readonly what: string;
  readonly body: unknown;
}

const VALUES: readonly unknown[] = [null, { $ne: null }, { $gt: '' }, ['x'], 1.5, { constructor: { prototype: 1 } }];

/** Every field missing, of a wrong type, an operator, an array; fields nobody knows; bodies that are no object. */
export function garbageFor(schema: z.ZodType): Garbage[] {
  const good = sampleOf(schema);
  const whole: Garbage[] = [null, [], 'text', 7, [good]].map((body) => ({
    what: `body ${JSON.stringify(body)}`,
    body,
  }));
  const fields = typeof good === 'object' && good !== null ? Object.entries(good) : [];
  const spoilt = fields.flatMap(([key, value]) => [
    { what: `${key} missing`, body: without(good as object, key) },
    ...[...VALUES, ...inside(value)].map((bad) => ({
      what: `${key} = ${JSON.stringify(bad)}`,
      body: { ...(good as object), [key]: bad },
    })),
  ]);
  const unknown = ['role', 'status', 'stage', 'regionPath', '$where', 'a.b', '__proto__'].map((key) => ({
    what: `unknown field ${key}`,
    body: Object.defineProperty({ ...(good as object) }, key, { value: { x: 1 }, enumerable: true }) as unknown,
  }));
  return [...whole, ...spoilt, ...unknown].filter(({ body }) => !schema.safeParse(body).success);
}

/** The same one level deeper: an unknown field, an operator in place of a value. */
function inside(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.length === 0 ? [] : inside(value[0]).map((v) => [v]);
  if (typeof value !== 'object' || value === null) return [];
  return [{ ...value, unknown: 1 }, ...Object.keys(value).map((key) => ({ ...value, [key]: { $ne: 1 } }))];
}

const without = (object: object, key: string): object =>
  Object.fromEntries(Object.entries(object).filter(([k]) => k !== key));
