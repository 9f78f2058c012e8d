import type { ClientSession } from 'mongoose';
import type { CaseEvent, CasePolicy, CaseState, Decider } from '../domain/kernel/types.ts';
import type { CaseRecord } from '../models/case.ts';
import type { NewCommand } from '../models/command.ts';

/**
 * Writes a case's events into the read models of its kind, inside the recording transaction, and says what other cases
 * must hear: those commands enter the outbox with the same commit.
 */
export type Projector = (write: {
  readonly session: ClientSession;
  readonly record: CaseRecord;
  readonly events: readonly CaseEvent[];
}) => Promise<readonly NewCommand[]>;

/** What the recorder must know of a kind of case. A new kind is one more entry; the engine does not change. */
export interface CaseKind {
  readonly decider: Pick<Decider<CaseState, CasePolicy>, 'type' | 'table' | 'initial' | 'evolve' | 'deadline' | 'view'>;
  readonly project: Projector;
}

export type CaseKinds = { readonly [caseType: string]: CaseKind };
