import { audiencesOf, EVERYBODY } from '../domain/need/audience.ts';
import type { ApiDeps } from './deps.ts';
import type { Caller } from './route.ts';

/** What a published need must have for this caller to see it, as part of a query. */
export interface SeenBy {
  readonly audience: string | { readonly $in: string[] };
}

/**
 * People see what is open to where they live or serve; strangers only what is open to the whole country. The
 * setup gives needs from before there were audiences that of everybody.
 */
export function seenBy(deps: Pick<ApiDeps, 'reference'>, caller: Caller | null): SeenBy {
  const audiences = audiencesSeen(deps, caller);
  return { audience: audiences.length === 1 ? EVERYBODY : { $in: audiences } };
}

/** The audiences to which a caller belongs, that of everybody among them. */
export function audiencesSeen({ reference }: Pick<ApiDeps, 'reference'>, caller: Caller | null): string[] {
  const regions = [caller?.homeRegion, ...(caller?.grants ?? []).map(({ regionCode }) => regionCode)];
  const known = regions.filter((code): code is string => code != null && reference.regions.find(code) !== null);
  return audiencesOf(known, reference.regions.partnersWest);
}
