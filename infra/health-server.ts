import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';

/** Each part a process needs, and whether it answers; `warnings` are shown but don't make it unready. */
export interface Readiness {
  readonly parts: Readonly<Record<string, boolean>>;
  readonly warnings?: readonly string[];
}

export const isReady = ({ parts }: Readiness): boolean => Object.values(parts).every(Boolean);

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface HealthServerOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly metrics: Registry;
  ready(): Promise<Readiness>;
}

/** `/health/live`, `/health/ready` and `/metrics` of a process without an API. @throws when the port is taken */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    void answer(options, request.url ?? '/').then(({ status, type, body }) => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    });
  });
  await listen(server, options);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const json = (status: number, body: unknown): Answer => ({
  status,
  type: 'application/json',
  body: JSON.stringify(body),
});

async function answer({ ready, metrics }: HealthServerOptions, url: string): Promise<Answer> {
  try {
    const path = url.split('?', 1)[0];
    if (path === '/health/live') return json(200, { status: 'live' });
    if (path === '/metrics') return { status: 200, type: metrics.contentType, body: await metrics.metrics() };
    if (path !== '/health/ready') return json(404, { status: 'unknown' });
    const readiness = await ready();
    return json(isReady(readiness) ? 200 : 503, { status: isReady(readiness) ? 'ready' : 'notReady', ...readiness });
  } catch {
    return json(503, { status: 'notReady' });
  }
}

const listen = (server: Server, { host, port }: HealthServerOptions): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
