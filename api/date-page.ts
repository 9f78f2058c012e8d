import type { Collection, Filter } from 'mongodb';
import { personsIn, type PeoplesRecord } from '../domain/access/disclosure.ts';
import type { Actor } from '../domain/kernel/types.ts';
import { afterKeys, encodeCursor, pagingOf, type Page } from './cursor.ts';
import { DEFAULT_PAGE } from '../contracts/http/common.ts';
import type { ApiDeps } from './deps.ts';

/** Lists by a date of their records. */

interface PageQuery {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

interface Dated {
  _id: string;
}

interface Listing<T extends Dated> {
  /** Names the list with all that its filter depends on: a cursor of one list is refused by another. */
  readonly list: string;
  readonly query: PageQuery;
  readonly filter: Filter<T>;
  readonly by: keyof T & string;
  readonly order: 'asc' | 'desc';
  readonly projection?: Readonly<Partial<Record<keyof T, 0 | 1>>>;
}

/** A record without the date stands first of the ascending: `null` sorts before every date. */
const timeOf = (date: unknown): number => (date instanceof Date ? date.getTime() : 0);

/** A page of records by one of their dates, and by their ids where it is the same. @throws Problem INVALID_CURSOR */
export async function datePage<T extends Dated>(
  { crypto }: Pick<ApiDeps, 'crypto'>,
  collection: Collection<T>,
  { list, query, filter, by, order, projection }: Listing<T>,
): Promise<Page<T>> {
  const paging = pagingOf<T>(crypto, list, query, (row) => [timeOf(row[by]), row._id]);
  const sign = order === 'asc' ? 1 : -1;
  const rows = await collection
    .find({ $and: [filter, afterKeys(by, order, paging.keys)] } as Filter<T>, {
      maxTimeMS: 3000,
      ...(projection && { projection }),
    })
    .sort({ [by]: sign, _id: sign })
    .limit(paging.fetch)
    .toArray();
  return paging.cut(rows as T[]);
}

export interface WorkCtx {
  readonly deps: ApiDeps;
  readonly query: PageQuery;
  readonly actor: Actor;
}

interface Work<T extends Dated, Row> extends Pick<Listing<T>, 'filter' | 'projection'> {
  readonly collection: Collection<T>;
  readonly rowOf: (record: T) => Row;
}

const listNamed = (name: string, { id, regionCode }: Actor): string => `work ${name} ${id} ${regionCode ?? ''}`;

interface Due extends Dated {
  dueAt: Date | null;
}

/** What waits for the actor in two collections, as one list. @throws Problem INVALID_CURSOR */
export async function byDueDate<A extends Due, B extends Due>(
  { deps, query, actor }: WorkCtx,
  name: string,
  { collection: first, ...ofFirst }: Omit<Work<A, never>, 'rowOf'>,
  { collection: second, ...ofSecond }: Omit<Work<B, never>, 'rowOf'>,
): Promise<Page<{ readonly of: 'first'; readonly record: A } | { readonly of: 'second'; readonly record: B }>> {
  const list = listNamed(name, actor);
  const by = { list, query, by: 'dueAt', order: 'asc' } as const;
  const [a, b] = await Promise.all([
    datePage(deps, first, { ...by, ...ofFirst }),
    datePage(deps, second, { ...by, ...ofSecond }),
  ]);
  const rows = [
    ...a.page.map((record) => ({ of: 'first' as const, record })),
    ...b.page.map((record) => ({ of: 'second' as const, record })),
  ].sort(
    ({ record: x }, { record: y }) => timeOf(x.dueAt) - timeOf(y.dueAt) || (x._id < y._id ? -1 : Number(x._id > y._id)),
  );
  const page = rows.slice(0, query.limit ?? DEFAULT_PAGE);
  const last = page.at(-1)?.record;
  const more = rows.length > page.length || a.next !== null || b.next !== null;
  const next = more && last !== undefined ? encodeCursor(deps.crypto, list, [timeOf(last.dueAt), last._id]) : null;
  return { page, next };
}

/** The answer of a work list: what waits for the actor, earliest deadline first. @throws Problem INVALID_CURSOR */
export async function duePage<T extends Dated & PeoplesRecord & { dueAt: Date | null }, Row>(
  { deps, query, actor }: WorkCtx,
  name: string,
  { collection, rowOf, ...what }: Work<T, Row>,
) {
  const { page, next } = await datePage(deps, collection, {
    list: listNamed(name, actor),
    query,
    by: 'dueAt',
    order: 'asc',
    ...what,
  });
  return { status: 200 as const, persons: personsIn(actor, page), body: { items: page.map(rowOf), next } };
}
