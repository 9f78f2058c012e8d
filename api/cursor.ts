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
