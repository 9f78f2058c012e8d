import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { messageOf } from '../errors.ts';

const CONNECT_TIMEOUT_MS = 5_000;
const WHOLE_TIMEOUT_MS = 10 * 60_000;

/**
 * Downloads a file. An address that cannot be reached fails within seconds, because many machines reach
 * only package registries and must go on to the next way at once.
 */
export async function download(url: string, target: string): Promise<void> {
  const abort = new AbortController();
  const connectTimer = setTimeout(() => abort.abort(), CONNECT_TIMEOUT_MS);
  const wholeTimer = setTimeout(() => abort.abort(), WHOLE_TIMEOUT_MS);
  try {
    const response = await fetch(url, { signal: abort.signal, redirect: 'follow' });
    clearTimeout(connectTimer);
    if (!response.ok || !response.body) throw new Error(`the answer was ${response.status}`);
    await pipeline(Readable.fromWeb(response.body), createWriteStream(target));
  } catch (error) {
    const cause = error instanceof Error && error.cause ? messageOf(error.cause) : messageOf(error);
    throw new Error(`${new URL(url).host}: ${abort.signal.aborted ? 'no answer in time' : cause}`, { cause: error });
  } finally {
    clearTimeout(connectTimer);
    clearTimeout(wholeTimer);
  }
}
