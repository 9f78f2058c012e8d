import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Level } from '../domain/kernel/types.ts';
import type { RealName } from '../domain/people/real-name.ts';
import { officesOf, type GrantRecord } from './account-offices.ts';
import { byIdTogether } from './together.ts';
import { ANY_TEXT, withText } from './partial-index.ts';

/** Personal fields, sealed together under `sealed`. */
export interface AccountPersonal {
  readonly name: string;
  readonly phone: string;
  readonly idNumber: string | null;
}

export interface AccountRecord {
  _id: string;
  rev: number;
  kind: 'donor' | 'person';
  /** Blind indexes: equal numbers, equal marks; nothing can be read back. */
  phoneIndex: string;
  idNumberIndex?: string;
  /** Present when name and number are known to belong together. */
  realName?: RealName;
  /** `Sealed` of infra/crypto over AccountPersonal. */
  sealed: unknown;
  /** `138****5678` and surname with two stars: what lists show without opening the seal. */
  maskedPhone: string;
  publicName: string;
  /** argon2id, in its own text form. */
  passwordHash: string;
  /** Raising it ends every token of the account. */
  epoch: number;
  /** `level`: of who froze it; absent where it was not kept. */
  frozen: { at: Date; by: string; reason: string; level?: Level | 'operator'; regionCode?: string } | null;
  grants: GrantRecord[];
  /** Where somebody lives: decides which needs are open to him. Absent or null: not said. */
  homeRegion?: string | null;
  /** When he said so; absent: never, or before it was kept. */
  homeSince?: Date | null;
  /** A county looked into him before he may meet children: who, when, and until when it counts. */
  vetting?: { by: string; at: Date; until: Date } | null;
  /** The household this account belongs to, with the recipient's rights. */
  householdId: string | null;
  /** Counts what was done in turn; see `inTurn`. */
  turns?: number;
  /** Challenges of needs that were counted lately, by their commands; see `countChallenge`. */
  challenges?: Counted[];
  createdAt: Date;
  updatedAt: Date;
}

const schema = new Schema<AccountRecord>(
  {
    _id: String,
    rev: { type: Number, required: true },
    kind: { type: String, required: true },
    phoneIndex: { type: String, required: true },
    idNumberIndex: String,
    realName: Schema.Types.Mixed,
    sealed: { type: Schema.Types.Mixed, required: true },
    maskedPhone: { type: String, required: true },
    publicName: { type: String, required: true },
    passwordHash: { type: String, required: true },
    epoch: { type: Number, required: true },
    frozen: Schema.Types.Mixed,
    grants: [
      new Schema<GrantRecord>(
        {
          id: String,
          role: String,
          level: String,
          regionCode: String,
          grantedBy: String,
          grantedAt: Date,
          standsInFor: String,
          from: Date,
          until: Date,
        },
        { _id: false, id: false },
      ),
    ],
    homeRegion: String,
    homeSince: Date,
    vetting: Schema.Types.Mixed,
    householdId: String,
    turns: Number,
    challenges: { type: Schema.Types.Mixed, default: undefined },
    createdAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ phoneIndex: 1 }, { unique: true });
schema.index({ idNumberIndex: 1 }, { unique: true, ...withText('idNumberIndex') });
schema.index({ 'grants.role': 1, 'grants.regionCode': 1, 'grants.level': 1 });
schema.index({ 'grants.standsInFor': 1 }, withText('grants.standsInFor'));
schema.index({ householdId: 1 }, withText('householdId'));

export const accountModel = (db: Connection) => db.model<AccountRecord>('Account', schema, 'accounts');

/** What every request needs to know of its account. */
export type AccountAccess = Pick<AccountRecord, '_id' | 'epoch' | 'frozen' | 'grants' | 'householdId' | 'homeRegion'>;

/** What counts against a limit, once by its id. */
export interface Counted {
  id: string;
  at: Date;
}

const LIMIT = { maxTimeMS: 3000 };
const AFTER = { ...LIMIT, returnDocument: 'after' as const };

