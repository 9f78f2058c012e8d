import { readdirSync, readFileSync } from 'node:fs';
import { shortName } from '../domain/region/name.ts';
import { levelOf, parentOf, pathOf, type Level } from '../domain/region/region.ts';

/** One region. Dates are `YYYY-MM-DD`: valid from that day on, and until the day before `validTo`. */
export interface Region {
  readonly code: string;
  /** The official name. */
  readonly name: string;
  readonly fullName: string;
  readonly level: Level;
  readonly parent: string | null;
  /** Codes from the province to the region itself. */
  readonly path: readonly string[];
  /** Exists only to keep the codes regular; it has no administration and does not appear in full names. */
  readonly placeholder: boolean;
  /** Null: already valid before changes were recorded. */
  readonly validFrom: string | null;
  /** Null: still valid at the state date of the source. */
  readonly validTo: string | null;
  readonly predecessors: readonly string[];
}

/** A region as the sources have it. */
export interface RegionUnit {
  readonly code: string;
  readonly name: string;
}

interface Change {
  readonly code: string;
  readonly name: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly predecessors: string;
}

const folder = new URL('../data/regions/', import.meta.url);

/** Plain tables, read by every process at its start: none of their values holds a comma or a quotation mark. */
function readCsv<T>(name: string): T[] {
  const text = readFileSync(new URL(name, folder), 'utf8');
  if (text.includes('"')) throw new Error(`data/regions/${name} has quotation marks, which are not read`);
  const [header = '', ...rows] = text.split(/\r?\n/).filter((line) => line !== '' && !line.startsWith('#'));
  const columns = header.split(',');
  return rows.map((row) => {
    const cells = row.split(',');
    if (cells.length !== columns.length) throw new Error(`data/regions/${name}: not ${columns.length} values: ${row}`);
    return Object.fromEntries(columns.map((column, i) => [column, cells[i]])) as T;
  });
}

/** Provinces, cities and counties of the country, and the townships and villages that data/regions holds; parents first. */
export function storedRegions(): Region[] {
  const villages = readdirSync(new URL('villages/', folder)).sort();
  const units = [
    ...readCsv<RegionUnit>('national.csv'),
    ...villages.flatMap((name) => readCsv<RegionUnit>(`villages/${name}`)),
  ];
  const register = createRegister();
  return [...units.map(register.complete), ...register.abolished()];
}

/** Completes units that come parents first; the abolished ones of changes.csv follow at the end. */
export function createRegister() {
  const known = new Map<string, { name: string; fullName: string; placeholder: boolean }>();
  const changes = new Map(readCsv<Change>('changes.csv').map((change) => [change.code, change]));
  const nameOf = (code: string) => {
    const found = known.get(code);
    if (found === undefined) throw new Error(`region ${code} comes after one of its parts`);
    return found;
  };
  const complete = ({ code, name }: RegionUnit): Region => {
    const parent = parentOf(code);
    const above = parent === null ? null : nameOf(parent);
    const placeholder = isPlaceholder(code, name, above?.name ?? null);
    const fullName = `${above?.fullName ?? ''}${placeholder ? '' : shortName(name)}`;
    known.set(code, { name, fullName, placeholder });
    const change = changes.get(code);
    changes.delete(code);
    return {
      code,
      name,
      fullName,
      level: levelOf(code),
      parent,
      path: pathOf(code),
      placeholder,
      validFrom: change?.validFrom || null,
      validTo: change?.validTo || null,
      predecessors: change?.predecessors.split(' ').filter((c) => c !== '') ?? [],
    };
  };
  return { complete, abolished: (): Region[] => [...changes.values()].map(complete) };
}

/** 市辖区 under a municipality, 省直辖县级行政区划, and the county level of a city that has no counties. */
function isPlaceholder(code: string, name: string, parentName: string | null): boolean {
  if (code.length === 4) return /^(?:市辖区|县|(?:省|自治区)直辖县级行政区划)$/.test(name);
  return code.length === 6 && name === parentName;
}
