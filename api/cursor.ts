import { DEFAULT_PAGE } from '../contracts/http/common.ts';
import { problem } from '../contracts/problems.ts';
import type { ApiDeps } from './deps.ts';

/** Where a page ended: the sort keys of its last row. */
export type CursorKeys = readonly (string | number)[];

type Derive = Pick<ApiDeps['crypto'], 'derive'>;
const MAC_LENGTH = 22;

/**
 * An opaque place in a list. Signed, and bound to its list (`list` names the route and its filters), so that nobody
 * steers a query by editing it or by carrying it to another list.
 */
export function encodeCursor({ derive }: Derive, list: string, keys: CursorKeys): string {
  const body = Buffer.from(JSON.stringify(keys)).toString('base64url');
  return `${body}.${derive.mac('cursor', `${list}\n${body}`).slice(0, MAC_LENGTH)}`;
}

/** @throws Problem INVALID_CURSOR */
export function decodeCursor({ derive }: Derive, list: string, cursor: string): CursorKeys {
  const [body = '', mac = ''] = cursor.split('.');
  const known = derive.macs('cursor', `${list}\n${body}`).some((m) => m.slice(0, MAC_LENGTH) === mac);
  if (!known)
    throw problem('INVALID_CURSOR', {
      errors: [{ pointer: '/query/cursor', code: 'INVALID_CURSOR', detail: 'not a cursor of this list' }],
    });
  return JSON.parse(Buffer.from(body, 'base64url').toString()) as CursorKeys;
}

/** One page of a list: where it begins, how many rows to read (one more than shown), and how to cut them. */
export interface Paging<T> {
  readonly keys: CursorKeys | null;
  readonly fetch: number;
  /** `next` is the cursor of the page after, null on the last one. */
  cut(rows: readonly T[]): Page<T>;
  keysOf(row: T): CursorKeys;
  /** The cursor that goes on after this row. */
  after(row: T): string;
}

export interface Page<T> {
  readonly page: T[];
  readonly next: string | null;
}

/** @throws Problem INVALID_CURSOR */
export function pagingOf<T>(
  crypto: Derive,
  list: string,
  query: { readonly cursor?: string | undefined; readonly limit?: number | undefined },
  keysOf: (row: T) => CursorKeys,
): Paging<T> {
  const limit = query.limit ?? DEFAULT_PAGE;
  const after = (row: T): string => encodeCursor(crypto, list, keysOf(row));
  return {
    keysOf,
    after,
    keys: query.cursor === undefined ? null : decodeCursor(crypto, list, query.cursor),
    fetch: limit + 1,
    cut(rows) {
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { page, next: more ? after(last) : null };
    },
  };
}

const READ_ON = 200;
const READ_AT_MOST = 2_000;

/**
 * A page of the rows that also pass a check of ours: reads on until the page is full. Where very little passes it stops
 * after some reading: the page has fewer rows than asked for, and `next` goes on after the last one looked at.
 */
export async function fullPage<T>(
  paging: Paging<T>,
  read: (after: CursorKeys | null, limit: number) => Promise<T[]>,
  passes: (row: T) => boolean,
): Promise<Page<T>> {
  const passing: T[] = [];
  let looked = 0;
  for (let keys = paging.keys, size = paging.fetch; ; size = READ_ON) {
    const rows = await read(keys, size);
    passing.push(...rows.filter(passes));
    looked += rows.length;
    const last = rows.at(-1);
    if (passing.length >= paging.fetch || last === undefined || rows.length < size) return paging.cut(passing);
    if (looked >= READ_AT_MOST) return { page: passing, next: paging.after(last) };
    keys = paging.keysOf(last);
  }
}

/** Keyset condition for a list sorted by one date and the id, both in the same direction. */
export function afterKeys(field: string, direction: 'asc' | 'desc', keys: CursorKeys | null): Record<string, unknown> {
  if (keys === null) return {};
  const [at, id] = keys;
  const than = direction === 'asc' ? '$gt' : '$lt';
  const date = new Date(Number(at));
  // The first condition repeats the bound so that the index scan begins at the place, not at the list's start.
  return {
    [field]: { [`${than}e`]: date },
    $or: [{ [field]: { [than]: date } }, { [field]: date, _id: { [than]: id } }],
  };
}
