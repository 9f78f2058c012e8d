import { Schema, type ClientSession, type Connection } from 'mongoose';

/** A fact about this installation: which version of a data set it has, for example. */
export interface SettingRecord {
  _id: string;
  value: string;
  updatedAt: Date;
}

const schema = new Schema(
  { _id: String, value: { type: String, required: true }, updatedAt: { type: Date, required: true } },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);

export const settingModel = (db: Connection) => db.model('Setting', schema, 'settings');

export function settingRepository(db: Connection) {
  settingModel(db);
  const settings = db.collection<SettingRecord>('settings');
  return {
    get: async (name: string): Promise<string | null> =>
      (await settings.findOne({ _id: name }, { maxTimeMS: 3000 }))?.value ?? null,
    set: async (name: string, value: string, session?: ClientSession): Promise<void> => {
      const options = { upsert: true, ...(session && { session }) };
      await settings.updateOne({ _id: name }, { $set: { value, updatedAt: new Date() } }, options);
    },
  };
}
