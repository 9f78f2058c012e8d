import { withParking } from '../kernel/parking.ts';
import type { CaseEvent, Decider, Reaction } from '../kernel/types.ts';
import { shiftReview } from '../reviewed/evolve.ts';
import { reviewSpans } from '../reviewed/spans.ts';
import { decideCertification, reassignCertification, workingDays } from './decide.ts';
import { evolveCertification, initialCertification } from './evolve.ts';
import { certificationTable } from './table.ts';
import type { CertificationPolicy, CertificationState } from './types.ts';
import { certificationView } from './view.ts';

/** Who may decide is looked up outside. That the account counts as real is written in the recording of the approval. */
const reactions = ({ id }: CertificationState, { type }: CaseEvent): readonly Reaction[] =>
  type === 'certificationSubmitted' ? [{ effect: 'routeCertification', args: { certificationId: id } }] : [];

/** The whole behaviour of a certification. */
export const certificationDecider: Decider<CertificationState, CertificationPolicy> = withParking(
  {
    type: 'certification',
    table: certificationTable,
    initial: initialCertification,
    decide: decideCertification,
    evolve: evolveCertification,
    reactions,
    view: certificationView,
  },
  { shift: shiftReview, spans: reviewSpans(workingDays), reassign: reassignCertification },
);
