/** Region rows as the register takes them, read from data/regions or, for the full import, from the package. */
import { readFileSync, readdirSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { fullName } from '../../domain/region/name.ts';
import { levelOf, parentOf, pathOf, type Level } from '../../domain/region/region.ts';
import { STATE_DATE, sourceUnits, type SourceUnit } from './source.ts';

/** One region. Dates are `YYYY-MM-DD`: valid from that day on, and until the day before `validTo`. */
export interface RegionRow {
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
  readonly stateDate: string;
}

export interface Change {
  readonly code: string;
  readonly name: string;
  readonly validFrom: string;
  readonly validTo: string;
  readonly predecessors: string;
}

const folder = new URL('../../data/regions/', import.meta.url);
const readCsv = <T>(name: string): T[] =>
  parse(readFileSync(new URL(name, folder)), { columns: true, comment: '#' }) as T[];

export const readChanges = (): Change[] => readCsv<Change>('changes.csv');

/** The units of data/regions, parents before children. */
export function storedUnits(): SourceUnit[] {
  const villages = readdirSync(new URL('villages/', folder)).sort();
  return [
    ...readCsv<SourceUnit>('national.csv'),
    ...villages.flatMap((name) => readCsv<SourceUnit>(`villages/${name}`)),
  ];
}

/** Rows of data/regions: every province, city and county, and the townships and villages that it holds. */
export const storedRows = (): AsyncGenerator<RegionRow> => regionRows(storedUnits());

/** Rows of all 620,000 units of the package. */
export const fullRows = (): AsyncGenerator<RegionRow> => regionRows(sourceUnits());

/** Completes units, which must come parents first; the abolished ones of changes.csv follow at the end. */
async function* regionRows(units: AsyncIterable<SourceUnit> | Iterable<SourceUnit>): AsyncGenerator<RegionRow> {
  const known = new Map<string, { name: string; placeholder: boolean }>();
  const changes = new Map(readChanges().map((change) => [change.code, change]));
  const row = ({ code, name }: SourceUnit): RegionRow => {
    const parent = parentOf(code);
    const placeholder = isPlaceholder(code, name, parent === null ? undefined : known.get(parent)?.name);
    known.set(code, { name, placeholder });
    const change = changes.get(code);
    changes.delete(code);
    return {
      code,
      name,
      fullName: fullName(pathOf(code).map((c) => known.get(c) ?? missing(c, code))),
      level: levelOf(code),
      parent,
      path: pathOf(code),
      placeholder,
      validFrom: change?.validFrom || null,
      validTo: change?.validTo || null,
      predecessors: change?.predecessors.split(' ').filter((c) => c !== '') ?? [],
      stateDate: STATE_DATE,
    };
  };
  for await (const unit of units) yield row(unit);
  for (const abolished of [...changes.values()]) yield row(abolished);
}

function missing(code: string, of: string): never {
  throw new Error(`region ${of} comes before its ancestor ${code}`);
}

/** 市辖区 under a municipality, 省直辖县级行政区划, and the county level of a city that has no counties. */
function isPlaceholder(code: string, name: string, parentName: string | undefined): boolean {
  if (code.length === 4) return /^(?:市辖区|县|(?:省|自治区)直辖县级行政区划)$/.test(name);
  return code.length === 6 && name === parentName;
}
