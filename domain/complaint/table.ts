import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import type { CommandRule } from '../kernel/types.ts';

/** The life of a complaint, stage by stage. docs/cases.md draws it. `person`: the complainant; `reviewer`: who handles it. */

const withdraw: CommandRule = { by: ['person'], to: ['withdrawn'] };
/** Who may handle it, as the records say; only the first answer counts. */
const ROUTED: { readonly [command: string]: CommandRule } = { routed: { by: ['system'], to: ['same'] } };
const terminal = { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER } as const;

export const complaintTable = checkedTable(
  'complaint',
  parkableTable(
    {
      first: 'draft',
      stages: {
        // The state before the first event: the complaint is about to be made.
        draft: {
          commands: { submit: { by: ['person'], to: ['submitted'] } },
          clock: { lapse: ['withdrawn'] },
          maxDays: 1,
        },
        submitted: {
          commands: { routed: { by: ['system'], to: ['handling'] }, withdraw },
          clock: { routeTimeout: ['handling'] },
          maxDays: 2,
        },
        handling: {
          commands: {
            ...ROUTED,
            uphold: { by: ['reviewer'], to: ['decided', 'closed'] },
            dismiss: { by: ['reviewer'], to: ['decided', 'closed'] },
            withdraw,
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
