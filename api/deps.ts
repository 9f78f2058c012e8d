import type { RequestHandler } from 'express';
import type { Redis } from 'ioredis';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import type { Instant } from '../domain/kernel/types.ts';
import type { Config } from '../infra/config.ts';
import type { Crypto } from '../infra/crypto/index.ts';
import type { IdentityRegister } from '../infra/providers/identity/index.ts';
import type { Reference } from '../infra/reference.ts';
import type { Jobs } from '../infra/queues.ts';
import type { PhotoStorage } from '../infra/storage.ts';
import type { Models } from '../models/index.ts';
import type { Gateway } from './gateway.ts';

/** Everything a route may use. Made once per process; tests replace parts of it. */
export interface ApiDeps {
  readonly config: Config;
  readonly log: Logger;
  readonly models: Models;
  readonly redis: Redis;
  readonly crypto: Crypto;
  readonly gateway: Gateway;
  readonly reference: Reference;
  readonly photos: PhotoStorage;
  /** Says whether name and ID number belong together; null where no register is asked. */
  readonly identity: IdentityRegister | null;
  /** Work for the job workers that a route asks for. */
  readonly jobs: Jobs;
  readonly metrics: Registry;
  /** Whether each server answers, within a second or so; for /health/ready. */
  readonly health: { readonly [part in 'mongo' | 'redis' | 'temporal']: () => Promise<boolean> };
  now(): Instant;
  /** Pages that are no part of the API, e.g. the queue dashboard; only operators get in (HTTP Basic). */
  readonly mounts?: readonly Mount[];
}

export interface Mount {
  /** e.g. `/ops/queues` */
  readonly path: string;
  readonly handler: RequestHandler;
}
