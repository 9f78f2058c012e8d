import type { Express, Response } from 'express';
import type { ApiDeps } from './deps.ts';
import { stateOf } from './middleware/request-state.ts';

/** The API can serve without these, only less well: reads and submissions go on. */
const OPTIONAL = new Set(['redis', 'temporal']);

/**
 * `/health/live`, `/health/ready`, `/metrics`. Ready means MongoDB answers; what else is away makes the answer
 * `degraded`, still with status 200.
 */
export function healthPages(app: Express, deps: Pick<ApiDeps, 'health' | 'metrics' | 'reference' | 'now'>): void {
  app.get('/health/live', (_req, res) => {
    stateOf(res).operationId = 'live';
    json(res, 200, { status: 'live' });
  });
  app.get('/health/ready', async (_req, res) => {
    stateOf(res).operationId = 'ready';
    const names = Object.keys(deps.health);
    const states = await Promise.all(Object.values(deps.health).map((check) => check().catch(() => false)));
    const parts = Object.fromEntries(names.map((name, i) => [name, states[i] === true ? 'up' : 'away']));
    const away = names.filter((_, i) => states[i] !== true);
    const ready = away.every((name) => OPTIONAL.has(name));
    const status = !ready ? 'notReady' : away.length > 0 ? 'degraded' : 'ready';
    json(res, ready ? 200 : 503, { status, parts, degraded: away, warnings: deps.reference.warnings(deps.now()) });
  });
  app.get('/metrics', async (_req, res) => {
    stateOf(res).operationId = 'metrics';
    res.setHeader('Content-Type', deps.metrics.contentType);
    res.end(await deps.metrics.metrics());
  });
}

function json(res: Response, status: number, body: unknown): void {
  res.statusCode = status;
  res.setHeader('Content-Type', 'application/json; charset=utf-8');
  res.end(JSON.stringify(body));
}
