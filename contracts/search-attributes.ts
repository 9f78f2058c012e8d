import {
  defineSearchAttributeKey,
  SearchAttributeType,
  type SearchAttributePair,
  type SearchAttributeUpdatePair,
} from '@temporalio/common';
import type { CaseState, CaseView, Deadline } from '../domain/kernel/types.ts';

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

/** The attributes that change with the stage. `null` takes one away. */
export const changingAttributes = (state: CaseState, view: View, due: Deadline | null): SearchAttributeUpdatePair[] => [
  { key: SEARCH_ATTRIBUTES.stage, value: state.stage },
  { key: SEARCH_ATTRIBUTES.waitingOn, value: view.waitingOn },
  { key: SEARCH_ATTRIBUTES.parkedReason, value: state.parked?.reason ?? null },
  { key: SEARCH_ATTRIBUTES.dueAt, value: due === null ? null : new Date(due.at) },
  { key: SEARCH_ATTRIBUTES.stageSince, value: new Date(state.stageSince) },
];

/** All of them, for the start (where they cost nothing). */
export const startAttributes = (state: CaseState, view: CaseView, due: Deadline | null): SearchAttributePair[] => [
  ...changingAttributes(state, view, due).filter((pair): pair is SearchAttributePair => pair.value !== null),
  { key: SEARCH_ATTRIBUTES.regionPath, value: [...view.regionPath] },
  { key: SEARCH_ATTRIBUTES.urgency, value: view.urgency },
  ...(view.category === undefined ? [] : [{ key: SEARCH_ATTRIBUTES.category, value: view.category }]),
];
