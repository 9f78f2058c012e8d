import { Schema, type Connection } from 'mongoose';
import type { Level } from '../domain/kernel/types.ts';

/** In place of a stage in `from`: a deadline passed, counted against the level named in `to`. */
export const OVERDUE = 'overdue';

/** In place of a stage in `from`: the level named in `to` had nobody who may decide, and was passed over. */
export const SKIPPED = 'skipped';

/** How often a kind of case went from one stage to another, in one region, category and day. */
export interface StatisticRecord {
  /** All key fields, joined by `|`. */
  _id: string;
  /** County, township or village code; cities and above are sums of their counties. */
  region: string;
  caseType: string;
  from: string;
  to: string;
  category: string;
  /** `2026-11-24`, in Shanghai. */
  day: string;
  n: number;
}

/** Up to which event of a case the counters have counted. Written in the counters' transaction: nothing counts twice. */
export interface CountedRecord {
  /** `need:<uuid>` */
  _id: string;
  seq: number;
}

const schema = new Schema(
  {
    _id: String,
    region: { type: String, required: true },
    caseType: { type: String, required: true },
    from: { type: String, required: true },
    to: { type: String, required: true },
    category: { type: String, required: true },
    day: { type: String, required: true },
    n: { type: Number, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ region: 1, caseType: 1, day: 1 });
schema.index({ day: 1, region: 1 }, { name: 'skipped', partialFilterExpression: { from: SKIPPED } });

const countedSchema = new Schema(
  { _id: String, seq: { type: Number, required: true } },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);

export const statisticModel = (db: Connection) => db.model('Statistic', schema, 'statistics');
export const countedModel = (db: Connection) => db.model('Counted', countedSchema, 'statisticsCounted');

interface SkippedQuery {
  readonly from: string;
  readonly to: string;
  /** Regions that begin so. */
  readonly within?: RegExp;
  readonly atMost: number;
}

export interface SkippedLevel {
  readonly region: string;
  readonly level: Level;
  readonly times: number;
  /** The last day on which it was. */
  readonly last: string;
}

export function statisticRepository(db: Connection) {
  statisticModel(db);
  countedModel(db);
  const statistics = db.collection<StatisticRecord>('statistics');
  return {
    statistics,
    counted: db.collection<CountedRecord>('statisticsCounted'),
    /** Levels that were passed over in these days because nobody there may decide, the most often first. */
    skipped: ({ from, to, within, atMost }: SkippedQuery): Promise<SkippedLevel[]> =>
      statistics
        .aggregate<SkippedLevel>([
          { $match: { from: SKIPPED, day: { $gte: from, $lte: to }, ...(within !== undefined && { region: within }) } },
          { $group: { _id: { region: '$region', level: '$to' }, times: { $sum: '$n' }, last: { $max: '$day' } } },
          { $project: { _id: 0, region: '$_id.region', level: '$_id.level', times: 1, last: 1 } },
          { $sort: { times: -1, region: 1, level: 1 } },
          { $limit: atMost },
        ])
        .maxTimeMS(5000)
        .toArray(),

    /** How often each level of these regions let a deadline pass, of cases of any kind: region → level → times. Days as `2026-11-24`. */
    async slept(regions: readonly string[], from: string, to: string): Promise<Map<string, Map<string, number>>> {
      const rows = await statistics
        .aggregate<{ _id: { region: string; level: string }; n: number }>([
          { $match: { region: { $in: [...regions] }, day: { $gte: from, $lte: to }, from: OVERDUE } },
          { $group: { _id: { region: '$region', level: '$to' }, n: { $sum: '$n' } } },
        ])
        .maxTimeMS(5000)
        .toArray();
      const found = new Map<string, Map<string, number>>();
      for (const { _id, n } of rows)
        found.set(_id.region, (found.get(_id.region) ?? new Map<string, number>()).set(_id.level, n));
      return found;
    },
  };
}
