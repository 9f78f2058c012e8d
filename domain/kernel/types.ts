/**
 * The vocabulary of every case. A case is a thing that lives for days and waits for people (a need, a pledge, ...);
 * it is decided by four pure functions and nothing else. See docs/adr/0001-a-case-is-a-decider.md.
 */

import type { CalendarData, TimeRule } from '../time/calendar.ts';
import type { Spans } from './migration.ts';

export type { CalendarData, TimeRule };

/** Milliseconds since the Unix epoch, UTC. Always an integer, always absolute: a remaining duration would restart. */
export type Instant = number;

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Who may act. `clock` and `system` are Bangfu itself; the rest are people, known by account id only. */
export type Role =
  'household' | 'donor' | 'helper' | 'cadre' | 'pointKeeper' | 'aidUnit' | 'operator' | 'person' | 'clock' | 'system';

export type Level = 'village' | 'township' | 'county' | 'city' | 'province';

/**
 * The one who sends a command, in the capacity in which he sends it. Ids and codes only: this travels through
 * Temporal. `householdId` is set when the account belongs to a household (right of the recipient).
 */
export interface Actor {
  readonly id: string;
  readonly role: Role;
  readonly level?: Level;
  readonly regionCode?: string;
  readonly householdId?: string;
  /** The cadre in whose place he acts during a leave; the record keeps both. */
  readonly standsInFor?: string;
  /** What the register says of him, or of the one he stands in for, and the household of this case; see access/tie.ts. */
  readonly tie?: 'own' | 'helped';
}

export const CLOCK: Actor = { id: 'clock', role: 'clock' };
export const SYSTEM: Actor = { id: 'system', role: 'system' };

/** What somebody wants. `data` holds ids, codes, numbers; free text stays in MongoDB under the command's id. */
export interface Command {
  /** Deduplication key: the same id is applied once, and a repeat gets the original outcome. */
  readonly id: string;
  readonly name: string;
  readonly actor: Actor;
  readonly data: JsonObject;
  /** When given, the command is refused with VERSION_MISMATCH unless the case still is at this sequence number. */
  readonly expectedSeq?: number;
}

/** What happened, as a decider says it. */
export interface NewEvent {
  readonly type: string;
  readonly data: JsonObject;
}

/** What happened, in its place in the case's history. */
export interface CaseEvent extends NewEvent {
  /** 1 for the first event of a case; no gaps. */
  readonly seq: number;
  readonly at: Instant;
  readonly actor: Actor;
  readonly commandId: string;
}

/** Why a command was not applied. `code` is a key of the problem catalogue (contracts/problems.ts). */
export interface Refusal {
  readonly code: string;
  readonly detail?: JsonObject;
}

export type Decision =
  { readonly ok: true; readonly events: readonly NewEvent[] } | { readonly ok: false; readonly refusal: Refusal };

export const accept = (...events: readonly NewEvent[]): Decision => ({ ok: true, events });
export const refuse = (code: string, detail?: JsonObject): Decision => ({
  ok: false,
  refusal: detail === undefined ? { code } : { code, detail },
});

/** What the clock will do next: at `at` it sends the command `command`, like any other actor. */
export interface Deadline {
  readonly at: Instant;
  readonly command: string;
}

/**
 * Work that must happen outside because of an event.
 * `effect`: an activity; its result comes back to this case as the command `answer`. When it keeps failing the case
 * is parked with `effect:<name>` as the reason, so its exit (the clock, an operator) never depends on the effect.
 */
export interface Reaction {
  readonly effect: string;
  readonly args: JsonObject;
}

/** Whom a case waits for; shown to operators and used in work lists. */
export type WaitingOn =
  | 'villageCadre'
  | 'townCadre'
  | 'countyCadre'
  | 'cityCadre'
  | 'provinceCadre'
  | 'publisher'
  | 'donor'
  | 'recipient'
  | 'pointKeeper'
  | 'aidUnit'
  | 'operator'
  | 'clock'
  | 'system'
  | 'nobody';

/** The part of a case's state that the engine, the records and the operators need; each case adds its own. */
export interface CaseState {
  readonly id: string;
  readonly stage: string;
  readonly stageSince: Instant;
  /** Pending acts of the clock: command name → when. The earliest is the case's deadline. */
  readonly clock: { readonly [command: string]: Instant };
  readonly parked?: Parked;
}

export interface Parked {
  readonly from: string;
  readonly since: Instant;
  /** A code such as `effect:screen`, `clockRefused:expireReview`, `noReviewer`. */
  readonly reason: string;
  /** The clock as it stood, to be shifted by the time spent parked. */
  readonly clock: { readonly [command: string]: Instant };
  /** The effect that kept failing, so that an operator can retry it. */
  readonly reaction?: Reaction;
}

/** What operators read in Temporal and in the console. Codes only. */
export interface CaseView {
  readonly waitingOn: WaitingOn;
  readonly category?: string;
  readonly regionPath: readonly string[];
  /** 1 urgent, 2 normal, 3 low. */
  readonly urgency: number;
}

/** Everything a decision may look at besides the state. Plain data: it travels in the workflow's input. */
export interface Context<P> {
  readonly now: Instant;
  readonly policy: P;
  readonly calendar: CalendarData;
}

/** The part of a policy that the kernel needs. Each case's policy extends it. */
export interface CasePolicy {
  readonly version: string;
  readonly time: TimeRule;
  /** Deadlines fire up to this much later, spread by case id, so that cases due together don't wake together. */
  readonly jitterMs: number;
  /** Working days after which an operator is reminded of a parked case. */
  readonly parkedReminderWorkingDays: number;
  /** When a running case goes over to this version, its deadlines end no sooner than this; 1 without it. */
  readonly migrationNoticeWorkingDays?: number | undefined;
}

/** The four functions and the table of a case. */
export interface Decider<S extends CaseState = CaseState, P extends CasePolicy = CasePolicy> {
  readonly type: string;
  readonly table: CaseTable;
  /** The state before the first event. `seed` is the case's start data (ids, codes, numbers). */
  initial(id: string, seed: JsonObject): S;
  decide(state: S, command: Command, context: Context<P>): Decision;
  evolve(state: S, event: CaseEvent): S;
  deadline(state: S): Deadline | null;
  reactions(state: S, event: CaseEvent): readonly Reaction[];
  view(state: S): CaseView;
  /** What the policy sets of the clock; without it a case that goes over to another version keeps its deadlines. */
  readonly spans?: Spans<S, P>;
}

/** Who may send a command, as the table says it. `publisher`, `recipient` and `approver` are found by id in the state. */
export type By =
  Role | 'publisher' | 'recipient' | 'approver' | 'reviewer' | 'levelAbove' | 'countyCadre' | 'visitor' | 'triager';

export interface CommandRule {
  readonly by: readonly By[];
  /** Stages the case may be in afterwards; `same` means that the stage does not change. */
  readonly to: readonly string[];
}

export interface StageRule {
  /** A terminal stage has no commands and no clock. */
  readonly terminal?: true;
  readonly commands: { readonly [command: string]: CommandRule };
  /** The clock's commands in this stage and where they lead. */
  readonly clock: { readonly [command: string]: readonly string[] };
  /** Longest time in days (of the policy's time rule) a case may stay here; the sweeper reports older ones. */
  readonly maxDays: number;
}

export interface CaseTable {
  readonly first: string;
  readonly stages: { readonly [stage: string]: StageRule };
}
