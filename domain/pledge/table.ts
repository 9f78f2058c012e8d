import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import type { CommandRule } from '../kernel/types.ts';

/** The life of a pledge, stage by stage. docs/cases.md draws it. */

/** The need has ended: frees what is only held; what is sent goes on to its household. */
const VOID: { readonly [command: string]: CommandRule } = { voidByNeed: { by: ['system'], to: ['same'] } };
const voidHeld: CommandRule = { by: ['system'], to: ['released'] };
const dispute: CommandRule = {
  by: ['donor', 'publisher', 'recipient', 'cadre', 'pointKeeper'],
  to: ['disputed'],
};
/** A challenge of the need stops its holds; while parked too, so that the hold stands still when it comes back. */
const pausing: { readonly [command: string]: CommandRule } = {
  pauseHold: { by: ['system'], to: ['same'] },
  resumeHold: { by: ['system'], to: ['same'] },
};
const delivery: { readonly [command: string]: readonly string[] } = {
  remind: ['same'],
  dueVisit: ['same'],
  expireReceipt: ['disputed'],
};

export const pledgeTable = checkedTable(
  'pledge',
  parkableTable(
    {
      first: 'offered',
      stages: {
        // The state before the first event: the units are reserved, or the donor joins the queue for them.
        offered: {
          commands: {
            hold: { by: ['donor'], to: ['held'] },
            propose: { by: ['system'], to: ['held'] },
            queue: { by: ['donor'], to: ['waiting'] },
            voidByNeed: voidHeld,
            voidProposal: { by: ['system'], to: ['same', 'released'] },
          },
          clock: { lapse: ['released'] },
          maxDays: 1,
        },
        // The standby queue: others hold the units. Whoever is first gets what comes free.
        waiting: {
          commands: {
            promote: { by: ['system'], to: ['held'] },
            leave: { by: ['donor'], to: ['released'] },
            voidByNeed: voidHeld,
          },
          clock: { lapse: ['released'] },
          maxDays: 32,
        },
        held: {
          commands: {
            send: { by: ['donor'], to: ['sent'] },
            extend: { by: ['donor'], to: ['same'] },
            accept: { by: ['donor'], to: ['same'] },
            release: { by: ['donor'], to: ['released'] },
            voidByNeed: voidHeld,
            voidProposal: { by: ['system'], to: ['same', 'released'] },
            ...pausing,
          },
          clock: { lapse: ['released'], endPause: ['same'] },
          maxDays: 37,
        },
        sent: {
          commands: {
            ...VOID,
            arrive: { by: ['pointKeeper'], to: ['atPoint'] },
            confirm: { by: ['recipient', 'cadre'], to: ['received'] },
            cancelShipment: { by: ['donor'], to: ['released'] },
            dispute,
          },
          clock: delivery,
          maxDays: 26,
        },
        atPoint: {
          commands: {
            ...VOID,
            collect: { by: ['pointKeeper'], to: ['received'] },
            handOver: { by: ['cadre'], to: ['received'] },
            lockCode: { by: ['system'], to: ['same'] },
            returnParcel: { by: ['pointKeeper'], to: ['failed'] },
            dispute,
          },
          clock: delivery,
          maxDays: 22,
        },
        disputed: {
          commands: {
            ...VOID,
            ruleReceived: { by: ['countyCadre'], to: ['received'] },
            ruleFailed: { by: ['countyCadre'], to: ['failed'] },
            reassign: { by: ['operator'], to: ['same'] },
            reroute: { by: ['system'], to: ['same', 'parked'] },
          },
          clock: { escalateDispute: ['same', 'parked'] },
          maxDays: 30,
        },
        received: { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER },
        released: { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER },
        failed: { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER },
      },
    },
    {
      cancelTo: 'failed',
      reassignable: true,
      whileParked: {
        voidByNeed: { by: ['system'], to: ['same', 'released'] },
        promote: { by: ['system'], to: ['same'] },
        voidProposal: { by: ['system'], to: ['same', 'released'] },
        ...pausing,
      },
    },
  ),
);
