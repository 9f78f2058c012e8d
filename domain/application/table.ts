import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import type { CommandRule } from '../kernel/types.ts';

/** The life of an application for a cadre's office, stage by stage. docs/cases.md draws it. `person`: the applicant. */

const withdraw: CommandRule = { by: ['person'], to: ['withdrawn'] };
/** Who may decide, as the records say; only the first answer counts. */
const ROUTED: { readonly [command: string]: CommandRule } = { routed: { by: ['system'], to: ['same'] } };
const terminal = { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER } as const;

export const applicationTable = checkedTable(
  'application',
  parkableTable(
    {
      first: 'draft',
      stages: {
        // The state before the first event: the application is about to be made.
        draft: {
          commands: { submit: { by: ['person'], to: ['submitted'] } },
          clock: { lapse: ['withdrawn'] },
          maxDays: 1,
        },
        submitted: {
          commands: { routed: { by: ['system'], to: ['underReview'] }, withdraw },
          clock: { routeTimeout: ['underReview'] },
          maxDays: 2,
        },
        underReview: {
          commands: {
            ...ROUTED,
            approve: { by: ['reviewer'], to: ['approved'] },
            refuse: { by: ['reviewer'], to: ['refused'] },
            reassign: { by: ['operator'], to: ['same'] },
            withdraw,
          },
          clock: { remindReviewer: ['same'], expireReview: ['same', 'parked'] },
          maxDays: 60,
        },
        approved: terminal,
        refused: terminal,
        withdrawn: terminal,
        cancelled: terminal,
      },
    },
    { cancelTo: 'cancelled', whileParked: ROUTED, reassignable: true },
  ),
);
