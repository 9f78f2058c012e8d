import type { CaseState } from '../kernel/types.ts';
import { nobody, to, type Notify } from './notice.ts';

/** What every kind of case says when it is parked. People are not told: for them the case goes on after it. */
export const PARKING_NOTICES: {
  readonly [type in 'parked' | 'operatorReminded' | 'resumed' | 'policyMigrated']: Notify<CaseState>;
} = {
  parked: (data, { before }) => [
    to('operators', 'case.parked', {
      reason: typeof data['reason'] === 'string' ? data['reason'] : '',
      stage: before.stage,
    }),
  ],
  operatorReminded: (_data, { after }) => [
    to('operators', 'case.stillParked', { reason: after.parked?.reason ?? '', since: after.parked?.since ?? 0 }),
  ],
  resumed: nobody,
  policyMigrated: nobody,
};
