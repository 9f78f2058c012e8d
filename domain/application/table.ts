import { parkableTable } from '../kernel/parking.ts';
import { checkedTable } from '../kernel/table.ts';
import { askedStages, reviewStage, ROUTED, terminal } from '../reviewed/table.ts';

/** The life of an application for a cadre's office, stage by stage. docs/cases.md draws it. `person`: the applicant. */
export const applicationTable = checkedTable(
  'application',
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
