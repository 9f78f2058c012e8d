import type { CaseEvent } from '../kernel/types.ts';
import { firstRoute, type Compared, type Difference } from './compare.ts';
import type { Lived } from './replay.ts';

/** What a what-if has found, as plain data: it is stored after each batch and goes on from there. */
export interface WhatIfReport {
  cases: number;
  compared: number;
  /** Replayed under its own rules the case does not come out as stored: left out. */
  notReproduced: number;
  /** Cases that cannot be replayed at all, by reason. */
  unreadable: Counts;
  differ: { [difference in Difference]: number };
  /** `following → handedOff: unmet`, each with how many. */
  ends: Counts;
  /** County (or the lowest region that is known) → cases that were compared, and that would stand elsewhere. */
  regions: { [code: string]: Differing };
  categories: { [category: string]: Differing };
  /** What the clock did (the type of its first event, e.g. `need.reviewTakenOver`): how often then, and under the other rules. */
  clock: { [event: string]: Pair };
  routes: { [route: string]: Pair };
  /** Commands of people that would have come too late, by name. */
  missed: Counts;
  examples: Example[];
}

interface Counts {
  [key: string]: number;
}
interface Differing {
  cases: number;
  differ: number;
}
interface Pair {
  before: number;
  after: number;
}
export interface Example {
  readonly caseType: string;
  readonly caseId: string;
  readonly difference: Difference;
  readonly before: string;
  readonly after: string;
}

const EXAMPLES_OF_EACH = 20;

/** What no replay of what happened can know. */
export const CAVEATS: readonly string[] = [
  'People would have acted otherwise under other deadlines; here they act when they acted.',
  'Each case is replayed by itself: other cases (claims of a need, a donor’s holds) stay as they were.',
  'What was refused at the time, or never sent, stays undone, and screening found what it found then.',
  'Today’s rules and calendar decide, with the numbers that each case began with or those asked about.',
];

export const emptyReport = (): WhatIfReport => ({
  ...{ cases: 0, compared: 0, notReproduced: 0, unreadable: {}, differ: { end: 0, course: 0, time: 0 } },
  ...{ ends: {}, regions: {}, categories: {}, clock: {}, routes: {}, missed: {}, examples: [] },
});

export interface Place {
  readonly caseType: string;
  readonly caseId: string;
  readonly regionPath: readonly string[];
  readonly category: string | null;
}

const add = (counts: Counts, key: string, n = 1): void => void (counts[key] = (counts[key] ?? 0) + n);

const addPair = (pairs: WhatIfReport['clock'], key: string, side: keyof Pair): void => {
  (pairs[key] ??= { before: 0, after: 0 })[side] += 1;
};

function addDiffering(groups: WhatIfReport['regions'], key: string, differs: boolean): void {
  const group = (groups[key] ??= { cases: 0, differ: 0 });
  group.cases += 1;
  if (differs) group.differ += 1;
}

const words = ({ stage, outcome }: Compared['before']): string => (outcome === null ? stage : `${stage}: ${outcome}`);

export function countUnreadable(report: WhatIfReport, reason: string): void {
  report.cases += 1;
  add(report.unreadable, reason);
}

export function countNotReproduced(report: WhatIfReport): void {
  report.cases += 1;
  report.notReproduced += 1;
}

/** Adds one case to the report. */
export function countCompared(report: WhatIfReport, place: Place, before: Lived, after: Lived, result: Compared): void {
  const { caseType, caseId, regionPath, category } = place;
  report.cases += 1;
  report.compared += 1;
  for (const [side, { events }] of [
    ['before', before],
    ['after', after],
  ] as const) {
    for (const type of clockActs(events)) addPair(report.clock, `${caseType}.${type}`, side);
    const route = firstRoute(events);
    if (route !== null && caseType === 'need') addPair(report.routes, route, side);
  }
  for (const command of after.missed) add(report.missed, `${caseType}.${command}`);
  addDiffering(
    report.regions,
    regionPath.find((code) => code.length === 6) ?? regionPath.at(-1) ?? '',
    result.difference === 'end',
  );
  addDiffering(report.categories, category ?? '', result.difference === 'end');
  const { difference } = result;
  if (difference === null) return;
  report.differ[difference] += 1;
  const [was, would] = [words(result.before), words(result.after)];
  if (difference === 'end') add(report.ends, `${caseType}: ${was} → ${would}`);
  if (report.examples.filter((example) => example.difference === difference).length < EXAMPLES_OF_EACH) {
    report.examples.push({ caseType, caseId, difference, before: was, after: would });
  }
}

/** One act per command: some say more than one event. */
function clockActs(events: readonly CaseEvent[]): string[] {
  const seen = new Set<string>();
  return events.flatMap(({ actor, commandId, type }) => {
    if (actor.role !== 'clock' || seen.has(commandId)) return [];
    seen.add(commandId);
    return [type];
  });
}
