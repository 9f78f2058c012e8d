import type { mongo } from 'mongoose';
import { RETENTION } from '../domain/retention/classes.ts';
import { whereOf } from './erasure.ts';
import { ANY_TEXT } from './partial-index.ts';

/** What an erasure finds by the needs of the household has its index by need already. */
const BY_NEED = ['needId', 'caseId'];

/**
 * The indexes by which the sweeper finds what has been kept long enough, and an erasure what names somebody: without
 * them both would read collections that only grow. A record whose words are gone is in the first kind no longer.
 */
export function retentionIndexes(collection: string, has: (key: string) => boolean): mongo.IndexDescription[] {
  const { ends = [], erase = [] } = RETENTION[collection] ?? {};
  const endings = ends.map(({ after, since, where = {} }, i) => ({
    key: { [since]: 1 as const },
    // Two of one period are told apart.
    name: ends.findIndex((other) => other.after === after) === i ? `ends ${after}` : `ends ${after} ${i}`,
    ...partial(whereOf(where)),
  }));
  const erasures = erase
    .filter(({ by }) => !BY_NEED.includes(by) && by !== '_id' && !has(by))
    .map(({ by, where = {} }) => ({
      key: { [by]: 1 as const },
      name: `erase ${by}`,
      ...partial({ [by]: ANY_TEXT, ...whereOf(where) }),
    }));
  return [...endings, ...erasures];
}

const partial = (filter: Record<string, unknown>): Pick<mongo.IndexDescription, 'partialFilterExpression'> =>
  Object.keys(filter).length === 0 ? {} : { partialFilterExpression: filter };
