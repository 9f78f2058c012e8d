import type { Filter } from 'mongodb';
import { himself } from '../domain/access/scope.ts';
import type { Actor } from '../domain/kernel/types.ts';
import type { Worker } from './ties.ts';

/** Whose turn it is, as conditions of a query. */

/** Nothing at all: not his business. */
export const NOTHING = { _id: { $in: [] as string[] } };

/** What of `waiting` the actor decides: operators what came up to them, a cadre what his level has in his region. */
export function turnOf<T>(
  { role, level, regionCode }: Actor,
  field: 'reviewLevel' | 'handlingLevel',
  waiting: Filter<T>,
): Filter<T> {
  if (role === 'operator') return { ...waiting, [field]: 'operator' };
  if (role !== 'cadre' || level === undefined || regionCode === undefined) return NOTHING as Filter<T>;
  return { ...waiting, regionPath: regionCode, [field]: level };
}

/** Nobody finds his own posting or household among his work, nor what is the one's he stands in for. */
export const notOwn = (worker: Worker) => ({
  publisherId: { $nin: [...himself(worker)] },
  householdId: { $nin: [...worker.ties.own] },
});

/** Nobody looks after what he, or the one he stands in for, or somebody of his household has written. */
export const notWritten = (worker: Worker) => ({
  authorId: { $nin: [...himself(worker)] },
  householdId: { $nin: [...worker.ties.own, ...(worker.householdId === undefined ? [] : [worker.householdId])] },
});

/** Nor, where it is reviewed, what is for a household that he helps. */
export const notTied = (worker: Worker) => ({
  ...notOwn(worker),
  householdId: { $nin: [...worker.ties.own, ...worker.ties.helped] },
});
