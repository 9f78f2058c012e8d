import { workflowId } from '../contracts/cases.ts';
import { isTerminal } from '../domain/kernel/table.ts';
import type { CasePolicy, CaseState, Decider } from '../domain/kernel/types.ts';
import type { OfferShare } from '../domain/offer/tally.ts';
import type { PledgeLine, UnitMove } from '../domain/pledge/types.ts';
import type { CaseRecord } from '../models/case.ts';
import type { CommandRecord } from '../models/command.ts';
import { canonicalJson, chainHash, toCaseEvent, type EventRecord } from '../models/event.ts';
import type { NeedRecord } from '../models/need.ts';
import type { OfferRecord } from '../models/offer.ts';
import type { PledgeRecord } from '../models/pledge.ts';
import { steps } from './case-history.ts';

/** What must always hold, looked at case by case. Pure: records in, faults out. */

export type Checked = Pick<
  Decider<CaseState, CasePolicy>,
  'type' | 'table' | 'initial' | 'evolve' | 'deadline' | 'view'
>;

/** Sequence numbers without a gap, each event hashed over the one before it, the record at the chain's end. */
export function chainFaults(record: CaseRecord, events: readonly EventRecord[]): string[] {
  const faults: string[] = [];
  let hash = '';
  for (const [i, event] of events.entries()) {
    if (event.seq !== i + 1) return [...faults, `event ${i + 1} is missing`];
    const wanted = chainHash(hash, record.caseType, record.caseId, toCaseEvent(event));
    if (event.prevHash !== hash || event.hash !== wanted) faults.push(`event ${event.seq} breaks the chain`);
    hash = event.hash;
  }
  if (events.length !== record.seq) faults.push(`the record is at ${record.seq}, ${events.length} events are stored`);
  else if (record.hash !== hash) faults.push('the record does not hold the last hash');
  return faults;
}

/** The stored state is the fold of the events, and the read model follows it. Also gives the stage after each event. */
export function foldFaults(
  decider: Checked,
  record: CaseRecord,
  events: readonly EventRecord[],
): { faults: string[]; stages: string[] } {
  let state = decider.initial(record.caseId, record.seed);
  const stages = [state.stage];
  try {
    for (const { after } of steps(decider, record, events.map(toCaseEvent))) {
      state = after;
      stages.push(after.stage);
    }
  } catch (error) {
    return { faults: [`the events do not fold: ${error instanceof Error ? error.message : 'unknown'}`], stages };
  }
  const faults: string[] = [];
  if (canonicalJson(state) !== canonicalJson(record.state)) faults.push('the state is not the fold of the events');
  const terminal = isTerminal(decider.table, state);
  const due = terminal ? null : decider.deadline(state);
  if (record.stage !== state.stage || record.terminal !== terminal) faults.push(`the record says ${record.stage}`);
  if ((record.dueAt?.getTime() ?? null) !== (due?.at ?? null)) faults.push('the record has another deadline');
  return { faults, stages };
}

/** Each command is applied at most once: its events stand together, and its stored outcome says the same. */
export function commandFaults(
  record: CaseRecord,
  events: readonly EventRecord[],
  commands: readonly CommandRecord[],
  stages: readonly string[],
): { doubled: string[]; outcomes: string[] } {
  const known = new Map(commands.map((command) => [command._id, command]));
  const last = new Map<string, number>();
  const doubled: string[] = [];
  const outcomes: string[] = [];
  for (const { seq, commandId } of events) {
    const before = last.get(commandId);
    if (before !== undefined && before !== seq - 1) doubled.push(`${commandId} was applied at ${before} and at ${seq}`);
    if (!known.has(commandId)) outcomes.push(`event ${seq} comes from no stored command`);
    last.set(commandId, seq);
  }
  for (const { _id, status, outcome, name } of commands) {
    if (outcome === undefined) {
      if (status !== 'pending' || last.has(_id)) outcomes.push(`${_id} has no outcome but is ${status}`);
      continue;
    }
    if (outcome.commandId !== _id) doubled.push(`${_id} has the outcome of ${outcome.commandId}`);
    if (outcome.status !== status) outcomes.push(`${_id} is ${status}, its outcome says ${outcome.status}`);
    if (outcome.seq > record.seq) outcomes.push(`${_id} (${name}) was applied at ${outcome.seq}, which is lost`);
    const seq = last.get(_id);
    if (seq === undefined) continue;
    if (status !== 'applied') outcomes.push(`${_id} was ${status} but has events`);
    else if (outcome.seq !== seq || outcome.stage !== stages[seq]) outcomes.push(`${_id} tells another story`);
  }
  return { doubled, outcomes };
}

