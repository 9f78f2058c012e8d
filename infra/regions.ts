import { readFileSync } from 'node:fs';
import { shortName } from '../domain/region/name.ts';
import { isRegionCode, pathOf } from '../domain/region/region.ts';
import { storedRegions, type Region } from './region-rows.ts';

export type { Region } from './region-rows.ts';

/** An eastern region that supports a western one (2016 guidance). */
export interface Pairing {
  readonly east: string;
  readonly west: string;
  readonly validFrom: string;
  readonly validTo: string | null;
}

/** The regions of data/regions, in memory. */
export interface Regions {
  readonly size: number;
  find(code: string): Region | null;
  /** Regions directly below; the provinces for `null`. In order of code, abolished ones left out. */
  children(code: string | null): readonly Region[];
  /** From the province down to the region; empty for an unknown code. */
  path(code: string): readonly Region[];
  /** Short names from the province down; a placeholder unit gives an empty text, so that indexes keep their meaning. */
  names(path: readonly string[]): string[];
  /** Codes of the eastern partners: those of the nearest region above that has any. Empty without a pair. */
  partners(code: string): readonly string[];
  /** The nearest region above (or this one) that has an eastern partner; null without a pair. */
  pairedRegion(code: string): string | null;
  /** Codes of the western regions that exactly this eastern one supports. */
  partnersWest(code: string): readonly string[];
}

export function loadRegions(regions: readonly Region[] = storedRegions()): Regions {
  const byCode = new Map(regions.map((region) => [region.code, region]));
  const children = childrenOf(regions);
  const pairs = readPairings().filter((pair) => pair.validTo === null);
  const find = (code: string): Region | null => byCode.get(code) ?? null;
  const paired = new Set(pairs.map((pair) => pair.west));
  const pairedRegion = (code: string): string | null =>
    isRegionCode(code) ? (pathOf(code).findLast((above) => paired.has(above)) ?? null) : null;
  return {
    size: byCode.size,
    find,
    children: (code) => children.get(code ?? '') ?? [],
    path: (code) => (byCode.has(code) ? pathOf(code).flatMap((c) => find(c) ?? []) : []),
    names: (path) =>
      path.map((code) => {
        const region = find(code);
        return region === null || region.placeholder ? '' : shortName(region.name);
      }),
    partners: (code) => pairs.filter((pair) => pair.west === pairedRegion(code)).map((pair) => pair.east),
    pairedRegion,
    partnersWest: (code) => pairs.filter((pair) => pair.east === code).map((pair) => pair.west),
  };
}

function childrenOf(regions: readonly Region[]): Map<string, Region[]> {
  const children = new Map<string, Region[]>();
  for (const region of regions) {
    if (region.validTo !== null) continue;
    const siblings = children.get(region.parent ?? '');
    if (siblings === undefined) children.set(region.parent ?? '', [region]);
    else siblings.push(region);
  }
  for (const siblings of children.values()) siblings.sort((a, b) => (a.code < b.code ? -1 : 1));
  return children;
}

function readPairings(): readonly Pairing[] {
  const file = new URL('../data/regions/pairings.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { pairs: Pairing[] }).pairs;
}
