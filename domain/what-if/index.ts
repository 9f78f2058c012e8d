import type { CalendarData, CasePolicy, CaseState, Decider, Instant } from '../kernel/types.ts';
import { compared, isReproduced } from './compare.ts';
import { recordedLife, Unreadable, type StoredLife } from './life.ts';
import { relive } from './replay.ts';
import { countCompared, countNotReproduced, countUnreadable, type Place, type WhatIfReport } from './report.ts';
import type { CaseRules } from './rules.ts';

export { CAVEATS, emptyReport, type WhatIfReport } from './report.ts';
export { createRules, type Change } from './rules.ts';
export { Unreadable, type StoredLife } from './life.ts';
export { countUnreadable } from './report.ts';

interface World {
  readonly calendar: CalendarData;
  readonly horizon: Instant;
}

/** Replays one case by its own rules and by the changed ones, and adds what comes out to the report. */
export function whatIf(
  report: WhatIfReport,
  decider: Decider<CaseState, CasePolicy>,
  place: Place,
  life: StoredLife,
  rules: CaseRules,
  world: World,
): void {
  try {
    const recorded = recordedLife(decider, life);
    const before = relive(decider, life, recorded, { ...world, policy: rules.own, migrated: (policy) => policy });
    if (!isReproduced(recorded, before)) return countNotReproduced(report);
    const { changed: policy, migrated } = rules;
    const after = relive(decider, life, recorded, { ...world, policy, migrated });
    countCompared(report, place, before, after, compared(before, after));
  } catch (error) {
    // A life that a decider of today refuses to live at all is no reason to give up the others.
    countUnreadable(report, error instanceof Unreadable ? error.message : 'replayFailed');
  }
}
