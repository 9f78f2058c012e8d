import { Schema, type ClientSession, type Connection } from 'mongoose';

/** A message to one account. */
export interface InboxRecord {
  /** `<eventId>:<accountId>`: however often an event is handled, its message is written once. */
  _id: string;
  accountId: string;
  template: string;
  caseType: string;
  caseId: string;
  eventId: string;
  text: string;
  /** When it happened, not when it was written. */
  at: Date;
  readAt: Date | null;
}

const schema = new Schema(
  {
    _id: String,
    accountId: { type: String, required: true },
    template: { type: String, required: true },
    caseType: { type: String, required: true },
    caseId: { type: String, required: true },
    eventId: { type: String, required: true },
    text: { type: String, required: true },
    at: { type: Date, required: true },
    readAt: Date,
  },
  { versionKey: false, autoIndex: false, strict: 'throw' },
);
schema.index({ accountId: 1, at: -1, _id: -1 });
schema.index({ accountId: 1, readAt: 1 });

export const inboxModel = (db: Connection) => db.model('Inbox', schema, 'inbox');

export interface InboxPage {
  readonly accountId: string;
  readonly unreadOnly: boolean;
  /** Keyset: what comes after this message, newest first. */
  readonly after?: { readonly at: Date; readonly id: string };
  readonly limit: number;
}

export function inboxRepository(db: Connection) {
  inboxModel(db);
  const inbox = db.collection<InboxRecord>('inbox');
  return {
    inbox,

    /** Writes the messages that are not there yet. @returns how many were new */
    async deliver(messages: readonly InboxRecord[], session?: ClientSession): Promise<number> {
      if (messages.length === 0) return 0;
      const writes = messages.map(({ _id, ...rest }) => ({
        updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true },
      }));
      return (await inbox.bulkWrite(writes, { ordered: false, ...(session && { session }) })).upsertedCount;
    },

    /** Newest first. */
    list: ({ accountId, unreadOnly, after, limit }: InboxPage): Promise<InboxRecord[]> =>
      inbox
        .find({
          accountId,
          ...(unreadOnly && { readAt: null }),
          ...(after && { $or: [{ at: { $lt: after.at } }, { at: after.at, _id: { $lt: after.id } }] }),
        })
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .maxTimeMS(3000)
        .toArray(),

    unread: (accountId: string): Promise<number> =>
      inbox.countDocuments({ accountId, readAt: null }, { maxTimeMS: 3000, limit: 1000 }),

    /** Marks messages of this account as read; a second time changes nothing. `all`: everything up to `now`. */
    async markRead(accountId: string, ids: readonly string[] | 'all', now: Date): Promise<number> {
      const which = ids === 'all' ? { at: { $lte: now } } : { _id: { $in: [...ids] } };
      const marked = await inbox.updateMany(
        { accountId, readAt: null, ...which },
        { $set: { readAt: now } },
        { maxTimeMS: 5000 },
      );
      return marked.modifiedCount;
    },
  };
}
