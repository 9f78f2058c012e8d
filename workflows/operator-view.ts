import { patched, setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { changingAttributes } from '../contracts/search-attributes.ts';
import { lastOf } from '../domain/kernel/table.ts';
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
 * they are written only when the stage, whom the case waits for, or its last deadline has changed (an extension, another
 * policy). The first view is not written: the start (or the run before) has set it already.
 */
export function createOperatorView(caseId: string): (state: CaseState, view: CaseView, due: Deadline | null) => void {
  let shown: string | undefined;
  let shownLast: number | null = null;
  return (state, view, due) => {
    setCurrentDetails(currentDetails(caseId, state, view, due));
    const mark = `${state.stage}|${view.waitingOn}|${state.parked?.reason ?? ''}`;
    const last = lastOf(state.clock);
    const changed = shown !== undefined && shown !== mark;
    const moved = shown !== undefined && last !== shownLast && state.parked === undefined;
    shown = mark;
    shownLast = last;
    // Histories from before did not tell of it.
    if (changed || (moved && patched('last-deadline-shown'))) upsertSearchAttributes(changingAttributes(state, view));
  };
}
