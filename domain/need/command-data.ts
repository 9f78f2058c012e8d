import type { JsonObject, Level } from '../kernel/types.ts';
import { LEVELS } from '../region/region.ts';
import type { Revision } from './events.ts';
import type { Extent, NeedLine, Progress, ReopenedLine } from './types.ts';

/** Reads the data of commands. Each returns null when the data has not the shape it must have. */

const CODE = /^[a-z][A-Za-z0-9]{0,39}$/;
const EXTENTS: readonly unknown[] = ['none', 'part', 'all'] satisfies Extent[];

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isCount = (value: unknown, from: number): value is number => Number.isSafeInteger(value) && Number(value) >= from;
const isId = (value: unknown): value is string => typeof value === 'string' && value.length > 0 && value.length <= 64;

export function codeIn(data: JsonObject, member: string): string | null {
  const value = data[member];
  return typeof value === 'string' && CODE.test(value) ? value : null;
}

export function idIn(data: JsonObject, member: string): string | null {
  const value = data[member];
  return isId(value) ? value : null;
}

export const levelIn = (data: JsonObject, member: string): Level | null =>
  LEVELS.find((level) => level === data[member]) ?? null;

const MOST_PHOTOS = 9;

/** Different photos, at most nine; `[]` when none are given, null when they are no photos. */
export function photosIn(data: JsonObject): string[] | null {
  const photos = idsIn(data, 'photos');
  return photos !== null && photos.length <= MOST_PHOTOS ? photos : null;
}

/** Different ids, at most 50; `[]` when none are given, null when they are not ids. */
export function idsIn(data: JsonObject, member: string): string[] | null {
  const ids: unknown = data[member] ?? [];
  return Array.isArray(ids) && ids.length <= 50 && ids.every(isId) && unique(ids, '') ? ids : null;
}

export function countIn(data: JsonObject, member: string, from: number, to: number): number | null {
  const value = data[member];
  return isCount(value, from) && value <= to ? value : null;
}

const isNeedLine = (line: unknown): boolean =>
  isObject(line) && isId(line['id']) && isCount(line['quantity'], 1) && isCount(line['unitPriceFen'], 0);

/** Whether every `key` occurs once. */
const unique = (lines: readonly unknown[], key: string): boolean =>
  new Set(lines.map((line) => (isObject(line) ? line[key] : line))).size === lines.length;

export function revisionIn(data: JsonObject): Revision | null {
  const { lines, amountFen, categoryPath } = data;
  const revisionId = idIn(data, 'revisionId');
  if (revisionId === null || !isCount(amountFen, 0)) return null;
  if (!Array.isArray(lines) || lines.length === 0 || !lines.every(isNeedLine) || !unique(lines, 'id')) return null;
  const kept = (lines as unknown as NeedLine[]).map(({ id, quantity, unitPriceFen }) => ({
    id,
    quantity,
    unitPriceFen,
  }));
  if (categoryPath === undefined) return { revisionId, lines: kept, amountFen };
  const path = idsIn(data, 'categoryPath');
  return path === null ? null : { revisionId, lines: kept, amountFen, categoryPath: path };
}

/** Quantities per line (from 1), each line once; `[]` when there are none. */
export function quantitiesIn(data: JsonObject, member = 'lines'): ReopenedLine[] | null {
  const lines: unknown = data[member];
  if (!Array.isArray(lines) || !unique(lines, 'lineId')) return null;
  if (!lines.every((line) => isObject(line) && isId(line['lineId']) && isCount(line['quantity'], 0))) return null;
  return (lines as ReopenedLine[])
    .filter((line) => line.quantity > 0)
    .map(({ lineId, quantity }) => ({ lineId, quantity }));
}

export function progressIn(data: JsonObject): Progress | null {
  const progress: unknown = data['progress'];
  if (!isObject(progress)) return null;
  const { committed, sent, received } = progress;
  if (![committed, sent, received].every((extent) => EXTENTS.includes(extent))) return null;
  return { committed, sent, received } as Progress;
}

/** On which levels somebody may decide, as an effect has counted them; null when it is no such answer. */
export function eligibleIn(data: JsonObject): { [level in Level]: boolean } | null {
  const given = data['eligible'];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return null;
  const entries = LEVELS.map((level) => [level, given[level] === true]);
  return Object.fromEntries(entries) as { [level in Level]: boolean };
}
