import { ApplicationFailure } from '@temporalio/common';
import type { ClientSession, Connection } from 'mongoose';
import { RECORD_CONFLICT, workflowId, type CaseActivities, type RecordBatch } from '../contracts/cases.ts';
import { fold } from '../domain/kernel/case-file.ts';
import { isTerminal, stageRule } from '../domain/kernel/table.ts';
import type { CaseEvent } from '../domain/kernel/types.ts';
import { caseRepository, type CaseRecord } from '../models/case.ts';
import { commandRepository, pendingCommand, type CommandRecord, type NewCommand } from '../models/command.ts';
import { chain, eventRepository } from '../models/event.ts';
import type { CaseKind, CaseKinds } from './kinds.ts';

export interface RecordDeps {
  readonly db: Connection;
  readonly kinds: CaseKinds;
  /** Sends what the transaction put into the outbox; what it fails to send, the sweeper sends. */
  readonly dispatch: (command: CommandRecord) => Promise<void>;
  /** Reports a contradiction between a case and its record to the operators. */
  readonly report: (finding: { kind: string; caseType: string; caseId: string; detail: string }) => Promise<void>;
}

/**
 * Records a batch in one transaction: events, the case's read models, the outcomes and the outbox. Idempotent: what is
 * stored already is skipped, so a repeated attempt changes nothing.
 */
export function createRecord(deps: RecordDeps): CaseActivities['record'] {
  const { db, kinds, dispatch, report } = deps;
  const { cases } = caseRepository(db);
  const { events } = eventRepository(db);
  const outbox = commandRepository(db);
  const latest = createLatest();

  return async function record(batch) {
    const kind = kinds[batch.caseType];
    if (kind === undefined) throw new Error(`no case kind ${batch.caseType}`);
    const _id = workflowId(batch.caseType, batch.caseId);
    let written: Written;
    try {
      written = await writeOnce(batch, kind, latest.take(_id)).catch((error: unknown) => {
        if (error instanceof Outdated) return writeOnce(batch, kind, null);
        throw error;
      });
    } catch (error) {
      if (isConflict(error)) {
        await report({ kind: 'recordConflict', caseType: batch.caseType, caseId: batch.caseId, detail: error.message });
      }
      throw error;
    }
    latest.keep(_id, written.record);
    // Allowed to fail: the commands are in the outbox, and the sweeper sends what stays pending there.
    await Promise.allSettled(written.told.map((command) => dispatch(pendingCommand(command))));
  };

  async function writeOnce(batch: RecordBatch, kind: CaseKind, remembered: CaseRecord | null): Promise<Written> {
    let written: Written = { record: null, told: [] };
    let known = remembered;
    const session = await db.startSession();
    try {
      await session.withTransaction(
        async () => {
          const first = known;
          // A second try of the transaction looks for itself.
          known = null;
          written = await write(batch, kind, first, session);
        },
        { writeConcern: { w: 'majority' }, timeoutMS: 10_000 },
      );
      return written;
    } catch (error) {
      if (remembered !== null && isConflict(error)) throw new Outdated();
      throw error;
    } finally {
      await session.endSession();
    }
  }

  /** `remembered`: the record as this process wrote it last. Whether it is still that one, the write finds out. */
  async function write(
    batch: RecordBatch,
    kind: CaseKind,
    remembered: CaseRecord | null,
    session: ClientSession,
  ): Promise<Written> {
    const _id = workflowId(batch.caseType, batch.caseId);
    const stored = remembered ?? (await cases.findOne({ _id }, { session }));
    const fresh = await freshEvents(batch, stored, session);
    await storeOutcomes(batch, session);
    if (fresh.length === 0) return { record: stored, told: [] };
    const chained = chain(stored?.hash ?? '', batch.caseType, batch.caseId, fresh);
    await events.insertMany(chained, { session });
    const next = nextRecord(batch, kind, stored, fresh, chained.at(-1)?.hash ?? '');
    if (stored === null) await cases.insertOne(next, { session });
    else {
      const { seq, hash } = stored;
      const { matchedCount } = await cases.replaceOne({ _id, seq, hash }, next, { session });
      if (matchedCount === 0) throw new Outdated();
    }
    const told = await kind.project({ session, record: next, events: fresh });
    await outbox.enqueue(told, session);
    return { record: next, told };
  }

  /** The events that are not stored yet. Those that are must be the same ones: anything else is a contradiction. */
  async function freshEvents(
    batch: RecordBatch,
    stored: CaseRecord | null,
    session: ClientSession,
  ): Promise<readonly CaseEvent[]> {
    const head = stored?.seq ?? 0;
    const all = batch.entries.flatMap((entry) => entry.events);
    const known = all.filter((event) => event.seq <= head);
    const fresh = all.filter((event) => event.seq > head);
    if (fresh[0] !== undefined && fresh[0].seq !== head + 1) {
      throw conflict(`next event is ${fresh[0].seq}, stored are ${head}`);
    }
    for (const event of known) {
      const same = await events.findOne(
        { _id: `${workflowId(batch.caseType, batch.caseId)}:${event.seq}` },
        { session, projection: { commandId: 1, type: 1 } },
      );
      if (same?.commandId !== event.commandId || same.type !== event.type) {
        throw conflict(`event ${event.seq} is stored with another content`);
      }
    }
    return fresh;
  }

  /** Every outcome is kept, also those of the clock and of refusals that came by signal. */
  async function storeOutcomes(batch: RecordBatch, session: ClientSession): Promise<void> {
    const { caseType, caseId } = batch;
    const now = new Date();
    const writes = batch.entries.map(({ outcome, actor, data = {} }) => {
      const { commandId: _id, command: name, status } = outcome;
      const own = {
        caseType,
        caseId,
        name,
        actor,
        data,
        bodyHash: '',
        createdAt: now,
        sendAfter: now,
        attempts: 0,
      };
      const update = { $set: { status, outcome }, $setOnInsert: own };
      return { updateOne: { filter: { _id }, update, upsert: true } };
    });
    await outbox.commands.bulkWrite(writes, { session, ordered: true });
  }
}

