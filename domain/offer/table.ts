import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import type { CommandRule } from '../kernel/types.ts';
import { askedStages, reviewStage, ROUTED, terminal, withdrawBy } from '../reviewed/table.ts';

/** The life of an offer in advance, stage by stage. docs/cases.md draws it. */

/** Everything is on its way; one that comes late changes nothing. */
const reportTally: CommandRule = { by: ['system'], to: ['same', 'usedUp'] };
const standing = { expire: ['expired'] } as const;

export const offerTable = checkedTable(
  'offer',
  parkableTable(
    {
      first: 'draft',
      stages: {
        ...askedStages('donor', 'underReview', standing),
        underReview: reviewStage('donor', 'open', { standing }),
        open: {
          commands: { ...ROUTED, reportTally, ...withdrawBy('donor') },
          clock: standing,
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
