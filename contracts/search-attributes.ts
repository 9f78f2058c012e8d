import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributePair,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import { lastOf } from '../domain/kernel/table.ts';
import type { CaseState, CaseView } from '../domain/kernel/types.ts';

/**
 * What operators filter by in the Temporal UI. Never encrypted, so codes and times only. The SQL visibility store has
 * room for 10 Keyword attributes and 3 of each other type.
 */
export const SEARCH_ATTRIBUTES = {
  stage: defineSearchAttributeKey('CaseStage', SearchAttributeType.KEYWORD),
  waitingOn: defineSearchAttributeKey('CaseWaitingOn', SearchAttributeType.KEYWORD),
  category: defineSearchAttributeKey('CaseCategory', SearchAttributeType.KEYWORD),
  parkedReason: defineSearchAttributeKey('CaseParkedReason', SearchAttributeType.KEYWORD),
  regionPath: defineSearchAttributeKey('CaseRegionPath', SearchAttributeType.KEYWORD_LIST),
  dueAt: defineSearchAttributeKey('CaseDueAt', SearchAttributeType.DATETIME),
  stageSince: defineSearchAttributeKey('CaseStageSince', SearchAttributeType.DATETIME),
  urgency: defineSearchAttributeKey('CaseUrgency', SearchAttributeType.INT),
} as const;

type View = Pick<CaseView, 'waitingOn'>;

const dateOf = (at: number | null): Date | null => (at === null ? null : new Date(at));

/**
 * The attributes that change with the stage. `null` takes one away. The deadline is the last one of the stage: reminders and
 * widening move the next one again and again, and a list by it would show half of all cases as overdue.
 */
export const changingAttributes = (state: CaseState, view: View): SearchAttributeUpdatePair[] => [
  { key: SEARCH_ATTRIBUTES.stage, value: state.stage },
  { key: SEARCH_ATTRIBUTES.waitingOn, value: view.waitingOn },
  { key: SEARCH_ATTRIBUTES.parkedReason, value: state.parked?.reason ?? null },
  { key: SEARCH_ATTRIBUTES.dueAt, value: dateOf(lastOf(state.clock)) },
  { key: SEARCH_ATTRIBUTES.stageSince, value: new Date(state.stageSince) },
];

/** All of them, for the start (where they cost nothing). */
export const startAttributes = (state: CaseState, view: CaseView): SearchAttributePair[] => [
  ...changingAttributes(state, view).filter((pair): pair is SearchAttributePair => pair.value !== null),
  { key: SEARCH_ATTRIBUTES.regionPath, value: [...view.regionPath] },
  { key: SEARCH_ATTRIBUTES.urgency, value: view.urgency },
  ...(view.category === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.category, value: view.category }]),
];
