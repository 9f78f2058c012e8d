import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import type { By, CommandRule, StageRule } from '../kernel/types.ts';

/** Parts of the tables of reviewed cases. */

/** Who may decide, as the records say; only the first answer counts. */
export const ROUTED: { readonly [command: string]: CommandRule } = { routed: { by: ['system'], to: ['same'] } };

export const terminal = { terminal: true, commands: {}, clock: {}, maxDays: Number.MAX_SAFE_INTEGER } as const;

export const withdrawBy = (asker: By): { readonly withdraw: CommandRule } => ({
  withdraw: { by: [asker], to: ['withdrawn'] },
});

/** From the asking to somebody's turn, in the stage `turn`. `standing`: what the clock may do all along. */
export const askedStages = (asker: By, turn: string, standing: StageRule['clock'] = {}) =>
  ({
    // The state before the first event: the case is about to be made.
    draft: {
      commands: { submit: { by: [asker], to: ['submitted'] } },
      clock: { lapse: ['withdrawn'] },
      maxDays: 1,
    },
    submitted: {
      commands: { routed: { by: ['system'], to: [turn] }, ...withdrawBy(asker) },
      clock: { routeTimeout: [turn], ...standing },
      maxDays: 2,
    },
  }) satisfies Record<string, StageRule>;

/** The review: approving leads to `approved`. */
export const reviewStage = (
  asker: By,
  approved: string,
  { commands = {}, standing = {} }: { commands?: StageRule['commands']; standing?: StageRule['clock'] } = {},
): StageRule => ({
  commands: {
    ...ROUTED,
    approve: { by: ['reviewer'], to: [approved] },
    refuse: { by: ['reviewer'], to: ['refused'] },
    reroute: { by: ['system'], to: ['same'] },
    ...commands,
    ...withdrawBy(asker),
  },
  clock: { remindReviewer: ['same'], expireReview: ['same', 'parked'], ...standing },
  maxDays: 60,
});

/** The whole life of what somebody asks for and a level grants or refuses. `person`: the one who asks. */
export const requestTable = (caseType: string) =>
  checkedTable(
    caseType,
    parkableTable(
      {
        first: 'draft',
        stages: {
          ...askedStages('person', 'underReview'),
          underReview: reviewStage('person', 'approved', {
            commands: { reassign: { by: ['operator'], to: ['same'] } },
          }),
          approved: terminal,
          refused: terminal,
          withdrawn: terminal,
          cancelled: terminal,
        },
      },
      { cancelTo: 'cancelled', whileParked: ROUTED, reassignable: true },
    ),
  );