export function accountRepository(db: Connection) {
  accountModel(db);
  const accounts = db.collection<AccountRecord>('accounts');
  const ids = async (filter: Record<string, unknown>): Promise<string[]> =>
    (await accounts.find(filter, { ...LIMIT, projection: { _id: 1 } }).toArray()).map(({ _id }) => _id);
  return {
    accounts,
    ...officesOf(accounts, ids),
    find: (id: string): Promise<AccountRecord | null> => accounts.findOne({ _id: id }, LIMIT),
    /**
     * Makes two transactions of one account follow one another: the later one sees what the earlier has written, so that
     * a limit counted within them holds.
     */
    inTurn: async (id: string, session: ClientSession): Promise<void> => {
      await accounts.updateOne({ _id: id }, { $inc: { turns: 1 } }, { session });
    },
    /**
     * Counts a challenge unless there are `limit` since then; one that is counted already stays. One conditional write, so
     * that several at once do not pass together. @returns whether it counts among them
     */
    async countChallenge(id: string, challenge: Counted, { since, limit }: { since: Date; limit: number }) {
      const recent = { $filter: { input: { $ifNull: ['$challenges', []] }, cond: { $gte: ['$$this.at', since] } } };
      const full = { $gte: [{ $size: '$$recent' }, limit] };
      const known = { $in: [challenge.id, '$$recent.id'] };
      const counted = { $cond: [{ $or: [known, full] }, '$$recent', { $concatArrays: ['$$recent', [challenge]] }] };
      const after = await accounts.findOneAndUpdate(
        { _id: id },
        [{ $set: { challenges: { $let: { vars: { recent }, in: counted } } } }],
        { ...AFTER, projection: { challenges: 1 } },
      );
      return after?.challenges?.some((one) => one.id === challenge.id) === true;
    },
    /** By any of the blind indexes of a phone (several while a key is being replaced). */
    findByPhone: (indexes: readonly string[]): Promise<AccountRecord | null> =>
      accounts.findOne({ phoneIndex: { $in: [...indexes] } }, LIMIT),
    access: byIdTogether(
      (ids) =>
        accounts
          .find(
            { _id: { $in: [...ids] } },
            { ...LIMIT, projection: { epoch: 1, frozen: 1, grants: 1, householdId: 1, homeRegion: 1 } },
          )
          .toArray() as Promise<AccountAccess[]>,
    ),
    /** By what somebody is known again without opening a seal. */
    indexes: byIdTogether((ids) =>
      accounts
        .find({ _id: { $in: [...ids] } }, { ...LIMIT, projection: { phoneIndex: 1, idNumberIndex: 1 } })
        .toArray(),
    ),
    /** @throws the driver's duplicate-key error (see `isDuplicateKey`) when phone or ID number is registered already */
    insert: async (record: AccountRecord, session?: ClientSession): Promise<void> => {
      await accounts.insertOne(record, session && { session });
    },

    /** Whoever has not said where he lives lives with his household. */
    settleWith: async (id: string, homeRegion: string): Promise<void> => {
      await accounts.updateOne({ _id: id, homeRegion: null }, { $set: { homeRegion, homeSince: new Date() } });
    },
    /** Null when he has said something else meanwhile. */
    settle: (
      { _id, homeSince }: Pick<AccountRecord, '_id' | 'homeSince'>,
      homeRegion: string | null,
      at: Date,
    ): Promise<AccountRecord | null> =>
      accounts.findOneAndUpdate(
        { _id, homeSince: homeSince ?? null },
        { $set: { homeRegion, homeSince: at, updatedAt: at }, $inc: { rev: 1 } },
        AFTER,
      ),
    /** Null when the account is unknown. */
    vet: (id: string, vetting: NonNullable<AccountRecord['vetting']> | null): Promise<AccountRecord | null> =>
      accounts.findOneAndUpdate({ _id: id }, { $set: { vetting, updatedAt: new Date() }, $inc: { rev: 1 } }, AFTER),
    /** Null when the account is unknown, has no ID number, or counts already. */
    confirmName: (id: string, realName: RealName, session?: ClientSession): Promise<AccountRecord | null> =>
      accounts.findOneAndUpdate(
        { _id: id, idNumberIndex: ANY_TEXT, realName: { $exists: false } },
        { $set: { realName, updatedAt: new Date() }, $inc: { rev: 1 } },
        session === undefined ? AFTER : { session, returnDocument: 'after' as const },
      ),
    /** Freezes the account and ends its tokens. Null when it is unknown. */
    freeze: (id: string, frozen: NonNullable<AccountRecord['frozen']>): Promise<AccountRecord | null> =>
      accounts.findOneAndUpdate(
        { _id: id },
        { $set: { frozen, updatedAt: new Date() }, $inc: { epoch: 1, rev: 1 } },
        AFTER,
      ),
    unfreeze: (id: string): Promise<AccountRecord | null> =>
      accounts.findOneAndUpdate(
        { _id: id },
        { $set: { frozen: null, updatedAt: new Date() }, $inc: { rev: 1 } },
        AFTER,
      ),

    ofHousehold: (householdId: string): Promise<string[]> => ids({ householdId, frozen: null }),
  };
}
