import type { ErrorRequestHandler, Request, Response } from 'express';
import { problem, problemBody, type Language, type Problem } from '../../contracts/problems.ts';
import { Problem as ProblemError } from '../../contracts/problems.ts';
import { CommandReused } from '../gateway.ts';
import { GatewayBusy } from '../gateway-limits.ts';
import type { ApiDeps } from '../deps.ts';
import { stateOf } from './request-state.ts';

/** `Accept-Language` → language of the titles; Chinese unless English is asked for first. */
export const languageOf = (header: string | undefined): Language => (/^\s*en\b/i.test(header ?? '') ? 'en' : 'zh');

/** Writes a problem as the answer. Nothing of a 5xx's cause gets out. */
export function sendProblem(req: Request, res: Response, p: Problem): void {
  if (res.headersSent) {
    res.destroy();
    return;
  }
  const { id } = stateOf(res);
  const path = req.originalUrl.split('?', 1)[0] ?? '/';
  const { retryAfter, headers } = p.options;
  for (const [name, value] of Object.entries(headers ?? {})) res.setHeader(name, value);
  if (retryAfter !== undefined) res.setHeader('Retry-After', String(Math.max(1, Math.ceil(retryAfter))));
  if (p.status === 401) res.setHeader('WWW-Authenticate', 'Bearer');
  res.statusCode = p.status;
  res.setHeader('Content-Type', 'application/problem+json; charset=utf-8');
  res.end(JSON.stringify(problemBody(p, languageOf(req.headers['accept-language']), path, id)));
}

/** The last middleware: whatever was thrown becomes an answer. */
export const errorHandler =
  ({ log }: Pick<ApiDeps, 'log'>): ErrorRequestHandler =>
  (error, req, res, _next) => {
    const p = toProblem(error);
    if (p.status >= 500) {
      const { id: requestId, operationId } = stateOf(res);
      log[p.status === 500 ? 'error' : 'warn'](
        { err: error as unknown, requestId, operationId, code: p.code },
        'request failed',
      );
    }
    sendProblem(req, res, p);
  };

/** Any error as an answer. What nobody foresaw is INTERNAL. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error;
  if (error instanceof GatewayBusy) return problem('CASE_BUSY', { retryAfter: error.retryAfterSeconds, cause: error });
  if (error instanceof CommandReused) return problem('IDEMPOTENCY_KEY_REUSED', { cause: error });
  return (
    httpProblem(error) ??
    (isDatabaseAway(error) ? problem('UNAVAILABLE', { retryAfter: 2, cause: error }) : internal(error))
  );
}

const internal = (cause: unknown): Problem => problem('INTERNAL', { cause });

/** Errors of Express and its body parsers say by `status` and `type` what the caller did. */
function httpProblem(error: unknown): Problem | null {
  if (!(error instanceof Error)) return null;
  if (error.name === 'MulterError') return uploadProblem(error);
  const { status, type } = error as Error & { status?: unknown; type?: unknown };
  if (status === 413) return problem('PAYLOAD_TOO_LARGE', { cause: error });
  if (status === 415) return problem('UNSUPPORTED_MEDIA_TYPE', { cause: error });
  if (type === 'entity.parse.failed')
    return problem('INVALID_JSON', { errors: [at('/body', 'INVALID_JSON')], cause: error });
  if (error instanceof URIError || (status === 400 && error.message.startsWith('Failed to decode param'))) {
    return problem('INVALID_REQUEST', { errors: [at('/path', 'malformed percent-encoding')], cause: error });
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return problem('INVALID_REQUEST', { errors: [at('/body', 'malformed body')], cause: error });
  }
  return null;
}

const at = (pointer: string, detail: string) => ({ pointer, code: 'INVALID', detail });

function uploadProblem(error: Error): Problem {
  const { code, field } = error as Error & { code?: string; field?: string };
  if (code === 'LIMIT_FILE_SIZE') return problem('PAYLOAD_TOO_LARGE', { cause: error });
  return problem('INVALID_REQUEST', { errors: [at(`/body/${field ?? ''}`, String(code))], cause: error });
}

const AWAY = new Set([
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoNotConnectedError',
  'MongoPoolClosedError',
  'MongoPoolClearedError',
  'PoolClearedOnNetworkError',
  'MongoTopologyClosedError',
  'MongoWaitQueueTimeoutError',
  'WaitQueueTimeoutError',
  'MongoOperationTimeoutError',
  'MongoClientClosedError',
]);
/** No primary, shutting down, stepped down, time limit, write concern not reached in time. */
const AWAY_CODES = new Set([6, 7, 50, 64, 89, 91, 112, 189, 251, 262, 9001, 10107, 11600, 11602, 13435, 13436]);

/** A bulk write tells of each of its writes and of their write concern. */
function codesOf(error: Error): number[] {
  const { code, err, writeErrors } = error as Error & Partial<Record<'code' | 'err' | 'writeErrors', unknown>>;
  const parts = [{ code }, err, ...[writeErrors].flat()] as ({ readonly code?: unknown } | null | undefined)[];
  return parts.flatMap((part) => (typeof part?.code === 'number' ? part.code : []));
}

/** Whether an error says that MongoDB is away or too slow now, so that the same request may work later. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (AWAY.has(error.name)) return true;
  // A bulk write wraps what really happened and takes its name away.
  const { cause, errorResponse } = error as Error & { errorResponse?: unknown };
  if (error.name.startsWith('Mongo') && codesOf(error).some((code) => AWAY_CODES.has(code))) return true;
  return error.message.includes('bufferCommands = false') || isDatabaseAway(cause) || isDatabaseAway(errorResponse);
}
