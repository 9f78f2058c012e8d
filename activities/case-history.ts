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
export const steps = (
  decider: Replayed,
  { caseId, seed }: Pick<CaseRecord, 'caseId' | 'seed'>,
  events: Iterable<CaseEvent>,
): Generator<Step> => stepsFrom(decider, decider.initial(caseId, seed), events);

function* stepsFrom(decider: Replayed, from: CaseState, events: Iterable<CaseEvent>): Generator<Step> {
  let before = from;
  for (const event of events) {
    const initial = before;
    const after = fold({ ...decider, initial: () => initial }, before.id, {}, [event]);
    yield { event, before, after };
    before = after;
  }
}

export interface CaseHistory {
  readonly decider: Replayed;
  readonly steps: readonly Step[];
}

/** A case as far as it was read last. What is written of it never changes, so that only the rest need be read. */
interface Known {
  readonly steps: readonly Step[];
  /** Of the last event. */
  readonly hash: string;
}

const REMEMBERED = 200;

/**
 * Reads the history of one case up to event `upTo`; null when event `seq` is not stored (a backup was restored).
 */
export function historyReader(db: Connection, deciders: Deciders) {
  const cases = caseRepository(db);
  const repository = eventRepository(db);
  const memory = new Map<string, Known>();

  return async function read(caseType: string, caseId: string, seq: number, upTo = seq): Promise<CaseHistory | null> {
    const decider = deciders[caseType];
    if (decider === undefined) throw new Error(`no case kind ${caseType}`);
    const id = workflowId(caseType, caseId);
    const found = (await continued(decider, caseType, caseId)) ?? (await whole(decider, caseType, caseId));
    memory.delete(id);
    if (found === null) return null;
    memory.set(id, found);
    if (memory.size > REMEMBERED) memory.delete(memory.keys().next().value ?? '');
    return found.steps.length < seq ? null : { decider, steps: found.steps.slice(0, upTo) };
  };

  /** Null where nothing is remembered, or what is stored is not that any more. */
  async function continued(decider: Replayed, caseType: string, caseId: string): Promise<Known | null> {
    const known = memory.get(workflowId(caseType, caseId));
    const last = known?.steps.at(-1);
    if (known === undefined || last === undefined) return null;
    const [same, ...later] = await repository.of(caseType, caseId, last.event.seq - 1);
    if (same?.hash !== known.hash) return null;
    const added = [...stepsFrom(decider, last.after, later.map(toCaseEvent))];
    return { steps: [...known.steps, ...added], hash: later.at(-1)?.hash ?? known.hash };
  }

  async function whole(decider: Replayed, caseType: string, caseId: string): Promise<Known | null> {
    const [record, stored] = await Promise.all([cases.find(caseType, caseId), repository.of(caseType, caseId)]);
    const last = stored.at(-1);
    if (record === null || last === undefined) return null;
    return { steps: [...steps(decider, record, stored.map(toCaseEvent))], hash: last.hash };
  }
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
