import { createLanes, GatewayBusy } from '../gateway-limits.ts';
import type { Crowd } from '../route.ts';

/** While the process is busy a crowd keeps only this part of its places: everybody else comes first. */
const BUSY_PART = 2;
/** The next ones come in when only this part of the places is taken any more; not none, as one may be slow. */
const REFILL_AT = 1 / 2;

/** Does the work of a request when its turn has come. @throws GatewayBusy for those to be told to come back */
export type CrowdGate = (params: Readonly<Record<string, unknown>>, work: () => Promise<void>) => Promise<void>;

/**
 * Thousands who want the same thing at once are let in a few at a time. The rest stand in a queue, before anything is
 * read or written for them, so that waiting costs next to nothing and everybody else stays served; beyond its length
 * they are told to come back. When to come back is spread, or they would all come together again.
 */
export function createCrowdGate({ by, atOnce, waiting, waitMs }: Crowd, isBusy: () => boolean): CrowdGate {
  const inFlight = (): number => (isBusy() ? Math.ceil(atOnce / BUSY_PART) : atOnce);
  const lanes = createLanes({ inFlight, waiting, waitMs, refillAt: REFILL_AT });
  return (params, work) =>
    lanes.run(String(params[by]), work).catch((error: unknown) => {
      throw error instanceof GatewayBusy ? new GatewayBusy(1 + Math.random() * 3) : error;
    });
}
