import { Schema, type ClientSession, type Connection } from 'mongoose';
import { erased, type Place, type Sealed } from '../contracts/sealed.ts';
import { maskPhone } from '../domain/people/masking.ts';

/** `notice`: a case tells a household; `code`: a one-time code; `reply`: the answer to a text from a phone. */
export type SmsKind = 'notice' | 'code' | 'reply';

/** `waiting` until a provider has taken it; `dropped`: not sent on purpose; `undelivered`: a report says so, to be reported. */
export type SmsStatus = 'waiting' | 'sent' | 'undelivered' | 'failed' | 'dropped';

/** What is sealed of a text message. Gone as soon as nobody has to send it any more. */
export interface SmsContent {
  readonly phone: string;
  readonly text: string;
  readonly params: readonly string[];
}

/** A text message from us. */
export interface SmsRecord {
  /** Made from what causes it (event and phone, request, message answered): handled twice, it is written once. */
  _id: string;
  kind: SmsKind;
  template: string;
  phoneIndex: string;
  maskedPhone: string;
  householdId: string | null;
  caseType: string | null;
  caseId: string | null;
  /** Codes and numbers of the notice. */
  args: Record<string, string | number>;
  /** Does not wait for the morning and counts against no limit. */
  urgent: boolean;
  sealed: Sealed;
  status: SmsStatus;
  attempts: number;
  /** Why it failed or was dropped: a code. */
  failure: string | null;
  providerId: string | null;
  at: Date;
  /** Not before; moved by quiet hours and limits. */
  dueAt: Date;
  sentAt: Date | null;
  expiresAt: Date;
}

/** A text from a phone, as the provider passed it on. */
export interface SmsInboundRecord {
  /** The provider's number of it. */
  _id: string;
  phoneIndex: string;
  sealed: Sealed;
  at: Date;
  /** Whose phone it is; null when nobody here has it. */
  householdId: string | null;
  /** What it was taken for; null while it is being handled. */
  action: string | null;
  handledAt: Date | null;
  expiresAt: Date;
}

/** What reached the sandbox instead of a phone. */
interface SandboxSms {
  _id: string;
  phoneIndex: string;
  sealed: Sealed;
  at: Date;
  expiresAt: Date;
}

export const SMS_WANTED = ['all', 'urgent', 'none'] as const;
export type SmsWanted = (typeof SMS_WANTED)[number];

/** What the owner of a phone wants to get; without a record everything. */
interface SmsPreference {
  /** The phone's blind index. */
  _id: string;
  wanted: SmsWanted;
  updatedAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    kind: { type: String, required: true },
    template: { type: String, required: true },
    phoneIndex: { type: String, required: true },
    maskedPhone: String,
    householdId: String,
    caseType: String,
    caseId: String,
    args: Schema.Types.Mixed,
    urgent: Boolean,
    sealed: { type: Schema.Types.Mixed, required: true },
    status: { type: String, required: true },
    attempts: Number,
    failure: String,
    providerId: String,
    at: { type: Date, required: true },
    dueAt: { type: Date, required: true },
    sentAt: Date,
    expiresAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
schema.index({ status: 1, dueAt: 1 });
schema.index({ phoneIndex: 1, at: -1 });
schema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });

const kept = (fields: Record<string, unknown>): Schema =>
  new Schema(
    { _id: String, phoneIndex: String, sealed: Schema.Types.Mixed, at: Date, expiresAt: Date, ...fields },
    { versionKey: false, autoIndex: false, strict: 'throw' },
  );
const inboundSchema = kept({ householdId: String, action: String, handledAt: Date });
inboundSchema.index({ phoneIndex: 1, at: -1 });
inboundSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
const sandboxSchema = kept({});
sandboxSchema.index({ phoneIndex: 1, at: -1 });
sandboxSchema.index({ expiresAt: 1 }, { expireAfterSeconds: 0 });
const preferenceSchema = new Schema(
  { _id: String, wanted: { type: String, required: true }, updatedAt: Date },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);

export const smsPlace = (id: string): Place => ({ collection: 'smsMessages', id, field: 'sealed' });
export const sandboxSmsPlace = (id: string): Place => ({ collection: 'smsSandbox', id, field: 'sealed' });
export const inboundSmsPlace = (id: string): Place => ({ collection: 'smsInbound', id, field: 'sealed' });

/** The part of infra/crypto that text messages need. */
export interface SmsCrypto {
  readonly fields: {
    seal(place: Place, fields: object): Sealed;
    open<T>(place: Place, sealed: Sealed): T;
  };
  readonly index: {
    of(field: 'phone', normalised: string): string;
    candidates(field: 'phone', normalised: string): string[];
  };
}

export interface NewSms extends Pick<SmsRecord, 'kind' | 'template'> {
  readonly id: string;
  readonly phone: string;
  readonly text: string;
  /** The provider template's variables; the text by default. */
  readonly params?: readonly string[];
  readonly about?: Partial<Pick<SmsRecord, 'householdId' | 'caseType' | 'caseId' | 'args'>>;
  /** Codes and replies always are. */
  readonly urgent?: boolean;
  readonly now: number;
}

/** How long the record of a message is kept; its words go when it is sent. */
const KEPT_MS = 180 * 86_400_000;

