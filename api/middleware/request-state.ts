import { randomUUID } from 'node:crypto';
import type { Request, Response } from 'express';

/** What is known of a request from its first moment; kept on the response for the log and the error handler. */
export interface RequestState {
  readonly id: string;
  readonly startedAt: number;
  /** `none` until a route is found: an unknown path must not become a label of a metric. */
  operationId: string;
}

const KEY = 'bangfu';

export function beginState(req: Request, res: Response): RequestState {
  const state: RequestState = {
    id: requestId(req.headers['x-request-id']),
    startedAt: performance.now(),
    operationId: 'none',
  };
  (res.locals as Record<string, unknown>)[KEY] = state;
  return state;
}

export const stateOf = (res: Response): RequestState =>
  ((res.locals as Record<string, unknown>)[KEY] as RequestState | undefined) ?? {
    id: 'unknown',
    startedAt: performance.now(),
    operationId: 'none',
  };

/** A caller's request id is kept when it is harmless in a log line. */
const requestId = (given: string | string[] | undefined): string =>
  typeof given === 'string' && /^[\w.:-]{8,64}$/.test(given) ? given : randomUUID();