interface Written {
  readonly record: CaseRecord | null;
  readonly told: readonly NewCommand[];
}
const REMEMBERED = 1_000;

/**
 * Records as they were written last, so that the next recording need not read them. One is taken out before it is used:
 * after any failure the next try reads. The write itself is guarded by its number and hash.
 */
function createLatest() {
  const records = new Map<string, CaseRecord>();
  return {
    take(id: string): CaseRecord | null {
      const record = records.get(id) ?? null;
      records.delete(id);
      return record;
    },
    keep(id: string, record: CaseRecord | null): void {
      if (record === null || record.terminal) return;
      records.set(id, record);
      const oldest = records.size > REMEMBERED ? records.keys().next() : null;
      if (oldest?.done === false) records.delete(oldest.value);
    },
  };
}

/** What was remembered is not what is stored: another process, or a late try of this one, has written since. */
class Outdated extends Error {
  override name = 'Outdated';
}

const isConflict = (error: unknown): error is ApplicationFailure =>
  error instanceof ApplicationFailure && error.type === RECORD_CONFLICT;

const conflict = (message: string): ApplicationFailure => ApplicationFailure.nonRetryable(message, RECORD_CONFLICT);

function nextRecord(
  batch: RecordBatch,
  { decider }: CaseKind,
  stored: CaseRecord | null,
  fresh: readonly CaseEvent[],
  hash: string,
): CaseRecord {
  const { caseType, caseId, policyVersion, dayMs } = batch;
  const seed = stored?.seed ?? batch.seed;
  if (seed === undefined) throw conflict('the case has no record and the batch no seed');
  const from = stored === null ? decider : { ...decider, initial: () => stored.state };
  const state = fold(from, caseId, seed, fresh);
  const view = decider.view(state);
  const terminal = isTerminal(decider.table, state);
  const due = terminal ? null : decider.deadline(state);
  const longest = stageRule(decider.table, state.stage).maxDays * dayMs;
  const parkedReason = state.parked?.reason ?? null;
  const lastAt = new Date(fresh.at(-1)?.at ?? 0);
  return {
    _id: workflowId(caseType, caseId),
    caseType,
    caseId,
    stage: state.stage,
    stageSince: new Date(state.stageSince),
    seq: (stored?.seq ?? 0) + fresh.length,
    hash,
    dueAt: due === null ? null : new Date(due.at),
    dueCommand: due?.command ?? null,
    waitingOn: view.waitingOn,
    parkedReason,
    regionPath: [...view.regionPath],
    category: view.category ?? null,
    urgency: view.urgency,
    terminal,
    policyVersion,
    state,
    seed,
    reportAfter: terminal || parkedReason !== null ? null : new Date(state.stageSince + longest),
    startedAt: stored?.startedAt ?? lastAt,
    updatedAt: lastAt,
  };
}
