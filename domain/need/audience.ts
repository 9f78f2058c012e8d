import { accept, refuse, type Instant } from '../kernel/types.ts';
import { codeAt, pathOf } from '../region/region.ts';
import { happened } from './events.ts';
import type { Handler, Handlers, NeedContext } from './handler.ts';
import { daysFrom } from './times.ts';
import type { NeedState, Tier } from './types.ts';

/** Who may see a published need: those nearby first, then step by step the whole country. */

const AFTER: Readonly<Record<Tier, Tier>> = {
  township: 'county',
  county: 'paired',
  paired: 'nation',
  nation: 'nation',
};

/** A region without a partner skips the tier of the pair. */
export function tierAfter(tier: Tier, pairedRegion: string | null | undefined): Tier {
  const next = AFTER[tier];
  return next === 'paired' && pairedRegion == null ? 'nation' : next;
}

export interface Shown {
  /** Absent under a policy without windows: the whole country at once. */
  readonly tier?: Tier;
  readonly clock: { readonly widen?: Instant };
}

/** The audience of a need that is published (again): the tier it had, for the rest of that tier's window. */
export function shownTo(state: NeedState, context: NeedContext): Shown {
  const days = context.policy.widenDays?.[state.urgency];
  if (days === undefined) return { clock: {} };
  const first = state.publishedAt === null;
  const tier = first ? 'township' : (state.tier ?? 'nation');
  if (tier === 'nation') return { tier, clock: {} };
  const window = daysFrom(context.now, days, context);
  const left = first ? undefined : state.widenLeftMs;
  return { tier, clock: { widen: left === undefined ? window : context.now + left } };
}

const widen: Handler = (state, _command, context) => {
  const days = context.policy.widenDays?.[state.urgency];
  if (state.tier === undefined || days === undefined) return refuse('NOT_DUE');
  const tier = tierAfter(state.tier, state.pairedRegion);
  const { widen: _due, ...clock } = state.clock;
  const next = tier === 'nation' ? {} : { widen: daysFrom(context.now, days, context) };
  return accept(happened('audienceWidened', { tier, clock: { ...clock, ...next } }));
};

export const audienceHandlers: Handlers = { widen };

export const EVERYBODY = 'nation';
/** No region is called so: nobody sees what a household shows no longer. */
export const NOBODY = 'nobody';
const pairedKey = (region: string): string => `paired:${region}`;

/**
 * The audience as one value, so that an index finds what somebody may see: the code of the township or county, the
 * region that has an eastern partner (both sides of the pair see it), or the whole country.
 */
export function audienceKey({ tier, regionPath, pairedRegion, consentRevoked }: NeedState): string {
  if (consentRevoked !== undefined) return NOBODY;
  switch (tier) {
    case 'township':
      return codeAt(regionPath, 'township') ?? EVERYBODY;
    case 'county':
      return codeAt(regionPath, 'county') ?? EVERYBODY;
    case 'paired':
      return pairedRegion == null ? EVERYBODY : pairedKey(pairedRegion);
    default:
      return EVERYBODY;
  }
}

/** What a published need must have for somebody to see it, as part of a query. */
export interface SeenBy {
  readonly audience: string | { readonly $in: string[] };
}

type Codes = readonly (string | null | undefined)[];
interface KnownRegions {
  find(code: string): unknown;
  partnersWest(code: string): readonly string[];
}

/** What somebody of these regions may see of published needs. Unknown codes show nothing more. */
export function audienceFilter(codes: Codes, regions: KnownRegions): { readonly audience: SeenBy['audience'] } {
  const audiences = audiencesWithin(codes, regions);
  return { audience: audiences.length === 1 ? EVERYBODY : { $in: audiences } };
}

/** The same as a list, that of everybody among them. */
export function audiencesWithin(codes: Codes, regions: KnownRegions): string[] {
  const known = codes.filter((code): code is string => code != null && regions.find(code) !== null);
  return audiencesOf(known, regions.partnersWest);
}

/** All audiences to which somebody of these regions belongs; nobody's regions are those of a stranger. */
export function audiencesOf(regions: readonly string[], partnersWest: (code: string) => readonly string[]): string[] {
  const codes = [...new Set(regions.flatMap(pathOf))];
  const pairs = codes.flatMap((code) => [code, ...partnersWest(code)]);
  return [EVERYBODY, ...codes, ...new Set(pairs.map(pairedKey))];
}
