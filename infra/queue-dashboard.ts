import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import type { RequestHandler } from 'express';
import { QUEUE_NAMES } from '../contracts/jobs.ts';
import type { Queues } from './queues.ts';

export const QUEUE_DASHBOARD_PATH = '/ops/queues';

/** The queues in a browser. It asks nobody who he is: mount it behind the operators' door only. */
export function createQueueDashboard(
  queues: Pick<Queues, 'all' | 'redis'>,
  path = QUEUE_DASHBOARD_PATH,
): RequestHandler {
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(path);
  createBullBoard({
    queues: QUEUE_NAMES.map((name) => new BullMQAdapter(queues.all[name])),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Bangfu', hideRedisDetails: true } },
  });
  const board = serverAdapter.getRouter() as RequestHandler;
  return (req, res, next) => {
    if (queues.redis.status === 'ready') {
      board(req, res, next);
      return;
    }
    // Its calls would wait until Redis is back.
    res.statusCode = 503;
    res.setHeader('Retry-After', '5');
    res.setHeader('Content-Type', 'text/plain; charset=utf-8');
    res.end('Redis 不可用，队列暂时看不到 / Redis is away');
  };
}
