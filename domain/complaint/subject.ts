import type { Actor, Level, Role } from '../kernel/types.ts';
import { isAbove, isRegionCode, levelAbove, levelOf, pathOf } from '../region/region.ts';
import type { ComplaintSeed } from './types.ts';

/** Whose doing a complaint is about, and so where it begins. */
export type Involved = Pick<ComplaintSeed, 'accusedIds' | 'partOf' | 'regionPath'>;

const highest = (levels: readonly Level[], least: Level): Level =>
  levels.reduce((top, level) => (isAbove(level, top) ? level : top), least);

/** Whoever acted himself or had somebody act for him. The complainant does not accuse himself. */
const accused = (ids: readonly (string | undefined)[], complainantId: string): readonly string[] =>
  [...new Set(ids)].filter((id): id is string => id !== undefined && id !== complainantId).sort();

/**
 * About something that happened in a case (a need, a pledge, an offer): its people, and every cadre who acted in it.
 * Begins above the highest of these cadres, at the township when none acted.
 */
export function involvedInCase(
  {
    regionPath,
    people,
    actors,
  }: { regionPath: readonly string[]; people: readonly string[]; actors: readonly Actor[] },
  complainantId: string,
): Involved {
  const cadres = actors.filter(({ role }) => role === 'cadre');
  const levels = cadres.flatMap(({ level }) => (level === undefined ? [] : [level]));
  const ids = [...people, ...cadres.flatMap(({ id, standsInFor }) => [id, standsInFor])];
  const byOperator = actors.some(({ role }) => role === 'operator');
  return {
    accusedIds: accused(ids, complainantId),
    partOf: byOperator ? null : highest(levels, 'village'),
    regionPath,
  };
}

interface Office {
  readonly role: Role;
  readonly level?: Level;
  readonly regionCode?: string;
}

/** About somebody: begins above his highest office; at the county of his home when he has none. */
export function involvedAccount(
  { id, offices, homeRegion }: { id: string; offices: readonly Office[]; homeRegion: string | null },
  complainantId: string,
): Involved {
  const accusedIds = accused([id], complainantId);
  const placed = offices.flatMap(({ level, regionCode }) =>
    regionCode !== undefined && isRegionCode(regionCode) ? [{ level: level ?? levelOf(regionCode), regionCode }] : [],
  );
  if (offices.some(({ role }) => role === 'operator')) return { accusedIds, partOf: null, regionPath: [] };
  const top = placed.find(({ level }) => placed.every((other) => !isAbove(other.level, level)));
  if (top !== undefined) return { accusedIds, partOf: top.level, regionPath: pathOf(top.regionCode) };
  if (homeRegion === null || !isRegionCode(homeRegion)) return { accusedIds, partOf: null, regionPath: [] };
  return { accusedIds, partOf: 'township', regionPath: pathOf(homeRegion) };
}

/** About an office, whoever holds it. */
export const involvedOffice = (
  { level, regionCode, holders }: { level: Level; regionCode: string; holders: readonly string[] },
  complainantId: string,
): Involved => ({ accusedIds: accused(holders, complainantId), partOf: level, regionPath: pathOf(regionCode) });

/**
 * Of what a household may complain that has come in by its number and a code: of what became of its needs and of what was
 * given to it, of an office, and against its own score. It is asked back by its registered phone.
 */
const BY_NUMBER: readonly ComplaintSeed['about'][] = ['need', 'pledge', 'office', 'score'];

export const mayComplainAbout = (about: ComplaintSeed['about'], byNumber: boolean): boolean =>
  !byNumber || BY_NUMBER.includes(about);

export const PLATFORM: Involved = { accusedIds: [], partOf: null, regionPath: [] };

/** Against a freeze: who did it never sees the complaint, whatever office he holds by now. */
export const contesting = (involved: Involved, { by }: { readonly by: string }): Involved => ({
  ...involved,
  accusedIds: accused([...involved.accusedIds, by], ''),
});

/** The regions whose cadres may look at a complaint: those of the level where it begins and above. */
export function visibleTo({ partOf, regionPath }: Involved): readonly string[] {
  const first = partOf === null ? null : levelAbove(partOf);
  return first === null ? [] : regionPath.filter((code) => !isAbove(first, levelOf(code)));
}
