import { z } from 'zod';

/**
 * Building blocks of all request and response schemas. Requests are strict objects of strict scalars: an unknown
 * field, an operator object such as `{"$ne": null}` or a prototype key never gets past them.
 * Name a schema that several routes share with `.meta({ id: 'Name' })`; it becomes a component of the OpenAPI file.
 */

export const id = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  .meta({ description: 'UUID, lower case', format: 'uuid', example: '01936f5e-7c1a-7cc3-8000-3b0f2a9d4c11' });

/** ISO 8601 in UTC, e.g. `2026-11-23T08:00:00.000Z`. */
export const instant = z.iso.datetime().meta({ example: '2026-11-23T08:00:00.000Z' });

/** `YYYY-MM-DD` */
export const day = z.iso.date().meta({ example: '2026-11-23' });

/** A code of GB/T 2260 and its extension: 2, 4, 6, 9 or 12 digits. */
export const regionCode = z
  .string()
  .regex(/^(?:\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$/)
  .meta({ description: 'Region code (GB/T 2260 and its extension)', example: '360735100223' });

export const level = z.enum(['village', 'township', 'county', 'city', 'province']);

/** Integer fen. */
export const fen = z.int().min(0).max(100_000_000_000).meta({ description: 'Money in fen', example: 12_900 });

/** Characters that turn the direction of what follows: they make a text read otherwise than it is. */
const readsAsWritten = (s: string): boolean => !/[\u202a-\u202e\u2066-\u2069]/.test(s);
const TURNED = { error: 'must not turn the direction of the text' };

/** One line of text: trimmed, without control characters. Lengths count characters as people see them. */
export const line = (min: number, max: number) =>
  z
    .string()
    .trim()
    .refine((s) => [...s].length >= min && [...s].length <= max, { error: `must have ${min} to ${max} characters` })
    .refine((s) => !/\p{Cc}|\p{Cs}/u.test(s), { error: 'must not hold control characters' })
    .refine(readsAsWritten, TURNED)
    .meta({ minLength: min, maxLength: max });

/** Several lines of text: like `line`, but tab and line break are allowed. */
export const text = (min: number, max: number) =>
  z
    .string()
    .trim()
    .refine((s) => [...s].length >= min && [...s].length <= max, { error: `must have ${min} to ${max} characters` })
    .refine((s) => !/[^\P{Cc}\t\n\r]|\p{Cs}/u.test(s), { error: 'must not hold control characters' })
    .refine(readsAsWritten, TURNED)
    .meta({ minLength: min, maxLength: max });

/** An integer in a query or path, where everything arrives as text. */
export const queryInt = (min: number, max: number) =>
  z
    .string()
    .regex(/^-?\d{1,15}$/)
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .meta({ type: 'integer', minimum: min, maximum: max });

export const queryFlag = z.enum(['true', 'false']).transform((v) => v === 'true');

/** `?stage=a,b` → ['a', 'b'] */
export const queryList = <T extends string>(values: readonly [T, ...T[]], max = 20) =>
  z
    .string()
    .max(1000)
    .transform((s) => s.split(','))
    .pipe(z.array(z.enum(values)).min(1).max(max));

export const DEFAULT_PAGE = 20;
export const MAX_PAGE = 100;

/** Query fields of every list: spread them into the route's query. Lists have no totals and no page numbers. */
export const pageQuery = {
  cursor: z.string().min(1).max(500).optional().meta({ description: 'The `next` of the page before' }),
  limit: queryInt(1, MAX_PAGE)
    .optional()
    .meta({ description: `1 to ${MAX_PAGE}, default ${DEFAULT_PAGE}` }),
};

/** A page of a list; `next` is null on the last one. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.strictObject({ items: z.array(item), next: z.string().nullable() });

/**
 * Marks a field of answers that tells about a person (`x-personal` in OpenAPI). A route that shows it to others than the
 * person cannot be defined without a purpose.
 */
export const personal = <T extends z.ZodType>(field: T): T => field.meta({ 'x-personal': true });

export const problemSchema = z
  .object({
    type: z.string().meta({ example: '/problems/invalid-request' }),
    title: z.string(),
    status: z.int(),
    detail: z.string().optional(),
    instance: z.string(),
    code: z.string().meta({ example: 'INVALID_REQUEST' }),
    requestId: z.string(),
    errors: z.array(z.object({ pointer: z.string(), code: z.string(), detail: z.string() })),
    stage: z.string().optional().meta({ description: 'With 409: the current stage' }),
    allowed: z.array(z.string()).optional().meta({ description: 'With 409: the commands this stage takes' }),
  })
  .meta({ id: 'Problem', description: 'RFC 9457' });

/** Answer 202 of every command: accepted for good, not yet applied. Poll `Location`. */
export const pendingSchema = z
  .strictObject({ commandId: z.string(), status: z.literal('pending') })
  .meta({ id: 'PendingCommand' });
