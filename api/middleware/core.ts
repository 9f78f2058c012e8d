import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';
import helmet from 'helmet';
import { histogram } from '../../infra/metrics.ts';
import type { ApiDeps } from '../deps.ts';
import { beginState, stateOf } from './request-state.ts';

/** Answers are data: nothing in them may be run, framed or cached by chance. The docs page relaxes this for itself. */
const policy = {
  contentSecurityPolicy: { useDefaults: false, directives: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] } },
  crossOriginResourcePolicy: { policy: 'same-origin' as const },
  referrerPolicy: { policy: 'no-referrer' as const },
};

/** helmet's choice of headers, taken once: setting constants is one pass instead of fourteen middlewares a request. */
function fixedHeaders(): [string, string][] {
  const headers: [string, string][] = [['Cache-Control', 'no-store']];
  const recorder = {
    setHeader: (name: string, value: string) => headers.push([name, value]),
    removeHeader: () => undefined,
  };
  helmet(policy)({} as IncomingMessage, recorder as unknown as ServerResponse, () => undefined);
  return headers;
}

/** Request id, headers, access log and metrics: everything that every request has, in one middleware. */
export function core({ log, metrics }: Pick<ApiDeps, 'log' | 'metrics'>): RequestHandler {
  const headers = fixedHeaders();
  const seconds = histogram(metrics, 'bangfu_http_request_seconds', 'Time to the end of the answer', [
    'operation',
    'status',
  ]);
  return (req, res, next) => {
    const { id } = beginState(req, res);
    res.setHeader('X-Request-Id', id);
    for (const [name, value] of headers) res.setHeader(name, value);
    res.once('close', () => {
      const { operationId, startedAt } = stateOf(res);
      const ms = performance.now() - startedAt;
      const status = res.writableFinished ? res.statusCode : 499;
      seconds.observe({ operation: operationId, status: String(status) }, ms / 1000);
      accessLine(log, req.method, res, status, ms);
    });
    next();
  };
}

/** No path, no address, no account: an operation and how it went. Successful reads only at `debug`. */
function accessLine(log: ApiDeps['log'], method: string, res: Response, status: number, ms: number): void {
  const level = method === 'GET' && status < 400 ? 'debug' : 'info';
  if (!log.isLevelEnabled(level)) return;
  const { id: requestId, operationId } = stateOf(res);
  log[level]({ requestId, operationId, method, status, ms: Math.round(ms * 10) / 10 }, 'request');
}
