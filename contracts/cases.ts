import type {
  Actor,
  CalendarData,
  CaseEvent,
  CasePolicy,
  Command,
  JsonObject,
  Reaction,
} from '../domain/kernel/types.ts';
import type { CaseFile, Outcome } from '../domain/kernel/case-file.ts';

/** Kinds of case that run. The name is the workflow type, the workflow-id prefix and the `caseType` of every record. */
export const CASE_TYPES = [
  'need',
  'pledge',
  'application',
  'certification',
  'handover',
  'finding',
  'sponsorship',
  'complaint',
  'offer',
] as const;
export type CaseType = (typeof CASE_TYPES)[number];

/** Short workflows that are no cases: one run per command that asks for it. Their own records say what became of it. */
export const HELPER_TYPES = ['match'] as const;
export type HelperType = (typeof HELPER_TYPES)[number];

export const isHelper = (type: string): type is HelperType => (HELPER_TYPES as readonly string[]).includes(type);

/** Message names. Update and signal are twins: the same command with the same id may come by either, or by both. */
export const COMMAND_UPDATE = 'command';
export const COMMAND_SIGNAL = 'commandSignal';
export const STATE_QUERY = 'state';

/** A worker that has not been heard of for so long is dead, and what it did goes to another one. */
export const HEARTBEAT_TIMEOUT = '8 s';

/** `need:<uuid>`: the workflow's id and the id of the case's record. */
export const workflowId = (caseType: string, caseId: string): string => `${caseType}:${caseId}`;

/** Everything a case needs from its start on, so that no later step depends on a look-up. Ids, codes and numbers only. */
export interface CaseInput {
  readonly caseType: string;
  readonly caseId: string;
  readonly seed: JsonObject;
  /** The command that opens the case. */
  readonly first: Command;
  readonly policy: CasePolicy;
  readonly calendar: CalendarData;
  /** What an older run of the same case handed over. */
  readonly carried?: CaseFile;
  /** Continue as new after this many events of history, before the server suggests it. */
  readonly continueAfterEvents?: number;
}

/** A command in the outbox, as far as sending it goes. */
export interface OutboxCommand {
  readonly _id: string;
  readonly caseType: string;
  readonly caseId: string;
  readonly name: string;
  readonly actor: Actor;
  readonly data: JsonObject;
  readonly expectedSeq?: number;
  /** Present when this command opens its case. */
  readonly start?: { readonly seed: JsonObject; readonly policyVersion: string };
}

/** A reaction to the event `seq`, still to be carried out. */
export interface PendingReaction {
  readonly seq: number;
  readonly reaction: Reaction;
}

/** One command's worth of recording: what happened and what the caller is told. Both land in one transaction or not at all. */
export interface RecordEntry {
  readonly outcome: Outcome;
  readonly actor: Actor;
  readonly events: readonly CaseEvent[];
  /** Of a command that Bangfu sent itself: other commands' data is in the outbox. */
  readonly data?: JsonObject;
}

/**
 * A batch of entries in order. It carries no state: the recorder folds the events onto the state it has stored, which
 * keeps histories small and makes "state is the fold of the events" true by construction.
 */
export interface RecordBatch {
  readonly caseType: string;
  readonly caseId: string;
  readonly entries: readonly RecordEntry[];
  readonly policyVersion: string;
  /** Length of a day under the case's policy: when the sweeper reports a stage as too old follows from it. */
  readonly dayMs: number;
  /** Only in batches that may be the case's first. */
  readonly seed?: JsonObject;
}

/** The answer of an effect: a command for the case that asked, or nothing. */
export interface EffectAnswer {
  readonly name: string;
  readonly data: JsonObject;
}

export interface ReactRequest extends PendingReaction {
  readonly caseType: string;
  readonly caseId: string;
}

/** The activities that the engine calls. */
export interface CaseActivities {
  record(batch: RecordBatch): Promise<void>;
  react(request: ReactRequest): Promise<EffectAnswer | null>;
}

/** Non-retryable failure of `record`: what is stored contradicts what the case says. Nothing was written. */
export const RECORD_CONFLICT = 'RECORD_CONFLICT';

/** What a finished case's workflow returns, for the operator's eye. */
export interface CaseEnd {
  readonly stage: string;
  readonly seq: number;
}
