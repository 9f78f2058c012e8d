import { audienceFilter, audiencesWithin, type SeenBy } from '../domain/need/audience.ts';
import type { ApiDeps } from './deps.ts';
import type { Caller } from './route.ts';

export type { SeenBy };

/**
 * People see what is open to where they live or serve; strangers only what is open to the whole country. The
 * setup gives needs from before there were audiences that of everybody.
 */
export function seenBy(deps: Pick<ApiDeps, 'reference'>, caller: Caller | null): SeenBy {
  return audienceFilter(regionsOf(caller), deps.reference.regions);
}

/** The audiences to which a caller belongs, that of everybody among them. */
export function audiencesSeen({ reference }: Pick<ApiDeps, 'reference'>, caller: Caller | null): string[] {
  return audiencesWithin(regionsOf(caller), reference.regions);
}

const regionsOf = (caller: Caller | null): (string | null | undefined)[] => [
  caller?.homeRegion,
  ...(caller?.grants ?? []).map(({ regionCode }) => regionCode),
];
