import { Schema, type Connection } from 'mongoose';

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

const countedSchema = new Schema(
  { _id: String, seq: { type: Number, required: true } },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);

export const statisticModel = (db: Connection) => db.model('Statistic', schema, 'statistics');
export const countedModel = (db: Connection) => db.model('Counted', countedSchema, 'statisticsCounted');

export function statisticRepository(db: Connection) {
  statisticModel(db);
  countedModel(db);
  return {
    statistics: db.collection<StatisticRecord>('statistics'),
    counted: db.collection<CountedRecord>('statisticsCounted'),
  };
}