/** Where the units of a need must be, counted again from the pledges' reservations and events. */
export function unitFaults(
  need: NeedRecord,
  needEvents: readonly EventRecord[],
  pledges: readonly {
    readonly record: PledgeRecord;
    readonly seedLines: readonly PledgeLine[];
    readonly events: readonly EventRecord[];
    readonly open: boolean;
  }[],
): string[] {
  const places = new Map(need.lines.map((line) => [line.id, { held: 0, sent: 0, received: 0, free: 0 }]));
  const faults: string[] = [];
  const add = (lineId: string, place: 'held' | 'sent' | 'received' | 'free', n: number): void => {
    const line = places.get(lineId);
    if (line === undefined) faults.push(`units of the unknown line ${lineId}`);
    else line[place] += n;
  };
  for (const { record, seedLines, events } of pledges) {
    for (const { lineId, quantity } of [...seedLines, ...(record.reserved ?? [])]) add(lineId, 'held', quantity);
    for (const move of events.flatMap((event) => (event.data['moves'] as unknown as UnitMove[] | undefined) ?? [])) {
      add(move.lineId, move.from, -move.quantity);
      add(move.lineId, move.to, move.quantity);
    }
  }
  for (const event of needEvents.filter(({ type }) => type === 'reopeningApproved')) {
    for (const { lineId, quantity } of event.data['lines'] as unknown as PledgeLine[]) {
      const back = Math.min(quantity, places.get(lineId)?.received ?? 0);
      add(lineId, 'received', -back);
    }
  }
  for (const line of need.lines) {
    const { free, held, sent, received, quantity } = line;
    const wanted = places.get(line.id);
    if ([free, held, sent, received].some((n) => n < 0)) faults.push(`line ${line.id} has less than no units`);
    if (free + held + sent + received !== quantity) faults.push(`line ${line.id} does not add up to ${quantity}`);
    if (held !== wanted?.held || sent !== wanted.sent || received !== wanted.received)
      faults.push(
        `line ${line.id} has ${held}/${sent}/${received}, its pledges ${wanted?.held}/${wanted?.sent}/${wanted?.received}`,
      );
  }
  const waiting = pledges.filter((pledge) => pledge.open && pledge.record.standby === true).length;
  const open = pledges.filter((pledge) => pledge.open).length - waiting;
  if (need.openPledges !== open) faults.push(`${need.openPledges} open pledges are counted, there are ${open}`);
  if ((need.waiting ?? 0) !== waiting) faults.push(`${need.waiting ?? 0} wait by its count, there are ${waiting}`);
  return faults;
}

/** Where the units of an offer must be, counted again from what its pledges have of it. */
export function offerFaults(offer: OfferRecord, shares: readonly OfferShare[]): string[] {
  const faults: string[] = [];
  const places = ['proposed', 'accepted', 'sent', 'given'] as const;
  for (const place of places) {
    const wanted = shares.reduce((sum, share) => sum + share[place], 0);
    if (offer[place] !== wanted) faults.push(`${place} is ${offer[place]}, by its pledges ${wanted}`);
  }
  const all = places.reduce((sum, place) => sum + offer[place], offer.left);
  if (all !== offer.quantity) faults.push(`its units are ${all}, not ${offer.quantity}`);
  if (offer.left < 0) faults.push('less than nothing is left');
  return faults;
}

/** The standby queue: nobody waits for units that are free, and what is kept for somebody is on its way to him. */
export function queueFaults(need: NeedRecord, rest: unknown, pledges: readonly PledgeRecord[], now: number): string[] {
  const ended = ['received', 'released', 'failed'];
  const astray = pledges
    .filter(({ reserved, stage }) => reserved !== undefined && ended.includes(stage))
    .map(({ _id }) => `units are kept for the ended pledge ${_id}`);
  const open =
    need.stage === 'published' ? (need.expiresAt?.getTime() ?? 0) > now : need.stage === 'matched' && rest === 'open';
  const idle = pledges.filter(
    ({ stage, standby, lines }) =>
      open &&
      stage === 'waiting' &&
      standby === true &&
      need.lines.some((line) => line.free > 0 && lines.some(({ lineId }) => lineId === line.id)),
  );
  return [...astray, ...idle.map(({ _id }) => `${_id} waits for units that are free`)];
}

/** What the case asked for is what is on offer: more would be sold twice. Edits may keep pledged units beyond it. */
export function quantityFaults(need: NeedRecord, state: CaseState, edited: boolean): string[] {
  const wanted = (state as CaseState & { lines: readonly { id: string; quantity: number }[] }).lines;
  return wanted.flatMap(({ id, quantity }) => {
    const line = need.lines.find((l) => l.id === id);
    if (line === undefined) return [`line ${id} is missing`];
    const fits = edited ? line.quantity >= quantity : line.quantity === quantity;
    return fits ? [] : [`line ${id} offers ${line.quantity}, the case wants ${quantity}`];
  });
}

/** An open case waits for a moment that lies ahead; what is past by more than the grace, nobody works on. */
export function stuckFaults(record: CaseRecord, now: number, graceMs: number): string[] {
  if (record.terminal) return [];
  if (record.dueAt === null) return [`${record.stage} waits without a deadline`];
  const late = now - record.dueAt.getTime();
  return late > graceMs ? [`${record.dueCommand ?? 'its deadline'} is ${Math.round(late / 1000)} s late`] : [];
}

export const idOf = ({ caseType, caseId }: { caseType: string; caseId: string }): string =>
  workflowId(caseType, caseId);
