import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { HandoverStage } from '../domain/handover/types.ts';
import type { Level } from '../domain/kernel/types.ts';
import { standingFields, type StandingRecord } from './standing.ts';

/** Reviews that one cadre hands over to a colleague of the same office. */
export interface HandoverRecord extends StandingRecord<HandoverStage> {
  giverId: string;
  giverName: string;
  receiverId: string;
  receiverName: string;
  level: Level;
  regionCode: string;
  regionPath: string[];
  regionNames: string[];
  needIds: string[];
  reason: string;
  policyVersion: string;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema(
  {
    ...standingFields,
    giverId: { type: String, required: true },
    giverName: String,
    receiverId: { type: String, required: true },
    receiverName: String,
    level: String,
    regionCode: String,
    regionPath: [String],
    regionNames: [String],
    needIds: [String],
    reason: String,
    policyVersion: { type: String, required: true },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ giverId: 1, createdAt: -1, _id: -1 });
schema.index({ receiverId: 1, createdAt: -1, _id: -1 });

export const handoverModel = (db: Connection) => db.model('Handover', schema, 'handovers');

export function handoverRepository(db: Connection) {
  handoverModel(db);
  const handovers = db.collection<HandoverRecord>('handovers');
  return {
    handovers,
    find: (id: string, session?: ClientSession): Promise<HandoverRecord | null> =>
      handovers.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) }),
  };
}
