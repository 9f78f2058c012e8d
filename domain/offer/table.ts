import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import type { CommandRule } from '../kernel/types.ts';

/** The life of an offer in advance, stage by stage. docs/cases.md draws it. */

const withdraw: CommandRule = { by: ['donor'], to: ['withdrawn'] };
/** Who may decide, as the records say; only the first answer counts. */
const ROUTED: { readonly [command: string]: CommandRule } = { routed: { by: ['system'], to: ['same'] } };
/** Everything is on its way; one that comes late changes nothing. */
const reportTally: CommandRule = { by: ['system'], to: ['same', 'usedUp'] };
const terminal = { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER } as const;

export const offerTable = checkedTable(
  'offer',
  parkableTable(
    {
      first: 'draft',
      stages: {
        // The state before the first event: the offer is about to be made.
        draft: {
          commands: { submit: { by: ['donor'], to: ['submitted'] } },
          clock: { lapse: ['withdrawn'] },
          maxDays: 1,
        },
        submitted: {
          commands: { routed: { by: ['system'], to: ['underReview'] }, withdraw },
          clock: { routeTimeout: ['underReview'], expire: ['expired'] },
          maxDays: 2,
        },
        underReview: {
          commands: {
            ...ROUTED,
            approve: { by: ['reviewer'], to: ['open'] },
            refuse: { by: ['reviewer'], to: ['refused'] },
            withdraw,
          },
          clock: { remindReviewer: ['same'], expireReview: ['same', 'parked'], expire: ['expired'] },
          maxDays: 60,
        },
        open: {
          commands: { ...ROUTED, reportTally, withdraw },
          clock: { expire: ['expired'] },
          maxDays: 400,
        },
        usedUp: terminal,
        expired: terminal,
        withdrawn: terminal,
        refused: terminal,
        cancelled: terminal,
      },
    },
    { cancelTo: 'cancelled', whileParked: { ...ROUTED, reportTally: { by: ['system'], to: ['same'] } } },
  ),
);
