import type { Instant } from '../kernel/types.ts';
import { codeAt } from '../region/region.ts';
import { isSeldomSeen, type Exposure, type ShownTotals } from './score.ts';
import type { Candidate, DonorProfile } from './types.ts';

/**
 * All open needs of the country by what donors look for, each list with the longest waiting first. Retrieval picks a few
 * of several lists, so that its cost does not grow with the number of needs.
 */
export interface Pool extends Exposure {
  readonly size: number;
  put(need: Candidate): void;
  remove(id: string): void;
  /** At most about `LIMIT` open needs of these audiences that may suit him. */
  candidates(donor: DonorProfile, audiences: readonly string[], now: Instant): Set<Candidate>;
  /** That a need was shown once more (or `times` more). */
  shown(id: string, times?: number): void;
  get(id: string): Candidate | undefined;
}

const LIMIT = 500;
/** Of one list, so that no single trait of a donor fills everything. */
const PER_LIST = 60;
/** Each call looks at the next so many of all: sooner or later every open need gets its turn. */
const PER_TURN = 40;
/** A list is looked through at most so far for needs that still have something free. */
const LOOK_AT_MOST = 400;

type Bucket = Candidate[];

export function createPool(): Pool {
  const byId = new Map<string, Candidate>();
  const buckets = new Map<string, Bucket>();
  const villages = new Map<string, ShownTotals>();
  const country = { needs: 0, shown: 0 };
  let turn = 0;

  function put(need: Candidate): void {
    const before = byId.get(need.id);
    if (before !== undefined && sameLists(before, need)) {
      const { shown } = before;
      Object.assign(before, need, { shown });
      return;
    }
    const shown = Math.max(need.shown, before?.shown ?? 0);
    if (before !== undefined) remove(need.id);
    const kept = { ...need, shown };
    byId.set(kept.id, kept);
    for (const list of listsOf(kept)) insert(bucketOf(list), kept);
    count(kept, 1);
  }

  function remove(id: string): void {
    const need = byId.get(id);
    if (need === undefined) return;
    byId.delete(id);
    for (const list of listsOf(need)) {
      const bucket = buckets.get(list);
      if (bucket === undefined) continue;
      const at = placeOf(bucket, need);
      if (bucket[at]?.id === id) bucket.splice(at, 1);
      if (bucket.length === 0) buckets.delete(list);
    }
    count(need, -1);
  }

  function count({ village, shown }: Candidate, sign: 1 | -1): void {
    const of = villages.get(village) ?? { needs: 0, shown: 0 };
    for (const total of [of, country]) {
      total.needs += sign;
      total.shown += sign * shown;
    }
    if (of.needs === 0) villages.delete(village);
    else villages.set(village, of);
  }

  const bucketOf = (list: string): Bucket => {
    const known = buckets.get(list);
    if (known !== undefined) return known;
    const made: Bucket = [];
    buckets.set(list, made);
    return made;
  };

  function candidates(donor: DonorProfile, audiences: readonly string[], now: Instant): Set<Candidate> {
    const found = new Set<Candidate>();
    for (const audience of audiences) {
      for (const trait of traitsOf(donor)) take(found, buckets.get(`${audience}|${trait}`), 0, PER_LIST, now);
      const all = buckets.get(`${audience}|`) ?? [];
      take(found, all, all.length === 0 ? 0 : turn % all.length, PER_TURN, now);
      if (found.size >= LIMIT) break;
    }
    turn += PER_TURN;
    return found;
  }

  return {
    get size() {
      return byId.size;
    },
    put,
    remove,
    candidates,
    get: (id) => byId.get(id),
    shown(id, times = 1) {
      const need = byId.get(id);
      if (need === undefined) return;
      need.shown += times;
      country.shown += times;
      const village = villages.get(need.village);
      if (village !== undefined) village.shown += times;
    },
    seldomSeen(code) {
      return isSeldomSeen(villages.get(code), country);
    },
  };
}

/** Adds up to `most` open needs of a list, from a place on and round its end. */
function take(found: Set<Candidate>, list: Bucket | undefined, from: number, most: number, now: Instant): void {
  if (list === undefined) return;
  const look = Math.min(list.length, LOOK_AT_MOST);
  for (let i = 0, taken = 0; i < look && taken < most; i += 1) {
    const need = list[(from + i) % list.length];
    if (need === undefined || need.free === 0 || need.expiresAt <= now) continue;
    found.add(need);
    taken += 1;
  }
}

/** The lists that a donor's ways point at, the telling ones first. */
function traitsOf({ regions, paired, gave, offers }: DonorProfile): string[] {
  const often = Object.entries(gave)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 6)
    .map(([category]) => category);
  const home = regions.slice(0, 3);
  const near = (['county', 'city', 'province'] as const).flatMap((level) =>
    home.flatMap((code) => codeAt(code, level) ?? []),
  );
  return [
    ...new Set([...offers, ...often].map((category) => `c:${category}`)),
    ...new Set([...near, ...paired].map((code) => `r:${code}`)),
    'urgent',
    'neverHelped',
    '',
  ];
}

/** `audience|trait`; the bare audience holds all of it. */
function listsOf({ audience, category, family, county, urgency, helpedBefore }: Candidate): string[] {
  const traits = [
    '',
    `c:${category}`,
    ...(family === category ? [] : [`c:${family}`]),
    `r:${county}`,
    `r:${county.slice(0, 4)}`,
    `r:${county.slice(0, 2)}`,
    ...(urgency === 'urgent' ? ['urgent'] : []),
    ...(helpedBefore ? [] : ['neverHelped']),
  ];
  return traits.map((trait) => `${audience}|${trait}`);
}

const sameLists = (a: Candidate, b: Candidate): boolean =>
  a.audience === b.audience &&
  a.category === b.category &&
  a.village === b.village &&
  a.urgency === b.urgency &&
  a.publishedAt === b.publishedAt &&
  a.helpedBefore === b.helpedBefore;

const isBefore = (a: Candidate, b: Candidate): boolean =>
  a.publishedAt < b.publishedAt || (a.publishedAt === b.publishedAt && a.id < b.id);

/** Where it stands or would stand. */
function placeOf(bucket: Bucket, need: Candidate): number {
  let low = 0;
  let high = bucket.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const at = bucket[middle];
    if (at !== undefined && isBefore(at, need)) low = middle + 1;
    else high = middle;
  }
  return low;
}

function insert(bucket: Bucket, need: Candidate): void {
  const last = bucket.at(-1);
  // Loading goes by age: the usual place is the end.
  if (last === undefined || isBefore(last, need)) bucket.push(need);
  else bucket.splice(placeOf(bucket, need), 0, need);
}
