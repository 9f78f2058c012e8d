import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { changingAttributes } from '../contracts/search-attributes.ts';
import type { CaseState, CaseView, Deadline } from '../domain/kernel/types.ts';

/** What an operator reads on the case's page in the Temporal UI. Codes and times only. */
export function currentDetails(caseId: string, state: CaseState, view: CaseView, due: Deadline | null): string {
  const rows = [
    `**Stage** ${state.stage}, since ${new Date(state.stageSince).toISOString()}`,
    `**Waiting on** ${view.waitingOn}`,
    due === null ? '**Deadline** none' : `**Deadline** ${new Date(due.at).toISOString()}, then \`${due.command}\``,
  ];
  if (state.parked !== undefined) rows.push(`**Parked** ${state.parked.reason}, from ${state.parked.from}`);
  rows.push(`**Case** ${caseId}`);
  return rows.join('\n\n');
}

/**
 * Shows the case to operators. The details cost nothing; search attributes cost an event and a visibility write, so
 * they are written only when the stage, or whom the case waits for, has changed. The first view is not written: the
 * start (or the run before) has set it already.
 */
export function createOperatorView(caseId: string): (state: CaseState, view: CaseView, due: Deadline | null) => void {
  let shown: string | undefined;
  return (state, view, due) => {
    setCurrentDetails(currentDetails(caseId, state, view, due));
    const mark = `${state.stage}|${view.waitingOn}|${state.parked?.reason ?? ''}`;
    const changed = shown !== undefined && shown !== mark;
    shown = mark;
    if (changed) upsertSearchAttributes(changingAttributes(state, view, due));
  };
}
