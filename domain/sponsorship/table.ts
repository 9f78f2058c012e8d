import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import type { CommandRule } from '../kernel/types.ts';

/** The life of a sponsorship, stage by stage. docs/cases.md draws it. */

const terminal = { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER } as const;
const stopBy = ['donor', 'operator'] as const;

/** Answers of the work that runs in chunks; one that comes after a stop changes nothing any more. */
const WORK: { readonly [command: string]: CommandRule } = {
  planned: { by: ['system'], to: ['same', 'completed'] },
  chunkDone: { by: ['system'], to: ['same', 'claimed', 'completed'] },
};
/** Facts that only count. */
const counted: CommandRule = { by: ['system'], to: ['same'] };

export const sponsorshipTable = checkedTable(
  'sponsorship',
  parkableTable(
    {
      first: 'draft',
      stages: {
        // The state before the first event: the sponsorship is about to be made.
        draft: {
          commands: { submit: { by: ['donor'], to: ['underReview'] } },
          clock: { lapse: ['withdrawn'] },
          maxDays: 1,
        },
        underReview: {
          commands: {
            approve: { by: ['operator'], to: ['running'] },
            refuse: { by: ['operator'], to: ['refused'] },
            stop: { by: stopBy, to: ['withdrawn'] },
          },
          clock: { expireReview: ['parked'] },
          maxDays: 40,
        },
        running: {
          commands: { ...WORK, stop: { by: stopBy, to: ['stopped', 'claimed'] } },
          clock: { stall: ['parked'] },
          maxDays: 8,
        },
        // What is claimed is held, need by need, with a clock of its own; the sponsor says what is on its way.
        claimed: {
          commands: { send: { by: ['donor'], to: ['sending'] }, chunkDone: counted },
          clock: { close: ['completed'] },
          maxDays: 40,
        },
        sending: {
          commands: {
            // More has been packed meanwhile: another round.
            send: { by: ['donor'], to: ['same'] },
            chunkSent: { by: ['system'], to: ['same', 'claimed', 'completed'] },
            chunkDone: counted,
          },
          clock: { stall: ['parked'] },
          maxDays: 8,
        },
        completed: terminal,
        stopped: terminal,
        refused: terminal,
        withdrawn: terminal,
        cancelled: terminal,
      },
    },
    {
      cancelTo: 'cancelled',
      whileParked: { planned: counted, chunkDone: counted, chunkSent: counted },
    },
  ),
);
