import type { Response } from 'express';
import { z } from 'zod';
import type { ApiDeps } from './deps.ts';
import type { SentAnswer } from './middleware/idempotency.ts';
import type { AnyReply, AnyRoute, BinaryBody } from './route.ts';

/** From a handler's reply to what goes out: only what the route declares, in its form. */

export function declared(route: AnyRoute, status: number): z.ZodType | BinaryBody | null {
  const schema = route.responses[status];
  if (schema === undefined) throw new Error(`${route.operationId} answered ${status}, which it does not declare`);
  return schema;
}

const isBinary = (schema: z.ZodType | BinaryBody | null): schema is BinaryBody =>
  schema !== null && 'contentType' in schema;

export function headersOf(reply: AnyReply, schema: z.ZodType | BinaryBody | null): Record<string, string> {
  const { etag } = reply;
  const type = schema === null ? null : isBinary(schema) ? schema.contentType : 'application/json; charset=utf-8';
  return {
    ...(type !== null && { 'Content-Type': type }),
    // Kept by the caller, asked for again each time: the revision decides.
    ...(etag !== undefined && { ETag: `"${etag}"`, 'Cache-Control': 'private, no-cache' }),
    ...reply.headers,
  };
}

/** The serialised body. What the schema does not name never gets out: an answer that breaks it is a bug, not an answer. */
export function bodyOf(
  { config }: ApiDeps,
  schema: z.ZodType | BinaryBody | null,
  { body }: AnyReply,
): Buffer | string | null {
  if (schema === null) return null;
  if (isBinary(schema)) return body as Buffer;
  if (!Buffer.isBuffer(body)) {
    z.parse(schema, body);
    return JSON.stringify(body);
  }
  // Ready-made bytes are made for speed: their shape is checked wherever nobody is in a hurry.
  if (config.profile !== 'production' && config.profile !== 'demo') z.parse(schema, JSON.parse(body.toString()));
  return body;
}

export function setHeaders(res: Response, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
}

export function send(
  res: Response,
  sent: { status: number; headers: SentAnswer['headers']; body: Buffer | string | null },
): void {
  res.statusCode = sent.status;
  setHeaders(res, sent.headers);
  if (sent.body === null) {
    res.end();
    return;
  }
  res.setHeader('Content-Length', Buffer.byteLength(sent.body));
  res.end(sent.body);
}
