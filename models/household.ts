import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Place, Sealed } from '../contracts/sealed.ts';
import type { Cause, MemberRelation, Property } from '../domain/household/household.ts';
import { withText } from './partial-index.ts';

/** Consent of the household to one use of its data; a revoked one stays as evidence. */
export interface HouseholdConsent {
  purpose: 'posting' | 'health' | 'publication' | 'guardian';
  /** `preview`: approved by the household itself as it saw it; `own`: its own posting. */
  kind: 'paper' | 'recording' | 'inPerson' | 'sms' | 'preview' | 'own';
  /** Photo id of the paper, the recording's or message's reference, or the content that was seen. */
  reference: string;
  /** For this need only. */
  needId?: string;
  givenAt: Date;
  /** Account that took the consent down. */
  takenBy: string;
  revokedAt: Date | null;
}

/** A household of the register. Names, numbers, dates of birth, health and schooling are in `sealed` only. */
export interface HouseholdRecord {
  _id: string;
  rev: number;
  /** The register's own number; unique. */
  number: string;
  villageCode: string;
  regionPath: string[];
  /** Surname of the head and two stars. */
  publicName: string;
  /** `HouseholdPersonal` of domain/household. */
  sealed: Sealed;
  /** Blind indexes of the ID numbers of its people: a person belongs to one household. */
  idIndexes: string[];
  phoneIndex: string | null;
  /** Blind index of the address: households of one address are found without being read. */
  addressIndex?: string | null;
  property: Property;
  mainCause: Cause;
  otherCauses: Cause[];
  incomePerCapitaFen: number;
  identifiedOn: string;
  removedOn: string | null;
  headBornYear: number;
  members: { relation: MemberRelation; bornYear: number }[];
  /** Account of the helper cadre, once he has one; until then he is known by his phone's index. */
  helperId: string | null;
  helperPhoneIndex: string | null;
  consents: HouseholdConsent[];
  /** Keyed hash of the imported row; null once somebody edited the record. */
  rowHash: string | null;
  /** Counts what was done in turn; see `inTurn`. */
  turns?: number;
  erasedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    rev: { type: Number, required: true },
    number: { type: String, required: true },
    villageCode: { type: String, required: true },
    regionPath: [String],
    publicName: { type: String, required: true },
    sealed: { type: Schema.Types.Mixed, required: true },
    idIndexes: [String],
    phoneIndex: String,
    addressIndex: String,
    property: { type: String, required: true },
    mainCause: { type: String, required: true },
    otherCauses: [String],
    incomePerCapitaFen: Number,
    identifiedOn: String,
    removedOn: String,
    headBornYear: Number,
    members: Schema.Types.Mixed,
    helperId: String,
    helperPhoneIndex: String,
    consents: Schema.Types.Mixed,
    rowHash: String,
    turns: Number,
    erasedAt: Date,
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ number: 1 }, { unique: true });
schema.index({ idIndexes: 1 }, { unique: true, ...withText('idIndexes') });
schema.index({ phoneIndex: 1 }, withText('phoneIndex'));
schema.index({ addressIndex: 1 }, withText('addressIndex'));
schema.index({ regionPath: 1, number: 1 });
schema.index({ helperId: 1 }, withText('helperId'));
schema.index({ helperPhoneIndex: 1 }, withText('helperPhoneIndex'));

export const householdModel = (db: Connection) => db.model('Household', schema, 'households');

/** Where a household's sealed fields belong; needed to open them. */
export const householdPlace = (id: string): Place => ({ collection: 'households', id, field: 'sealed' });

const LIMIT = { maxTimeMS: 3000 };

export function householdRepository(db: Connection) {
  householdModel(db);
  const households = db.collection<HouseholdRecord>('households');
  const needs = db.collection<{ householdId: string; helperId?: string | null }>('needs');

  /** Who helps these households: their needs name him, because he reaches them by it. */
  async function tellNeeds(ids: readonly string[], helperId: string | null): Promise<void> {
    const others = { householdId: { $in: [...ids] }, helperId: { $ne: helperId } };
    await needs.updateMany(others, { $set: { helperId }, $inc: { rev: 1 } });
  }

  return {
    households,
    find: (id: string, session?: ClientSession): Promise<HouseholdRecord | null> =>
      households.findOne({ _id: id }, { ...LIMIT, ...(session && { session }) }),
    /** Makes two transactions about one household follow one another, so that a limit counted within them holds. */
    inTurn: async (id: string, session: ClientSession): Promise<void> => {
      await households.updateOne({ _id: id }, { $inc: { turns: 1 } }, { session });
    },
    findByNumber: (number: string): Promise<HouseholdRecord | null> => households.findOne({ number }, LIMIT),
    /** By any of the blind indexes of the head's phone; families share phones. */
    findByPhone: (indexes: readonly string[]): Promise<HouseholdRecord[]> =>
      households
        .find({ phoneIndex: { $in: [...indexes] }, erasedAt: null }, LIMIT)
        .limit(5)
        .toArray(),
    /** The household that a person belongs to, by any of the blind indexes of his ID number. */
    findByIdNumber: (indexes: readonly string[]): Promise<HouseholdRecord | null> =>
      households.findOne({ idIndexes: { $in: [...indexes] } }, LIMIT),

    /** Gives the households that name this phone as their helper's to his account. Returns how many. */
    async linkHelper(phoneIndex: string, accountId: string): Promise<number> {
      const { modifiedCount } = await households.updateMany(
        { helperPhoneIndex: phoneIndex, helperId: { $ne: accountId } },
        { $set: { helperId: accountId, updatedAt: new Date() }, $inc: { rev: 1 } },
      );
      await tellNeeds(await households.distinct('_id', { helperPhoneIndex: phoneIndex }), accountId);
      return modifiedCount;
    },

    /** Who has left the office of helper there helps nobody there any more; `elsewhere`: where he still holds it. */
    async leaveHelped(accountId: string, regionCode: string, elsewhere: readonly string[]): Promise<void> {
      const helped = { helperId: accountId, regionPath: { $eq: regionCode, $nin: [...elsewhere] } };
      const ids = await households.distinct('_id', helped, LIMIT);
      if (ids.length === 0) return;
      const left = { $set: { helperId: null, updatedAt: new Date() }, $inc: { rev: 1 } };
      await households.updateMany({ _id: { $in: ids }, helperId: accountId }, left);
      await tellNeeds(ids, null);
    },

    tellNeeds,

    consents: {
      add: async (id: string, consent: HouseholdConsent, session?: ClientSession): Promise<void> => {
        const change = { $push: { consents: consent }, $set: { updatedAt: new Date() }, $inc: { rev: 1 } };
        await households.updateOne({ _id: id }, change, { ...(session && { session }) });
      },

      /** All that concern this need, or have this evidence. @returns false when the record has no such evidence */
      async revoke(
        id: string,
        of: { readonly needId: string; readonly reference: string },
        at: Date,
        session: ClientSession,
      ): Promise<boolean> {
        const household = await households.findOne({ _id: id }, { session, projection: { consents: 1 } });
        const before = household?.consents ?? [];
        const meant = (consent: HouseholdConsent): boolean =>
          consent.revokedAt === null && (consent.needId === of.needId || consent.reference === of.reference);
        if (!before.some(meant)) return before.some(({ reference }) => reference === of.reference);
        const consents = before.map((consent) => (meant(consent) ? { ...consent, revokedAt: at } : consent));
        await households.updateOne({ _id: id }, { $set: { consents, updatedAt: at }, $inc: { rev: 1 } }, { session });
        return consents.some(({ reference }) => reference === of.reference);
      },
    },
  };
}
