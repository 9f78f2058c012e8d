import type { RequestHandler } from 'express';
import { QUEUE_NAMES } from '../contracts/jobs.ts';
import type { Queues } from './queues.ts';

export const QUEUE_DASHBOARD_PATH = '/ops/queues';

/** The queues in a browser. It asks nobody who he is: mount it behind the operators' door only. */
export function createQueueDashboard(
  queues: Pick<Queues, 'all' | 'redis'>,
  path = QUEUE_DASHBOARD_PATH,
): RequestHandler {
  let board: Promise<RequestHandler> | undefined;
  return async (req, res, next) => {
    if (queues.redis.status === 'ready') {
      board ??= createBoard(queues, path);
      await (
        await board
      )(req, res, next);
      return;
    }
    // Its calls would wait until Redis is back.
    res.statusCode = 503;
    res.setHeader('Retry-After', '5');
    res.setHeader('Content-Type', 'text/plain; charset=utf-8');
    res.end('Redis 不可用，队列暂时看不到 / Redis is away');
  };
}

/** Loaded when an operator looks, not with every API. */
async function createBoard(queues: Pick<Queues, 'all'>, path: string): Promise<RequestHandler> {
  const [{ createBullBoard }, { BullMQAdapter }, { ExpressAdapter }] = await Promise.all([
    import('@bull-board/api'),
    import('@bull-board/api/bullMQAdapter'),
    import('@bull-board/express'),
  ]);
  const serverAdapter = new ExpressAdapter();
  serverAdapter.setBasePath(path);
  createBullBoard({
    queues: QUEUE_NAMES.map((name) => new BullMQAdapter(queues.all[name])),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Bangfu', hideRedisDetails: true } },
  });
  return serverAdapter.getRouter() as RequestHandler;
}
