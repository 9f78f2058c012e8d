import type { Connection } from 'mongoose';
import { workflowId } from '../contracts/cases.ts';
import { fold } from '../domain/kernel/case-file.ts';
import type { CaseEvent, CasePolicy, CaseState, Decider } from '../domain/kernel/types.ts';
import { caseRepository, type CaseRecord } from '../models/case.ts';
import { eventRepository, toCaseEvent, type EventRecord } from '../models/event.ts';

/** What a replay needs of a decider. */
type Replayed = Pick<Decider<CaseState, CasePolicy>, 'type' | 'table' | 'initial' | 'evolve' | 'view'>;
export type Deciders = { readonly [caseType: string]: Replayed };

/** One event with the case's state around it. */
export interface Step {
  readonly event: CaseEvent;
  readonly before: CaseState;
  readonly after: CaseState;
}

/** Replays a case from its events, as it was then and not as it is now. */
export function* steps(
  decider: Replayed,
  record: Pick<CaseRecord, 'caseId' | 'seed'>,
  events: Iterable<CaseEvent>,
): Generator<Step> {
  let before = decider.initial(record.caseId, record.seed);
  for (const event of events) {
    const from = before;
    const after = fold({ ...decider, initial: () => from }, record.caseId, record.seed, [event]);
    yield { event, before, after };
    before = after;
  }
}

export interface CaseHistory {
  readonly decider: Replayed;
  readonly steps: readonly Step[];
}

/**
 * Reads the history of one case up to event `upTo`; null when event `seq` is not stored (a backup was restored).
 */
export function historyReader(db: Connection, deciders: Deciders) {
  const cases = caseRepository(db);
  const { events } = eventRepository(db);
  return async function read(caseType: string, caseId: string, seq: number, upTo = seq): Promise<CaseHistory | null> {
    const decider = deciders[caseType];
    if (decider === undefined) throw new Error(`no case kind ${caseType}`);
    const [record, stored] = await Promise.all([
      cases.find(caseType, caseId),
      events
        .find({ caseType, caseId, seq: { $lte: upTo } })
        .sort({ seq: 1 })
        .maxTimeMS(5000)
        .toArray(),
    ]);
    if (record === null || stored.length < seq) return null;
    return { decider, steps: [...steps(decider, record, stored.map(toCaseEvent))] };
  };
}

/** `need:<uuid>:<seq>` in its parts. */
export function parseEventId(eventId: string): { caseType: string; caseId: string; seq: number } {
  const [caseType = '', caseId = '', seq = ''] = eventId.split(':');
  if (workflowId(caseType, caseId) + `:${seq}` !== eventId || !/^[1-9]\d*$/.test(seq)) {
    throw new Error('not an event id');
  }
  return { caseType, caseId, seq: Number(seq) };
}

/** Every case with all its events: for recounts. */
export async function* allCases(db: Connection, deciders: Deciders) {
  const { cases } = caseRepository(db);
  const repository = eventRepository(db);
  for await (const record of cases.find({}).project<{ caseType: string; caseId: string; seed: EventRecord['data'] }>({
    caseType: 1,
    caseId: 1,
    seed: 1,
  })) {
    const decider = deciders[record.caseType];
    if (decider === undefined) throw new Error(`no case kind ${record.caseType}`);
    yield { decider, record, events: await repository.of(record.caseType, record.caseId) };
  }
}
