import type { DemoDeps } from './need-run.ts';
import type { Person } from './people.ts';
import { readRegister } from './sample.ts';
import { until } from './waiting.ts';

/** The operator brings the register in: looks first what the file would do, and writes only what is missing. */

export interface ImportReport {
  readonly rows: number;
  readonly created: number;
  readonly unchanged: number;
}

interface ImportRun {
  readonly id: string;
  readonly status: 'queued' | 'running' | 'done' | 'failed';
  readonly counts: ImportReport & { readonly failed: number };
  readonly failure: string | null;
}

/** @throws Error when a row of the sample register is refused */
export async function importRegister(deps: DemoDeps, progress: (line: string) => void): Promise<ImportReport> {
  const operator = await deps.people.operator();
  const looked = await importCsv(deps, operator, readRegister(), true);
  if (looked.created === 0) {
    progress(`The register has the ${looked.rows} households of the sample already (dry run of the import).`);
    return looked;
  }
  const done = await importCsv(deps, operator, readRegister(), false);
  progress(`${done.created} households imported, ${done.unchanged} were there.`);
  return done;
}

/** @throws Error when a row is refused */
export async function importCsv(
  { client }: DemoDeps,
  operator: Person,
  csv: Buffer,
  dryRun: boolean,
): Promise<ImportReport> {
  const form = new FormData();
  form.set('dryRun', String(dryRun));
  form.set('file', new Blob([new Uint8Array(csv)], { type: 'text/csv' }), 'households.csv');
  const step = dryRun ? 'import, dry run' : 'import';
  const { id } = await client.post<ImportRun>(step, '/v1/household-imports', operator.token, form);
  const { counts, failure } = await until(
    'the end of an import',
    () => client.get<ImportRun>(`/v1/household-imports/${id}`, operator.token),
    ({ status }) => status !== 'queued' && status !== 'running',
  );
  const { rows, created, unchanged, failed } = counts;
  if (failure !== null || failed > 0) {
    throw new Error(`the register does not come in: ${failure ?? `${failed} of ${rows} rows are refused`}`);
  }
  return { rows, created, unchanged };
}
