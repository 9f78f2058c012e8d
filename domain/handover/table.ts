import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';

/**
 * Work that one cadre hands over to a colleague of the same office, who accepts or refuses. docs/cases.md draws it.
 * `person`: who hands over; `cadre`: the colleague.
 */

const terminal = { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER } as const;

export const handoverTable = checkedTable(
  'handover',
  parkableTable(
    {
      first: 'draft',
      stages: {
        // The state before the first event.
        draft: { commands: { offer: { by: ['person'], to: ['offered'] } }, clock: { lapse: ['lapsed'] }, maxDays: 1 },
        offered: {
          commands: {
            accept: { by: ['cadre'], to: ['accepted'] },
            refuse: { by: ['cadre'], to: ['refused'] },
            withdraw: { by: ['person'], to: ['withdrawn'] },
          },
          clock: { remindReceiver: ['same'], lapse: ['lapsed'] },
          maxDays: 20,
        },
        accepted: terminal,
        refused: terminal,
        withdrawn: terminal,
        lapsed: terminal,
        cancelled: terminal,
      },
    },
    { cancelTo: 'cancelled' },
  ),
);
