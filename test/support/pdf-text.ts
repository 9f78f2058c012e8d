import { inflateSync } from 'node:zlib';

/** The text of a PDF as a reader would copy it: glyphs of its content, through the font's own map to Unicode. */
export function pdfText(pdf: Buffer): string {
  const streams = streamsOf(pdf);
  const glyphs = new Map<number, string>();
  for (const map of streams.filter((text) => text.includes('beginbfrange'))) {
    for (const [, first = '', list = ''] of map.matchAll(/<([0-9a-f]+)> <[0-9a-f]+> \[([^\]]*)\]/g)) {
      for (const [i, [, unicode = '']] of [...list.matchAll(/<([0-9a-f]*)>/g)].entries())
        glyphs.set(parseInt(first, 16) + i, Buffer.from(unicode, 'hex').swap16().toString('utf16le'));
    }
  }
  return streams
    .flatMap((text) => [...text.matchAll(/\[([^\]]*)\] TJ/g)].map(([, shown = '']) => shown))
    .map((shown) => [...shown.matchAll(/<([0-9a-f]+)>/g)].map(([, hex = '']) => hex).join(''))
    .map((hex) => (hex.match(/.{4}/g) ?? []).map((code) => glyphs.get(parseInt(code, 16)) ?? '?').join(''))
    .join('\n');
}

function streamsOf(pdf: Buffer): string[] {
  const found: string[] = [];
  for (let at = pdf.indexOf('stream\n'); at >= 0; at = pdf.indexOf('\nstream\n', at + 1)) {
    const start = pdf.indexOf('stream\n', at) + 'stream\n'.length;
    const end = pdf.indexOf('endstream', start);
    try {
      found.push(inflateSync(pdf.subarray(start, end)).toString('latin1'));
    } catch {
      found.push(pdf.subarray(start, end).toString('latin1'));
    }
  }
  return found;
}
