import type { Connection } from 'mongoose';
import type { Level } from '../domain/kernel/types.ts';
import { LEVELS } from '../domain/region/region.ts';
import { accountRepository } from './account.ts';
import { inForce } from './account-offices.ts';
import { createTies } from './ties.ts';

export interface ReviewersQuery {
  readonly regionPath: readonly string[];
  /** Nobody decides on his own posting or application. */
  readonly publisherId: string;
  readonly householdId?: string;
  /** Others who may not decide, nor those who stand in for them. */
  readonly except?: readonly string[];
}

/** More than two make no difference. */
const COUNTED = 2;

/** How many cadres of exactly each level and place may decide (2 stands for more); frozen ones and those concerned do not. */
export function createCountReviewers(db: Connection) {
  const { accounts } = accountRepository(db);
  const ties = createTies(db);

  return async ({
    regionPath,
    publisherId,
    householdId,
    except = [],
  }: ReviewersQuery): Promise<{ [level in Level]: number }> => {
    const tied = householdId === undefined ? [] : await ties.boundTo(householdId);
    const concerned = [publisherId, ...except, ...tied];
    const found = await Promise.all(
      [...LEVELS].reverse().map(async (level, depth): Promise<[Level, number]> => {
        const regionCode = regionPath[depth] ?? '';
        const office = { role: 'cadre' as const, level, regionCode, standsInFor: { $nin: concerned }, ...inForce() };
        const count = await accounts.countDocuments(
          {
            grants: { $elemMatch: office },
            frozen: null,
            _id: { $nin: concerned },
          },
          { limit: COUNTED, maxTimeMS: 3000 },
        );
        return [level, count];
      }),
    );
    return Object.fromEntries(found) as { [level in Level]: number };
  };
}

/** Which of these places have a cadre of that level and region who is in office: as `level region`. */
export async function heldOffices(
  db: Connection,
  places: readonly { readonly level: Level; readonly region: string }[],
): Promise<ReadonlySet<string>> {
  const regionCode = { $in: [...new Set(places.map(({ region }) => region))] };
  const inForceNow = inForce();
  const held = await accountRepository(db)
    .accounts.aggregate<{ _id: { level: Level; regionCode: string } }>([
      { $match: { grants: { $elemMatch: { role: 'cadre', regionCode, ...inForceNow } }, frozen: null } },
      { $unwind: '$grants' },
      { $replaceRoot: { newRoot: '$grants' } },
      { $match: { role: 'cadre', regionCode, ...inForceNow } },
      { $group: { _id: { level: '$level', regionCode: '$regionCode' } } },
    ])
    .maxTimeMS(3000)
    .toArray();
  return new Set(held.map(({ _id }) => `${_id.level} ${_id.regionCode}`));
}

/** Levels with somebody. */
export const eligibleFrom = (counts: { readonly [level in Level]: number }): { [level in Level]: boolean } =>
  Object.fromEntries(LEVELS.map((level) => [level, counts[level] > 0])) as { [level in Level]: boolean };
