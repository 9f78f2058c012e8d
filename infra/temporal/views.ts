/** The lists that operators open in the Temporal UI. ops/temporal-views.md shows each of them; a test compares. */
export interface TemporalView {
  readonly id: string;
  readonly title: string;
  /** In Temporal's list-filter language, over the search attributes of contracts/search-attributes.ts. */
  readonly query: string;
}

const RUNNING = `ExecutionStatus = 'Running'`;
const waitingOn = (whom: string): string => `${RUNNING} AND CaseWaitingOn = '${whom}'`;

/** `now` is written into the query, because the filter language has no clock. */
export function temporalViews(now: Date): TemporalView[] {
  const at = now.toISOString();
  return [
    { id: 'open', title: 'Every open case', query: RUNNING },
    { id: 'parked', title: 'Parked: waiting for an operator', query: `${RUNNING} AND CaseStage = 'parked'` },
    {
      id: 'parked-effect',
      title: 'Parked because work outside kept failing',
      query: `${RUNNING} AND CaseParkedReason STARTS_WITH 'effect:'`,
    },
    {
      id: 'overdue',
      title: 'Overdue: the last deadline of its stage has passed',
      // What is parked waits for an operator, with reminders and without a deadline.
      query: `${RUNNING} AND CaseStage != 'parked' AND CaseDueAt < '${at}'`,
    },
    { id: 'village', title: 'Waiting on village cadres', query: waitingOn('villageCadre') },
    { id: 'township', title: 'Waiting on township cadres', query: waitingOn('townCadre') },
    { id: 'county', title: 'Waiting on county cadres', query: waitingOn('countyCadre') },
    { id: 'system', title: 'Waiting on Bangfu itself: longer than minutes is wrong', query: waitingOn('system') },
    {
      id: 'urgent',
      title: 'Urgent and under review',
      query: `${RUNNING} AND CaseStage = 'underReview' AND CaseUrgency = 1`,
    },
    {
      id: 'failed',
      title: 'Ended by a fault: must be empty',
      query: `ExecutionStatus IN ('Failed', 'Terminated', 'TimedOut')`,
    },
  ];
}

/** The same list within one region: a code of any of the five levels. */
export const within = (query: string, regionCode: string): string => `${query} AND CaseRegionPath = '${regionCode}'`;

export const viewUrl = (uiUrl: string, namespace: string, query: string): string =>
  `${uiUrl}/namespaces/${namespace}/workflows?query=${encodeURIComponent(query)}`;
