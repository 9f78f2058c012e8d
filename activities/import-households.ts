import type { Logger } from 'pino';
import { v7 as uuidv7 } from 'uuid';
import { isFaults, parseRegisterRow, type RowContext } from '../domain/household/register-row.ts';
import type { Config } from '../infra/config.ts';
import { randomBytesFast } from '../infra/crypto/aes-gcm.ts';
import type { Crypto } from '../infra/crypto/index.ts';
import type { Reference } from '../infra/reference.ts';
import type { Models } from '../models/index.ts';
import {
  MAX_ROW_ERRORS,
  NO_COUNTS,
  type ImportCounts,
  type ImportRunRecord,
  type RowError,
} from '../models/import-run.ts';
import { createHouseholdWriter, type Candidate } from './household-writer.ts';
import { FileError, readRegister, type FileRow } from './register-reader.ts';

export interface ImportDeps {
  readonly models: Models;
  readonly crypto: Crypto;
  readonly reference: Pick<Reference, 'regions'>;
  readonly profile: Config['profile'];
  readonly log?: Logger;
}

export type ImportSummary = Pick<ImportRunRecord, 'status' | 'failure' | 'counts' | 'errorTotal'>;

/** Batches written at the same time: while MongoDB stores one, the next is parsed and sealed. */
const IN_FLIGHT = 3;
const PROGRESS_MS = 500;

/**
 * Imports the stored file of an import run into the household register. Row by row: a faulty row is reported and left
 * out, the others come in. Running it again, after a kill or with the same file, changes nothing that is there already.
 * A file that cannot be read as a whole ends the run as `failed`; errors of MongoDB are thrown, to be tried again.
 */
export function createImportHouseholds(deps: ImportDeps): (importId: string) => Promise<ImportSummary> {
  const { imports } = deps.models;
  return async function importHouseholds(importId) {
    const run = await imports.find(importId);
    if (run === null) throw new Error(`no import ${importId}`);
    if (run.status === 'done' || run.status === 'failed') return run;
    await imports.update(importId, { status: 'running', startedAt: run.startedAt ?? new Date() });
    const file = imports.readFile(importId, deps.crypto.fields);
    const result = await importFile(deps, run, file);
    await imports.update(importId, { ...result, finishedAt: new Date() });
    await imports.dropFile(importId);
    deps.log?.info({ importId, ...result.counts, failure: result.failure }, 'household import ended');
    return result;
  };
}

type Result = Pick<ImportRunRecord, 'status' | 'failure' | 'counts' | 'errors' | 'errorTotal' | 'bytesRead'>;

/** @throws errors of MongoDB */
export async function importFile(
  deps: ImportDeps,
  run: Pick<ImportRunRecord, '_id' | 'dryRun' | 'regionCode'>,
  file: AsyncIterable<Buffer>,
): Promise<Result> {
  const tally = createTally();
  const check = createRowCheck(deps, run.regionCode, tally.reject);
  const writer = createHouseholdWriter(deps, run.dryRun);
  const flights = createFlights(IN_FLIGHT);
  let reported = Date.now();
  try {
    for await (const { rows, bytes } of readRegister(file)) {
      tally.counts.rows += rows.length;
      tally.bytesRead = bytes;
      const candidates = rows.flatMap((row) => check(row) ?? []);
      await flights.add(async () => tally.add(await writer.write(candidates)));
      if (Date.now() - reported < PROGRESS_MS) continue;
      reported = Date.now();
      await deps.models.imports.update(run._id, tally.state());
    }
    await flights.done();
    return { status: 'done', failure: null, ...tally.state() };
  } catch (error) {
    await flights.done().catch(() => undefined);
    if (!(error instanceof FileError)) throw error;
    if (error.line !== null) tally.error({ line: error.line, column: null, code: error.code });
    return { status: 'failed', failure: error.code, ...tally.state() };
  }
}

/** Row → candidate, or null with its faults reported. Knows the numbers that the file had before. */
function createRowCheck(
  { reference, crypto, profile }: ImportDeps,
  scope: string | null,
  reject: (errors: readonly RowError[]) => void,
): (row: FileRow) => Candidate | null {
  const { regions } = reference;
  const context: RowContext = {
    isVillage: (code) => regions.find(code)?.level === 'village',
    isRegion: (code) => regions.find(code) !== null,
    scope,
    allowFictional: profile !== 'production',
  };
  const numbers = new Set<string>();
  const people = new Set<string>();
  const fail = (line: number, column: string | null, code: string): null => {
    reject([{ line, column, code }]);
    return null;
  };
  return (fileRow) => {
    const { line, cells, complete, text } = fileRow;
    if (!complete) return fail(line, null, 'COLUMN_COUNT');
    const row = parseRegisterRow(cells, context);
    if (isFaults(row)) {
      reject(row.map((fault) => ({ line, ...fault })));
      return null;
    }
    if (numbers.has(row.number)) return fail(line, 'householdNumber', 'DUPLICATE_IN_FILE');
    const idIndex = crypto.index.of('idNumber', row.personal.head.idNumber);
    if (people.has(idIndex)) return fail(line, 'headIdNumber', 'DUPLICATE_IN_FILE');
    numbers.add(row.number);
    people.add(idIndex);
    return {
      line,
      row,
      idIndex,
      rowHash: crypto.derive.mac('importRow', text),
      _id: uuidv7({ rng: () => randomBytesFast(16) }),
    };
  };
}

function createTally() {
  const counts: ImportCounts = { ...NO_COUNTS };
  const errors: RowError[] = [];
  const tally = {
    counts,
    errorTotal: 0,
    bytesRead: 0,
    error(error: RowError): void {
      tally.errorTotal += 1;
      if (errors.length < MAX_ROW_ERRORS) errors.push(error);
    },
    /** The faults of one row. */
    reject(rowErrors: readonly RowError[]): void {
      counts.failed += 1;
      rowErrors.forEach(tally.error);
    },
    add(written: { created: number; updated: number; unchanged: number; rejected: readonly RowError[] }): void {
      counts.created += written.created;
      counts.updated += written.updated;
      counts.unchanged += written.unchanged;
      for (const error of written.rejected) tally.reject([error]);
    },
    state: () => ({
      counts: { ...counts },
      errors: errors.toSorted((a, b) => a.line - b.line),
      errorTotal: tally.errorTotal,
      bytesRead: tally.bytesRead,
    }),
  };
  return tally;
}

/** At most `limit` promises at once; the first error comes out of the next `add` or of `done`. */
function createFlights(limit: number) {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const check = (): void => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    async add(work: () => Promise<void>): Promise<void> {
      while (running.size >= limit) await Promise.race(running);
      check();
      const flight: Promise<void> = work()
        .catch((error: unknown) => void failures.push(error))
        .finally(() => running.delete(flight));
      running.add(flight);
    },
    async done(): Promise<void> {
      await Promise.all(running);
      check();
    },
  };
}
