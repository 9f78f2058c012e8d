import type { ClientSession, Connection } from 'mongoose';
import { needRepository, type NeedRecord } from './need.ts';
import { ANY_DATE } from './partial-index.ts';

/** Needs that a draft, an edit or an approval is compared with. */

const OPEN = ['submitted', 'underReview', 'returned', 'withheld', 'published', 'paused', 'challenged', 'matched'];
/** What was withdrawn, refused or cancelled may be asked for again. */
export const NOT_COUNTED: readonly string[] = ['withdrawn', 'refused', 'takenDown', 'cancelled'];
const FIELDS = {
  householdId: 1,
  title: 1,
  details: 1,
  category: 1,
  'lines.name': 1,
  stage: 1,
  kind: 1,
  audience: 1,
  regionPath: 1,
  regionNames: 1,
  submittedAt: 1,
} as const;
/** Newest first; more of a household or a village are not compared. */
const OF_HOUSEHOLD = 100;
const OF_VILLAGE = 200;

export type ComparedNeed = Pick<
  NeedRecord,
  | '_id'
  | 'householdId'
  | 'title'
  | 'details'
  | 'category'
  | 'lines'
  | 'stage'
  | 'kind'
  | 'audience'
  | 'regionPath'
  | 'regionNames'
  | 'submittedAt'
>;

export function createComparedNeeds(db: Connection) {
  const { needs } = needRepository(db);
  return {
    /** Other needs of the household that are open, or were submitted since. */
    async ofHousehold(
      { _id, householdId }: Pick<NeedRecord, '_id' | 'householdId'>,
      since: Date,
      session?: ClientSession,
    ): Promise<ComparedNeed[]> {
      const lately = { $or: [{ stage: { $in: OPEN } }, { submittedAt: { $gte: since } }] };
      const others = { householdId, submittedAt: { $ne: null }, _id: { $ne: _id }, ...lately };
      const found = await needs
        .find({ ...others, stage: { $nin: [...NOT_COUNTED] } } as object, {
          projection: FIELDS,
          maxTimeMS: 3000,
          ...(session && { session }),
        })
        .sort({ submittedAt: -1 })
        .limit(OF_HOUSEHOLD)
        .toArray();
      return found;
    },

    /** Open needs of other households of the village, newest first. */
    ofVillage: ({ _id, householdId, regionPath }: Pick<NeedRecord, '_id' | 'householdId' | 'regionPath'>) =>
      needs
        .find(
          {
            regionPath: regionPath.at(-1) ?? '',
            submittedAt: ANY_DATE,
            stage: { $in: OPEN as NeedRecord['stage'][] },
            householdId: { $ne: householdId },
            _id: { $ne: _id },
          },
          { projection: FIELDS, maxTimeMS: 3000 },
        )
        .sort({ submittedAt: -1 })
        .limit(OF_VILLAGE)
        .toArray() as Promise<ComparedNeed[]>,
  };
}
