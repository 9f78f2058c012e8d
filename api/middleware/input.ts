import express, { type Request, type Response } from 'express';
import multer from 'multer';
import type { z } from 'zod';
import { problem, type FieldError } from '../../contracts/problems.ts';
import type { AnyRoute, RequestSchemas, Upload, UploadedFile } from '../route.ts';

export const BODY_LIMIT = 100 * 1024;

export interface Input {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly headers: unknown;
  readonly files: readonly UploadedFile[];
  readonly rawBody: Buffer;
}

type Reader = (req: Request, res: Response) => Promise<Pick<Input, 'body' | 'files'> & { rawBody?: Buffer }>;

const NO_BYTES = Buffer.alloc(0);

/** Reads and checks everything a request brings. @throws Problem 400, 413, 415 with a pointer per faulty field */
export function inputReader(route: AnyRoute): (req: Request, res: Response) => Promise<Input> {
  const { request = {} } = route;
  const read = bodyReader(route);
  return async (req, res) => {
    const errors: FieldError[] = [];
    const params = part('path', request.params, req.params, errors);
    const query = part('query', request.query, queryOf(req), errors);
    const headers = part('headers', request.headers, req.headers, errors);
    // What the address says is wrong already: the body need not be read.
    if (errors.length > 0) throw invalid(errors);
    const { body, files, rawBody = NO_BYTES } = await read(req, res);
    const parsed = part('body', request.body, body, errors);
    if (errors.length > 0) throw invalid(errors);
    return { params, query, headers, body: parsed, files, rawBody };
  };
}

const invalid = (errors: readonly FieldError[]) => problem('INVALID_REQUEST', { errors });

function part(name: string, schema: z.ZodType | undefined, given: unknown, errors: FieldError[]): unknown {
  if (schema === undefined) {
    if (name === 'query' || name === 'body') errors.push(...unexpected(name, given));
    return name === 'body' ? undefined : {};
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  errors.push(...parsed.error.issues.flatMap((issue) => fieldErrors(name, issue)));
  return undefined;
}

const unexpected = (name: string, given: unknown): FieldError[] =>
  typeof given === 'object' && given !== null
    ? Object.keys(given).map((key) => ({
        pointer: pointer(name, [key]),
        code: 'UNKNOWN_FIELD',
        detail: 'unknown field',
      }))
    : given === undefined
      ? []
      : [{ pointer: pointer(name, []), code: 'UNKNOWN_FIELD', detail: 'no body is expected' }];

function fieldErrors(name: string, issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      pointer: pointer(name, [...issue.path, key]),
      code: 'UNKNOWN_FIELD',
      detail: 'unknown field',
    }));
  }
  return [{ pointer: pointer(name, issue.path), code: issue.code.toUpperCase(), detail: issue.message }];
}

/** RFC 6901, below `/path`, `/query`, `/body` or `/headers`. */
const pointer = (name: string, path: readonly PropertyKey[]): string =>
  ['', name, ...path.map((key) => String(key).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/').slice(0, 300);

/** The query as single texts; a name given twice is an array, which no scalar schema takes. */
function queryOf(req: Request): Record<string, string | string[]> {
  const mark = req.url.indexOf('?');
  const query: Record<string, string | string[]> = {};
  if (mark < 0) return query;
  for (const [name, value] of new URLSearchParams(req.url.slice(mark + 1))) {
    const known = Object.hasOwn(query, name) ? query[name] : undefined;
    const next = known === undefined ? value : [known, value].flat();
    // Defined, not assigned: `__proto__` must be a field like any other.
    Object.defineProperty(query, name, { value: next, enumerable: true, configurable: true, writable: true });
  }
  return query;
}

const hasBody = (req: Request): boolean =>
  req.headers['transfer-encoding'] !== undefined || Number(req.headers['content-length'] ?? 0) > 0;

function bodyReader(route: AnyRoute): Reader {
  if (route.method === 'get') return () => Promise.resolve({ body: undefined, files: [] });
  if (route.upload !== undefined) return uploadReader(route.upload, route.request ?? {});
  const bytes = new WeakMap<object, Buffer>();
  const verify = (req: object, _res: unknown, raw: Buffer): void => void bytes.set(req, raw);
  const limit = route.bodyLimit ?? BODY_LIMIT;
  const json = express.json({ limit, strict: false, type: isJson, ...(route.rawBody === true && { verify }) });
  return async (req, res) => {
    if (!hasBody(req)) return { body: undefined, files: [] };
    if (!isJson(req)) throw problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'send application/json' });
    await new Promise<void>((resolve, reject) => {
      json(req, res, (error?: unknown) => (error === undefined ? resolve() : reject(error as Error)));
    });
    return { body: req.body as unknown, files: [], rawBody: bytes.get(req) ?? NO_BYTES };
  };
}

const isJson = (req: { headers: { 'content-type'?: string | undefined } }): boolean =>
  /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(req.headers['content-type'] ?? '');

function uploadReader({ field, maxFiles, maxBytes, types }: Upload, request: RequestSchemas): Reader {
  const limits = {
    files: maxFiles,
    fileSize: maxBytes,
    fields: 20,
    fieldSize: 20_000,
    parts: maxFiles + 20,
    headerPairs: 50,
  };
  const receive = multer({ storage: multer.memoryStorage(), limits }).array(field, maxFiles);
  return async (req, res) => {
    if (!/^multipart\/form-data\s*;/i.test(req.headers['content-type'] ?? '')) {
      throw problem('UNSUPPORTED_MEDIA_TYPE', { detail: 'send multipart/form-data' });
    }
    await new Promise<void>((resolve, reject) => {
      receive(req, res, (error?: unknown) =>
        error === undefined || error === null ? resolve() : reject(asUploadFault(error)),
      );
    });
    const files = ((req.files ?? []) as Express.Multer.File[]).map(({ originalname, mimetype, buffer }) => ({
      name: originalname,
      type: mimetype,
      bytes: buffer,
    }));
    if (files.length === 0)
      throw invalid([{ pointer: `/body/${field}`, code: 'REQUIRED', detail: 'a file is expected' }]);
    const wrong = files.find((file) => !types.includes(file.type));
    if (wrong !== undefined) {
      throw problem('UNSUPPORTED_MEDIA_TYPE', {
        errors: [{ pointer: `/body/${field}`, code: 'TYPE', detail: `accepted: ${types.join(', ')}` }],
      });
    }
    // multer makes an object without prototype; without a schema, stray fields are refused like everywhere.
    const body = { ...(req.body as Record<string, unknown>) };
    return { body: request.body === undefined && Object.keys(body).length === 0 ? undefined : body, files };
  };
}

/** A broken multipart body is the caller's fault, however the parser words it. */
const asUploadFault = (error: unknown): Error =>
  error instanceof Error && error.name === 'MulterError'
    ? error
    : problem('INVALID_REQUEST', {
        errors: [{ pointer: '/body', code: 'INVALID', detail: 'malformed multipart body' }],
        cause: error,
      });
