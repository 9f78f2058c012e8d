import { Schema, type Connection } from 'mongoose';

/** A code that somebody was sent by text message. Only its keyed hash is kept, and one per purpose and subject. */
export interface OneTimeCodeRecord {
  /** `<purpose>:<keyed hash of the subject>` */
  _id: string;
  mac: string;
  triesLeft: number;
  issuedAt: Date;
  expiresAt: Date;
  /** The record that the right code opens; null when there is none, so that nobody learns it by asking. */
  opens: string | null;
}

const schema = new Schema(
  {
    _id: String,
    mac: { type: String, required: true },
    triesLeft: { type: Number, required: true },
    issuedAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    opens: String,
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

/** A household's consent by a code sent to its phone. Never changed once given: it is the evidence. */
export interface SmsConsentRecord {
  _id: string;
  householdId: string;
  /** Who asked for it: only he can use it. */
  askedBy: string;
  maskedPhone: string;
  phoneIndex: string;
  /** What the household was told it consents to. */
  sensitive: boolean;
  guardian: boolean;
  askedAt: Date;
  /** When the code was told to the one who asked; null: not yet. */
  givenAt: Date | null;
}

const consentSchema = new Schema(
  {
    _id: String,
    householdId: { type: String, required: true },
    askedBy: { type: String, required: true },
    maskedPhone: String,
    phoneIndex: String,
    sensitive: Boolean,
    guardian: Boolean,
    askedAt: { type: Date, required: true },
    givenAt: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
consentSchema.index({ householdId: 1, givenAt: -1 });
consentSchema.index({ askedBy: 1 });

const LIMIT = { maxTimeMS: 3000 };

export function oneTimeCodeRepository(db: Connection) {
  db.model('OneTimeCode', schema, 'oneTimeCodes');
  db.model('SmsConsent', consentSchema, 'smsConsents');
  const codes = db.collection<OneTimeCodeRecord>('oneTimeCodes');
  const consents = db.collection<SmsConsentRecord>('smsConsents');
  return {
    codes,
    consents,
    /** Replaces the code before it. */
    issue: async ({ _id, ...rest }: OneTimeCodeRecord): Promise<void> => {
      await codes.updateOne({ _id }, { $set: rest }, { ...LIMIT, upsert: true });
    },
    /** Takes one try; null when none is left or the time is over. Counted before anything is compared. */
    try: (_id: string, now: Date): Promise<OneTimeCodeRecord | null> =>
      codes.findOneAndUpdate(
        { _id, triesLeft: { $gt: 0 }, expiresAt: { $gt: now } },
        { $inc: { triesLeft: -1 } },
        { ...LIMIT, returnDocument: 'after' },
      ),
    /** Uses it up. False when somebody was quicker. */
    use: async ({ _id, mac }: OneTimeCodeRecord): Promise<boolean> =>
      (await codes.deleteOne({ _id, mac }, LIMIT)).deletedCount > 0,
    findConsent: (id: string): Promise<SmsConsentRecord | null> => consents.findOne({ _id: id }, LIMIT),
  };
}
