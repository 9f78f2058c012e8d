import type { Collection, Filter } from 'mongodb';
import { personsIn, type PeoplesRecord } from '../domain/access/disclosure.ts';
import type { Actor } from '../domain/kernel/types.ts';
import { afterKeys, pagingOf, type Page } from './cursor.ts';
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

/** The answer of a work list: what waits for the actor, earliest deadline first. @throws Problem INVALID_CURSOR */
export async function duePage<T extends Dated & PeoplesRecord & { dueAt: Date | null }, Row>(
  { deps, query, actor }: WorkCtx,
  name: string,
  { collection, rowOf, ...what }: Work<T, Row>,
) {
  const list = `work ${name} ${actor.id} ${actor.regionCode ?? ''}`;
  const { page, next } = await datePage(deps, collection, { list, query, by: 'dueAt', order: 'asc', ...what });
  return { status: 200 as const, persons: personsIn(actor, page), body: { items: page.map(rowOf), next } };
}
