import type { CalendarData, CaseEvent, CasePolicy, CaseState, CaseView, Command, JsonObject, Reaction } from '../domain/kernel/types.ts';
import type { CaseFile, Outcome } from '../domain/kernel/case-file.ts';

/** Kinds of case that run. The name is the workflow type, the workflow-id prefix and the `caseType` of every record. */
export const CASE_TYPES = ['need', 'pledge'] as const;
export type CaseType = (typeof CASE_TYPES)[number];

/** Message names. Update and signal are twins: the same command with the same id may come by either, or by both. */
export const COMMAND_UPDATE = 'command';
export const COMMAND_SIGNAL = 'commandSignal';
export const STATE_QUERY = 'state';

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
  /** Set when a run continues an older one. */
  readonly carried?: Carried;
}

/** What a run hands to its successor. */
export interface Carried {
  readonly file: CaseFile;
  readonly reactions: readonly Reaction[];
}

/** One command's worth of recording: what happened and what the caller is told. Both land in one transaction or not at all. */
export interface RecordEntry {
  readonly outcome: Outcome;
  readonly events: readonly CaseEvent[];
}

/** A batch of entries in order, and the case as it stands after the last one. */
export interface RecordBatch {
  readonly caseType: string;
  readonly caseId: string;
  readonly entries: readonly RecordEntry[];
  readonly seq: number;
  readonly state: CaseState;
  readonly view: CaseView;
  /** The clock's next act as it is promised (without jitter), or null. */
  readonly due: { readonly at: number; readonly command: string } | null;
  /** When the sweeper should report the case as too old in its stage; null for terminal and parked cases. */
  readonly reportAfter: number | null;
  readonly terminal: boolean;
  readonly policyVersion: string;
  /** Only in the first batch of a case. */
  readonly seed?: JsonObject;
}

/** The answer of an effect: a command for the case that asked, or nothing. */
export interface EffectAnswer {
  readonly name: string;
  readonly data: JsonObject;
}

/** The activities that the engine calls. */
export interface CaseActivities {
  record(batch: RecordBatch): Promise<void>;
  react(request: ReactRequest): Promise<EffectAnswer | null>;
}

export interface ReactRequest {
  readonly caseType: string;
  readonly caseId: string;
  readonly seq: number;
  readonly reaction: Reaction;
}
