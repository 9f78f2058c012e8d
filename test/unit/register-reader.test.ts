import { expect } from 'chai';
import fc from 'fast-check';
import { FileError, readRegister } from '../../activities/register-reader.ts';
import { REGISTER_COLUMNS } from '../../domain/household/register-row.ts';

type Read = { line: number; text: string; complete: boolean }[] | { code: string; line: number | null };

async function readAll(file: string, pieceBytes = 1_000_000): Promise<Read> {
  const bytes = Buffer.from(file);
  async function* pieces(): AsyncGenerator<Buffer> {
    for (let at = 0; at < bytes.length; at += pieceBytes)
      yield await Promise.resolve(bytes.subarray(at, at + pieceBytes));
  }
  try {
    const read: Read = [];
    for await (const { rows } of readRegister(pieces()))
      read.push(...rows.map(({ line, text, complete }) => ({ line, text, complete })));
    return read;
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return { code: error.code, line: error.line };
  }
}

const header = REGISTER_COLUMNS.join(',');
const quotedHeader = header.replace(/^\w+/, '"$&"');
const cell = fc.string({ unit: fc.constantFrom(...'张秀英 1aX|;\t，é'), maxLength: 5 });
const rows = fc.array(
  fc.tuple(fc.array(cell, { maxLength: REGISTER_COLUMNS.length + 1 }), fc.constantFrom('\n', '\r\n')),
  { maxLength: 12 },
);
const textOf = (made: readonly (readonly [readonly string[], string])[], lastEnd: boolean): string => {
  const text = made.map(([cells, end]) => `${cells.join(',')}${end}`).join('');
  return lastEnd ? text : text.replace(/\r?\n$/, '');
};

describe('the reading of a register file', () => {
  it('takes lines without quotation marks as the CSV parser takes them, however the file is cut', async () => {
    await fc.assert(
      fc.asyncProperty(rows, fc.boolean(), fc.integer({ min: 1, max: 60 }), async (made, lastEnd, pieceBytes) => {
        const text = textOf(made, lastEnd);
        const plain = await readAll(`${header}\n${text}`, pieceBytes);
        expect(plain).to.deep.equal(await readAll(`${quotedHeader}\n${text}`));
      }),
      { numRuns: 300 },
    );
  });

  it('counts on where quotation marks begin in the middle of a file', async () => {
    const cells = (first: string): string => [first, ...REGISTER_COLUMNS.slice(1).map(() => 'x')].join(',');
    const file = `\ufeff${header}\n${cells('1')}\n\n${cells('2')}\r\n${cells('"3\n,"')}\n${cells('4')}\n`;
    const read = await readAll(file, 150);
    if (!Array.isArray(read)) throw new Error(JSON.stringify(read));
    expect(read.map(({ text, line }) => [text.split('\u001f')[0], line])).to.deep.equal([
      ['1', 2],
      ['2', 4],
      ['3\n,', 6],
      ['4', 7],
    ]);
    expect(read.every(({ complete }) => complete)).to.equal(true);
    expect(await readAll(`${header}\n${cells('1')}\n${cells('"2')}\n`)).to.deep.equal({ code: 'CSV_SYNTAX', line: 3 });
  });
});
