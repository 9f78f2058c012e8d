import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible';
import { problem } from '../../contracts/problems.ts';
import type { ApiDeps } from '../deps.ts';
import type { RateBucket } from '../route.ts';

interface Limit {
  readonly points: number;
  readonly seconds: number;
}

/** Per account, or per address where nobody is signed in. */
const LIMITS: Readonly<Record<RateBucket, Limit>> = {
  read: { points: 1200, seconds: 60 },
  search: { points: 120, seconds: 60 },
  write: { points: 240, seconds: 60 },
  upload: { points: 60, seconds: 60 },
  export: { points: 10, seconds: 60 },
  signIn: { points: 30, seconds: 300 },
  register: { points: 20, seconds: 3600 },
};

/** Wrong passwords for one phone, wherever they come from: a lock-out that ends by itself. */
const WRONG_PASSWORDS: Limit = { points: 8, seconds: 900 };

/** Codes by text message to one phone: each costs money, and each is a few tries for whoever guesses. */
const CODES: Limit = { points: 6, seconds: 3600 };
/** Where people try things out; tests count for themselves. */
const CODES_FACTOR: Readonly<Record<string, number>> = { development: 50, demo: 1000 };

/** Addresses are shared by whole villages: an address may do what this many people may. */
const PEOPLE_PER_ADDRESS = 10;

/** Counted in this process alone: asking Redis would cost as much as the read itself. */
const LOCAL: ReadonlySet<RateBucket> = new Set<RateBucket>(['read']);

export interface RateLimits {
  /** @throws Problem TOO_MANY_REQUESTS */
  take(bucket: RateBucket, caller: { accountId: string | null; ip: string }): Promise<void>;
  /** Whether this phone may try a password now. `key` is its blind index. @throws Problem TOO_MANY_REQUESTS */
  mayTryPassword(key: string): Promise<void>;
  wrongPassword(key: string): Promise<void>;
  /** Whether a code may be sent to this phone now, known or not; counts it. `key` is its blind index. @throws Problem TOO_MANY_REQUESTS */
  mayAskCode(key: string): Promise<void>;
  rightPassword(key: string): Promise<void>;
}

/** What the profiles multiply the limits by: tests and demos come from one address and work at machine speed. */
const FACTOR: Readonly<Record<string, number>> = { production: 1, development: 50, demo: 1000, test: 1000 };

type Limiter = Pick<RateLimiterMemory, 'consume' | 'get' | 'delete'>;

export function createRateLimits({ config, redis }: Pick<ApiDeps, 'config' | 'redis'>): RateLimits {
  const factor = FACTOR[config.profile] ?? 1;
  const limiters = new Map<string, Limiter>();
  const limiter = (name: string, limit: Limit, local: boolean): Limiter => {
    const known = limiters.get(name);
    if (known !== undefined) return known;
    const options = { keyPrefix: `rate:${name}`, points: limit.points, duration: limit.seconds };
    // While Redis is away each process counts for itself: never without a limit, never without an answer.
    const memory = new RateLimiterMemory(options);
    const made = local
      ? memory
      : new RateLimiterRedis({ ...options, storeClient: redis, insuranceLimiter: memory, rejectIfRedisNotReady: true });
    limiters.set(name, made);
    return made;
  };
  const scaled = ({ points, seconds }: Limit, by: number): Limit => ({ points: points * by, seconds });
  const passwords = limiter('password', WRONG_PASSWORDS, false);
  const codes = limiter('code', scaled(CODES, CODES_FACTOR[config.profile] ?? 1), false);

  return {
    async take(bucket, { accountId, ip }) {
      const local = LOCAL.has(bucket);
      const byAccount = accountId !== null;
      const limit = scaled(LIMITS[bucket], byAccount ? factor : factor * PEOPLE_PER_ADDRESS);
      await consume(limiter(`${bucket}:${byAccount ? 'account' : 'ip'}`, limit, local), accountId ?? ip);
    },
    async mayTryPassword(key) {
      const state = await passwords.get(key);
      if (state !== null && state.consumedPoints >= WRONG_PASSWORDS.points) throw tooMany(state);
    },
    async wrongPassword(key) {
      await passwords.consume(key).catch(ignoreLimit);
    },
    mayAskCode: (key) => consume(codes, key),
    async rightPassword(key) {
      await passwords.delete(key);
    },
  };
}

async function consume(limiter: Limiter, key: string): Promise<void> {
  try {
    await limiter.consume(key);
  } catch (error) {
    throw error instanceof RateLimiterRes ? tooMany(error) : error;
  }
}

function ignoreLimit(error: unknown): void {
  if (!(error instanceof RateLimiterRes)) throw error;
}

const tooMany = ({ msBeforeNext }: RateLimiterRes) =>
  problem('TOO_MANY_REQUESTS', { retryAfter: Math.max(1, msBeforeNext / 1000) });
