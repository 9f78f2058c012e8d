import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import { askedStages, reviewStage, ROUTED, terminal } from '../reviewed/table.ts';

/**
 * The life of a certification, stage by stage: somebody's name and number did not fit the register, and his township
 * looks at his papers. docs/cases.md draws it. `person`: the applicant.
 */
export const certificationTable = checkedTable(
  'certification',
  parkableTable(
    {
      first: 'draft',
      stages: {
        ...askedStages('person', 'underReview'),
        underReview: reviewStage('person', 'approved', { commands: { reassign: { by: ['operator'], to: ['same'] } } }),
        approved: terminal,
        refused: terminal,
        withdrawn: terminal,
        cancelled: terminal,
      },
    },
    { cancelTo: 'cancelled', whileParked: ROUTED, reassignable: true },
  ),
);
