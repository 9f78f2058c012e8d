import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Noto Sans in simplified Chinese; only the glyphs that a letter uses go into its file. */
const require = createRequire(import.meta.url);
const fontFile = (): string =>
  join(dirname(require.resolve('@embedpdf/fonts-sc')), '..', 'fonts', 'NotoSansHans-Regular.otf');
let font: Buffer | undefined;

export interface Letter {
  readonly title: string;
  readonly paragraphs: readonly string[];
  /** Under the text: how to check it, and what it is not. */
  readonly notes: readonly string[];
}

const RED = '#a3262a';
const INK = '#222222';
const GREY = '#666666';

/** One page, A4 across, in Chinese. */
export async function letterPdf({ title, paragraphs, notes }: Letter): Promise<Buffer> {
  // Few processes ever make one, and it takes long to load.
  const { default: PDFDocument } = await import('pdfkit');
  font ??= readFileSync(fontFile());
  const doc = new PDFDocument({ size: 'A4', layout: 'landscape', margin: 80, lang: 'zh-CN', info: { Title: title } });
  const parts: Buffer[] = [];
  const done = new Promise<Buffer>((resolve, reject) => {
    doc.on('data', (part: Buffer) => parts.push(part));
    doc.on('end', () => resolve(Buffer.concat(parts)));
    doc.on('error', reject);
  });
  const { width, height } = doc.page;
  doc
    .lineWidth(2)
    .rect(36, 36, width - 72, height - 72)
    .stroke(RED);
  doc
    .lineWidth(0.5)
    .rect(42, 42, width - 84, height - 84)
    .stroke(RED);
  doc.font(font).fillColor(RED).fontSize(34).text(title, { align: 'center', characterSpacing: 8 });
  doc.moveDown(1).fillColor(INK).fontSize(17);
  for (const [i, paragraph] of paragraphs.entries()) {
    doc.text(paragraph, { lineGap: 8, indent: i === 0 ? 0 : 34 }).moveDown(0.4);
  }
  doc.fillColor(GREY).fontSize(11);
  const top = height - 84 - 18 * notes.length;
  for (const [i, note] of notes.entries()) doc.text(note, 80, top + 18 * i, { lineBreak: false });
  doc.end();
  return done;
}
