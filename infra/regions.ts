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
}

export function loadRegions(regions: readonly Region[] = storedRegions()): Regions {
  const byCode = new Map(regions.map((region) => [region.code, region]));
  const children = childrenOf(regions);
  const pairs = readPairings();
  const find = (code: string): Region | null => byCode.get(code) ?? null;
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
    partners(code) {
      if (!isRegionCode(code)) return [];
      for (const above of pathOf(code).reverse()) {
        const found = pairs.filter((pair) => pair.west === above && pair.validTo === null);
        if (found.length > 0) return found.map((pair) => pair.east);
      }
      return [];
    },
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