/** A message's record, number and words sealed. */
export function newSms(crypto: SmsCrypto, sms: NewSms): SmsRecord {
  const { id: _id, kind, template, phone, text, params = [text], about = {}, urgent = kind !== 'notice', now } = sms;
  const content: SmsContent = { phone, text, params };
  const at = new Date(now);
  return {
    _id,
    kind,
    template,
    phoneIndex: crypto.index.of('phone', phone),
    maskedPhone: maskPhone(phone),
    householdId: null,
    caseType: null,
    caseId: null,
    args: {},
    ...about,
    urgent,
    sealed: crypto.fields.seal(smsPlace(_id), content),
    ...{ status: 'waiting', attempts: 0, failure: null, providerId: null, sentAt: null },
    at,
    dueAt: at,
    expiresAt: new Date(now + KEPT_MS),
  };
}

const LIMIT = { maxTimeMS: 3000 };

export function smsRepository(db: Connection) {
  db.model('Sms', schema, 'smsMessages');
  db.model('SmsInbound', inboundSchema, 'smsInbound');
  db.model('SmsSandbox', sandboxSchema, 'smsSandbox');
  db.model('SmsPreference', preferenceSchema, 'smsPreferences');
  const messages = db.collection<SmsRecord>('smsMessages');
  const inbound = db.collection<SmsInboundRecord>('smsInbound');
  const sandbox = db.collection<SandboxSms>('smsSandbox');
  const preferences = db.collection<SmsPreference>('smsPreferences');
  return {
    messages,
    inbound,
    sandbox,
    find: (id: string): Promise<SmsRecord | null> => messages.findOne({ _id: id }, LIMIT),

    /** Writes it unless it is there. @returns true when it was new */
    async add({ _id, ...rest }: SmsRecord, session?: ClientSession): Promise<boolean> {
      const options = { ...LIMIT, upsert: true, ...(session && { session }) };
      const { upsertedCount } = await messages.updateOne({ _id }, { $setOnInsert: rest }, options);
      return upsertedCount > 0;
    },
    /** Counts a try. Null when nothing has to be sent any more. */
    begin: (id: string): Promise<SmsRecord | null> =>
      messages.findOneAndUpdate(
        { _id: id, status: 'waiting' },
        { $inc: { attempts: 1 } },
        { ...LIMIT, returnDocument: 'after' },
      ),
    /** The end of a message; its number and its words are gone with it. */
    async finish(
      message: Pick<SmsRecord, '_id' | 'sealed'>,
      end: Partial<Pick<SmsRecord, 'status' | 'sentAt' | 'providerId' | 'failure'>>,
    ): Promise<void> {
      const change = { $set: { ...end, sealed: erased(message.sealed) } };
      await messages.updateOne({ _id: message._id, status: { $in: ['waiting', 'undelivered'] } }, change, LIMIT);
    },
    postpone: async (id: string, dueAt: Date): Promise<void> => {
      await messages.updateOne({ _id: id, status: 'waiting' }, { $set: { dueAt } }, LIMIT);
    },
    /** How many notices this phone has got since then. */
    noticesSince: (phoneIndex: string, since: Date): Promise<number> =>
      messages.countDocuments(
        { phoneIndex, kind: 'notice', urgent: false, sentAt: { $gte: since } },
        { ...LIMIT, limit: 100 },
      ),
    /** The latest message of a template to a phone that was not dropped. */
    latest: (phoneIndexes: readonly string[], template: string): Promise<SmsRecord | null> =>
      messages.findOne(
        { phoneIndex: { $in: [...phoneIndexes] }, template, status: { $ne: 'dropped' } },
        { ...LIMIT, sort: { at: -1, _id: -1 } },
      ),
    /** The provider says that it has not reached its phone. False when we know otherwise. */
    async undelivered(id: string, failure: string, now: Date): Promise<boolean> {
      const change = { $set: { status: 'undelivered' as const, failure, dueAt: now } };
      return (await messages.updateOne({ _id: id, status: 'sent' }, change, LIMIT)).modifiedCount > 0;
    },
    /** Messages that should be on their way since then, and those whose failure is not reported yet. */
    overdue: (before: Date, limit: number): Promise<Pick<SmsRecord, '_id'>[]> =>
      messages
        .find({ status: { $in: ['waiting', 'undelivered'] }, dueAt: { $lt: before } }, { projection: { _id: 1 } })
        .sort({ dueAt: 1 })
        .limit(limit)
        .maxTimeMS(5000)
        .toArray(),

    async receive({ _id, ...rest }: SmsInboundRecord): Promise<SmsInboundRecord> {
      const received = await inbound.findOneAndUpdate(
        { _id },
        { $setOnInsert: rest },
        { ...LIMIT, upsert: true, returnDocument: 'after' },
      );
      return received ?? { _id, ...rest };
    },
    handled: async (id: string, action: string, householdId: string | null, now: Date): Promise<void> => {
      await inbound.updateOne({ _id: id }, { $set: { action, householdId, handledAt: now } }, LIMIT);
    },

    keepInSandbox: async ({ _id, ...rest }: SandboxSms): Promise<void> => {
      await sandbox.updateOne({ _id }, { $setOnInsert: rest }, { ...LIMIT, upsert: true });
    },
    /** Newest first. */
    inSandbox: (phoneIndexes: readonly string[], limit: number): Promise<SandboxSms[]> =>
      sandbox
        .find({ phoneIndex: { $in: [...phoneIndexes] } }, LIMIT)
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .toArray(),

    wanted: async (phoneIndexes: readonly string[]): Promise<SmsWanted> =>
      (await preferences.findOne({ _id: { $in: [...phoneIndexes] } }, LIMIT))?.wanted ?? 'all',
    want: async (phoneIndex: string, wanted: SmsWanted, now: Date): Promise<void> => {
      await preferences.updateOne(
        { _id: phoneIndex },
        { $set: { wanted, updatedAt: now } },
        { ...LIMIT, upsert: true },
      );
    },
  };
}
