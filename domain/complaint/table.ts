import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import { askedStages, ROUTED, terminal, withdrawBy } from '../reviewed/table.ts';

/** The life of a complaint, stage by stage. docs/cases.md draws it. `person`: the complainant; `reviewer`: who handles it. */

export const complaintTable = checkedTable(
  'complaint',
  parkableTable(
    {
      first: 'draft',
      stages: {
        ...askedStages('person', 'handling'),
        handling: {
          commands: {
            ...ROUTED,
            reroute: { by: ['system'], to: ['same'] },
            uphold: { by: ['reviewer'], to: ['decided', 'closed'] },
            dismiss: { by: ['reviewer'], to: ['decided', 'closed'] },
            ...withdrawBy('person'),
          },
          clock: { remindHandler: ['same'], expireHandling: ['same', 'parked'] },
          maxDays: 90,
        },
        // Waits for an objection of the complainant.
        decided: {
          commands: { ...ROUTED, object: { by: ['person'], to: ['handling'] } },
          clock: { finish: ['closed'] },
          maxDays: 30,
        },
        closed: terminal,
        withdrawn: terminal,
        cancelled: terminal,
      },
    },
    { cancelTo: 'cancelled', whileParked: ROUTED },
  ),
);
