import { isUtf8 } from 'node:buffer';
import { CsvError, Parser } from 'csv-parse';
import {
  OPTIONAL_REGISTER_COLUMNS,
  REGISTER_COLUMNS,
  type Cells,
  type RegisterColumn,
} from '../domain/household/register-row.ts';

export type FileFault =
  | 'EMPTY_FILE'
  | 'NOT_UTF8'
  | 'CSV_SYNTAX'
  | 'HEADER_MISSING_COLUMN'
  | 'HEADER_UNKNOWN_COLUMN'
  | 'HEADER_DUPLICATE_COLUMN';

/** The file as a whole cannot be read. GBK files (Excel's old default) are `NOT_UTF8`: save as "CSV UTF-8". */
export class FileError extends Error {
  override name = 'FileError';
  readonly code: FileFault;
  readonly line: number | null;
  constructor(code: FileFault, line: number | null = null) {
    super(code);
    this.code = code;
    this.line = line;
  }
}

/** One data row. `line` is its last line in the file, the header being line 1. */
export interface FileRow {
  readonly line: number;
  readonly cells: Cells;
  /** The number of cells is that of the header. */
  readonly complete: boolean;
  /** All cells in the order of the columns, for comparing rows of differently ordered files. */
  readonly text: string;
}

const LF = 0x0a;
const CHUNK_BYTES = 128 * 1024;

/** Reads a register file in pieces; memory does not grow with the file. Yields the rows of each piece. @throws FileError */
export async function* readRegister(file: AsyncIterable<Buffer>): AsyncGenerator<{ rows: FileRow[]; bytes: number }> {
  const parser = createRowParser();
  let bytes = 0;
  for await (const chunk of wholeLines(file)) {
    if (!isUtf8(chunk)) throw new FileError('NOT_UTF8');
    bytes += chunk.length;
    yield { rows: await parser.write(chunk), bytes };
  }
  yield { rows: await parser.end(), bytes };
  if (bytes === 0) throw new FileError('EMPTY_FILE');
}

/** Pieces that end with a line, so that no character is cut. */
async function* wholeLines(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const part of file) {
    for (let at = 0; at < part.length; at += CHUNK_BYTES) {
      const piece = Buffer.concat([rest, part.subarray(at, at + CHUNK_BYTES)]);
      const end = piece.lastIndexOf(LF) + 1;
      if (end > 0) yield piece.subarray(0, end);
      rest = piece.subarray(end);
      // A "line" without end would otherwise be copied again and again.
      if (rest.length > 4 * CHUNK_BYTES) throw new FileError(isUtf8(rest) ? 'CSV_SYNTAX' : 'NOT_UTF8');
    }
  }
  if (rest.length > 0) yield rest;
}

interface RowSink {
  record(cells: string[], line: number): void;
}

/** Rows of pieces of text. Without quotation marks a line is a row, which is read in a tenth of the time. */
function createRowParser() {
  let rows: FileRow[] = [];
  let columns: number[] | null = null;
  let width = 0;
  const sink: RowSink = {
    record(cells, line) {
      if (columns === null) {
        columns = positions(cells);
        width = cells.length;
      } else {
        rows.push(rowOf(cells, line, columns, width));
      }
    },
  };
  const plain = createLineReader(sink);
  let csv: ReturnType<typeof createCsvReader> | null = null;
  const taken = (): FileRow[] => {
    const result = rows;
    rows = [];
    return result;
  };
  return {
    async write(chunk: Buffer): Promise<FileRow[]> {
      // From the first quotation mark on, a row may be several lines.
      if (csv === null && chunk.includes(QUOTE)) csv = createCsvReader(sink, plain.lines());
      if (csv === null) plain.write(chunk.toString('utf8'));
      else await csv.write(chunk);
      return taken();
    },
    async end(): Promise<FileRow[]> {
      await csv?.end();
      return taken();
    },
  };
}

const QUOTE = 0x22;
const BYTE_ORDER_MARK = '\ufeff';

/** Pieces end with a line, except the last one. */
function createLineReader(sink: RowSink) {
  let lines = 0;
  return {
    lines: () => lines,
    write(text: string): void {
      const parts = (lines === 0 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).split('\n');
      const last = parts.pop() ?? '';
      for (const part of parts) read(part.endsWith('\r') ? part.slice(0, -1) : part);
      if (last !== '') read(last);
    },
  };

  function read(line: string): void {
    lines += 1;
    if (line === '') return;
    if (line.length > CHUNK_BYTES) throw new FileError('CSV_SYNTAX', lines);
    sink.record(line.split(','), lines);
  }
}

/** csv-parse with the rows taken where they are made: its own output stream would cost more than the parsing. */
function createCsvReader(sink: RowSink, linesBefore: number) {
  let failure: unknown = null;
  const parser = new Parser({
    bom: linesBefore === 0,
    record_delimiter: ['\r\n', '\n'],
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: CHUNK_BYTES,
    on_record(cells: string[], { lines }) {
      sink.record(cells, linesBefore + lines);
      return null;
    },
  });
  parser.on('error', (error) => (failure ??= error));
  parser.resume();
  const check = (): void => {
    if (failure !== null) throw asFileError(failure, linesBefore);
  };
  return {
    write: (chunk: Buffer): Promise<void> =>
      new Promise((resolve, reject) => {
        parser.write(chunk, (error) => {
          if (error) failure ??= error;
          settle(resolve, reject, check);
        });
      }),
    end: (): Promise<void> =>
      new Promise((resolve, reject) => {
        parser.once('error', () => settle(resolve, reject, check));
        parser.end(() => settle(resolve, reject, check));
      }),
  };
}

function settle(resolve: () => void, reject: (error: unknown) => void, check: () => void): void {
  try {
    check();
    resolve();
  } catch (error) {
    reject(error);
  }
}

/** Where each column stands. @throws FileError */
function positions(header: readonly string[]): number[] {
  const names = header.map((name) => name.trim());
  if (names.some((name) => !COLUMNS.includes(name as RegisterColumn))) {
    throw new FileError('HEADER_UNKNOWN_COLUMN', 1);
  }
  if (new Set(names).size !== names.length) throw new FileError('HEADER_DUPLICATE_COLUMN', 1);
  return COLUMNS.map((column) => {
    const at = names.indexOf(column);
    if (at < 0 && !OPTIONAL_REGISTER_COLUMNS.some((optional) => optional === column))
      throw new FileError('HEADER_MISSING_COLUMN', 1);
    return at;
  });
}

const COLUMNS: readonly RegisterColumn[] = [...REGISTER_COLUMNS, ...OPTIONAL_REGISTER_COLUMNS];
const INDEX = new Map(COLUMNS.map((column, i) => [column, i]));

function rowOf(record: readonly string[], line: number, columns: readonly number[], width: number): FileRow {
  const ordered = columns.map((at) => record[at] ?? '');
  return {
    line,
    cells: (column) => ordered[INDEX.get(column) ?? 0] ?? '',
    complete: record.length === width,
    // Without the optional cells a row reads as it did before there were any: an old file changes nothing.
    text: ordered.filter((cell, i) => i < REGISTER_COLUMNS.length || cell !== '').join('\u001f'),
  };
}

function asFileError(error: unknown, linesBefore: number): unknown {
  if (!(error instanceof CsvError)) return error;
  const { lines } = error as { lines?: unknown };
  return new FileError('CSV_SYNTAX', typeof lines === 'number' ? linesBefore + lines : null);
}
