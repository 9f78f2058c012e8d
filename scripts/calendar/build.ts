/**
 * Writes data/calendar.json: the State Council's public holidays and make-up working days, as the package `chinese-days`
 * publishes them. Years before FIRST_YEAR are left out because the calendar travels in every workflow's input.
 * Run: npm run calendar:build
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const FIRST_YEAR = '2024';
const require = createRequire(import.meta.url);
const packageFile = findPackage(require.resolve('chinese-days'));
const { version } = readJson<{ version: string }>(packageFile);
const source = readJson<{ holidays: Record<string, string>; workdays: Record<string, string> }>(
  join(dirname(packageFile), 'dist', 'chinese-days.json'),
);

const years: Record<string, { holidays: string[]; makeUpDays: string[] }> = {};
for (const date of Object.keys(source.holidays).sort()) yearOf(date)?.holidays.push(date.slice(5));
for (const date of Object.keys(source.workdays).sort()) yearOf(date)?.makeUpDays.push(date.slice(5));

const known = Object.keys(years).sort();
const file = {
  version: `chinese-days-${version}`,
  source: `npm package chinese-days ${version}: yearly holiday notices of the General Office of the State Council`,
  coverage: `${known[0]}-01-01 to ${known.at(-1)}-12-31; dates are MM-DD in Asia/Shanghai`,
  years,
};
const target = new URL('../../data/calendar.json', import.meta.url);
writeFileSync(
  target,
  `${JSON.stringify(file, null, 2).replace(/\[\s+([^\]]*?)\s+\]/g, (_, inner: string) => `[${inner.replace(/\s+/g, ' ')}]`)}\n`,
);
process.stdout.write(`data/calendar.json: years ${known.join(', ')} from chinese-days ${version}\n`);

function yearOf(date: string): { holidays: string[]; makeUpDays: string[] } | undefined {
  const year = date.slice(0, 4);
  if (year < FIRST_YEAR) return undefined;
  return (years[year] ??= { holidays: [], makeUpDays: [] });
}

function findPackage(entry: string): string {
  return join(dirname(dirname(entry)), 'package.json');
}

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8')) as T;
}
