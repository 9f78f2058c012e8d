import { createHash } from 'node:crypto';
import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Outcome } from '../domain/kernel/case-file.ts';
import type { Actor, JsonObject } from '../domain/kernel/types.ts';
import { canonicalJson } from './event.ts';

/** A command on its way and, afterwards, what became of it: outbox and outcome store in one, for ever. */
export interface CommandRecord {
  _id: string;
  caseType: string;
  caseId: string;
  name: string;
  actor: Actor;
  data: JsonObject;
  expectedSeq?: number;
  /** Present when this command opens its case. */
  start?: { seed: JsonObject; policyVersion: string };
  /** SHA-256 of the command's content; the same id with another one is refused. */
  bodyHash: string;
  /** Free text (a reason, a message) that must not travel through Temporal. */
  note?: string;
  status: 'pending' | 'applied' | 'refused';
  outcome?: Outcome;
  createdAt: Date;
  /** When the sweeper may send it (again). */
  sendAfter: Date;
  attempts: number;
}

const schema = new Schema(
  {
    _id: String,
    caseType: { type: String, required: true },
    caseId: { type: String, required: true },
    name: { type: String, required: true },
    actor: { type: Schema.Types.Mixed, required: true },
    data: { type: Schema.Types.Mixed, required: true },
    expectedSeq: Number,
    start: Schema.Types.Mixed,
    bodyHash: { type: String, required: true },
    note: String,
    status: { type: String, required: true, enum: ['pending', 'applied', 'refused'] },
    outcome: Schema.Types.Mixed,
    createdAt: { type: Date, required: true },
    sendAfter: { type: Date, required: true },
    attempts: { type: Number, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
// What the sweeper sends: only the pending ones are in this index, so it stays small.
schema.index({ sendAfter: 1 }, { partialFilterExpression: { status: 'pending' } });
schema.index({ caseType: 1, caseId: 1, createdAt: 1 });

export const commandModel = (db: Connection) => db.model('Command', schema, 'commands');

/** How long the sender of a command has before the sweeper takes over. */
export const SWEEP_GRACE_MS = 15_000;

export type NewCommand = Omit<CommandRecord, 'status' | 'outcome' | 'createdAt' | 'sendAfter' | 'attempts'>;

export const pendingCommand = (command: NewCommand, now = new Date()): CommandRecord => ({
  ...command,
  status: 'pending',
  createdAt: now,
  sendAfter: new Date(now.getTime() + SWEEP_GRACE_MS),
  attempts: 0,
});

/** The same command, to be sent at that time: its sender's grace begins then. */
export const sentAt = (command: CommandRecord, at: number): CommandRecord => ({
  ...command,
  sendAfter: new Date(at + SWEEP_GRACE_MS),
});

/** When the sender of a new command means to send it. */
export const plannedFor = ({ sendAfter }: Pick<CommandRecord, 'sendAfter'>): number =>
  sendAfter.getTime() - SWEEP_GRACE_MS;

/** A command as its sender gives it. */
export interface CommandEnvelope {
  readonly commandId: string;
  readonly caseType: string;
  readonly caseId: string;
  readonly name: string;
  readonly actor: Actor;
  /** Ids, codes and numbers only: this travels through Temporal. */
  readonly data: JsonObject;
  /** Free text, kept in MongoDB beside the command. */
  readonly note?: string;
  readonly expectedSeq?: number;
}

export interface StartEnvelope extends CommandEnvelope {
  readonly seed: JsonObject;
  readonly policyVersion: string;
}

export function newCommand(envelope: CommandEnvelope, start?: CommandRecord['start']): NewCommand {
  const { commandId: _id, caseType, caseId, name, actor, data, note, expectedSeq } = envelope;
  const content = { caseType, caseId, name, data, note, actorId: actor.id };
  return {
    _id,
    caseType,
    caseId,
    name,
    actor,
    data,
    bodyHash: createHash('sha256').update(canonicalJson(content)).digest('hex'),
    ...(note !== undefined && { note }),
    ...(expectedSeq !== undefined && { expectedSeq }),
    ...(start !== undefined && { start }),
  };
}

/** The outbox record of a command that opens a case, for callers that insert it in a transaction of their own. */
export const startingCommand = ({ seed, policyVersion, ...envelope }: StartEnvelope): CommandRecord =>
  pendingCommand(newCommand(envelope, { seed, policyVersion }));

export const isDuplicateKey = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 11000;

/** Back-off of the sweeper by attempts, at most five minutes: a case that is away for a day is not hammered. */
const backOff = (attempts: number): number => Math.min(300_000, SWEEP_GRACE_MS * 2 ** Math.min(attempts, 5));

export function commandRepository(db: Connection) {
  commandModel(db);
  const commands = db.collection<CommandRecord>('commands');
  const find = (id: string, session?: ClientSession): Promise<CommandRecord | null> =>
    commands.findOne({ _id: id }, { maxTimeMS: 3000, ...(session && { session }) });
  return {
    commands,
    find,

    /** Inserts the command, or returns the one that already has its id. */
    async accept(command: NewCommand, session?: ClientSession): Promise<{ record: CommandRecord; isNew: boolean }> {
      const record = pendingCommand(command);
      try {
        await commands.insertOne(record, session && { session });
        return { record, isNew: true };
      } catch (error) {
        if (!isDuplicateKey(error) || session !== undefined) throw error;
        const known = await find(command._id);
        if (known === null) throw error;
        return { record: known, isNew: false };
      }
    },

    /** Puts cross-case commands into the outbox inside a recording transaction; known ids are left as they are. */
    async enqueue(batch: readonly NewCommand[], session?: ClientSession): Promise<void> {
      if (batch.length === 0) return;
      const writes = batch.map((command) => {
        const { _id, ...rest } = pendingCommand(command);
        return { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } };
      });
      await commands.bulkWrite(writes, { ordered: false, ...(session && { session }) });
    },

    /**
     * Stores an outcome that came without a recording (a validator's refusal). The first outcome stays: it is what
     * the caller was told.
     */
    async settle(outcome: Outcome): Promise<Outcome> {
      await commands.updateOne(
        { _id: outcome.commandId, status: 'pending' },
        { $set: { status: outcome.status, outcome } },
      );
      const stored = await find(outcome.commandId);
      return stored?.outcome ?? outcome;
    },

    /** How many commands wait, and since when the oldest does. */
    async backlog(): Promise<{ count: number; oldest: Date | null }> {
      const pending = [
        { $match: { status: 'pending' } },
        { $group: { _id: null, count: { $sum: 1 }, oldest: { $min: '$createdAt' } } },
      ];
      const options = { maxTimeMS: 3000, hint: { sendAfter: 1 } };
      const [found] = await commands.aggregate<{ count: number; oldest: Date }>(pending, options).toArray();
      return found ?? { count: 0, oldest: null };
    },

    /** Due pending commands, each leased to this caller by moving its `sendAfter`. */
    async leaseDue(limit: number, now = new Date()): Promise<CommandRecord[]> {
      const due = await commands
        .find({ status: 'pending', sendAfter: { $lte: now } })
        .sort({ sendAfter: 1 })
        .limit(limit)
        .maxTimeMS(5000)
        .toArray();
      const leased: CommandRecord[] = [];
      for (const command of due) {
        const sendAfter = new Date(now.getTime() + backOff(command.attempts));
        const taken = await commands.updateOne(
          { _id: command._id, status: 'pending', attempts: command.attempts },
          { $set: { sendAfter }, $inc: { attempts: 1 } },
        );
        if (taken.modifiedCount === 1) leased.push(command);
      }
      return leased;
    },
  };
}
