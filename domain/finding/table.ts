import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import type { CommandRule } from '../kernel/types.ts';

/** The life of something that the sweeper found. docs/cases.md draws it. */

/** The sweeper no longer finds it. */
const gone: CommandRule = { by: ['system'], to: ['settled'] };
const assign: CommandRule = { by: ['operator'], to: ['taken'] };
const settle: CommandRule = { by: ['operator'], to: ['settled'] };
/** Found once more; what is open already learns nothing from it. */
const seen: CommandRule = { by: ['system'], to: ['same'] };
const terminal = { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER } as const;

export const findingTable = checkedTable(
  'finding',
  parkableTable(
    {
      first: 'draft',
      stages: {
        // The state before the first event: the sweeper has just found it.
        draft: { commands: { report: { by: ['system'], to: ['open'] } }, clock: { expire: ['closed'] }, maxDays: 1 },
        open: {
          commands: { take: { by: ['operator'], to: ['taken'] }, assign, settle, gone, foundAgain: seen },
          clock: { remindOwner: ['same'] },
          // Reminders go on for ever, so the sweeper never reports a report.
          maxDays: 36_500,
        },
        taken: {
          commands: {
            // Hands it over, or on.
            assign: { by: ['operator'], to: ['same'] },
            letGo: { by: ['operator'], to: ['open'] },
            settle,
            gone,
            foundAgain: seen,
          },
          clock: { remindOwner: ['same'] },
          maxDays: 36_500,
        },
        settled: {
          commands: { foundAgain: { by: ['system'], to: ['open', 'same'] }, gone: { by: ['system'], to: ['same'] } },
          clock: { close: ['closed'] },
          maxDays: 400,
        },
        closed: terminal,
        cancelled: terminal,
      },
    },
    { cancelTo: 'cancelled' },
  ),
);
