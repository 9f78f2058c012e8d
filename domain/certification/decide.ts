import { accept, refuse } from '../kernel/types.ts';
import { decideBy, reassignReview, reviewHandlers, type ReviewRules } from '../reviewed/decide.ts';
import { authorityAbove } from '../reviewed/route.ts';
import type { Authority, Handlers } from '../reviewed/types.ts';
import { happened } from './events.ts';
import { rightsRefusal } from './rights.ts';
import { certificationTable } from './table.ts';
import type { CertificationPolicy, CertificationState } from './types.ts';

/** Villages look at nobody's papers. */
export const workingDays = ({ reviewWorkingDays }: CertificationPolicy, level: Authority): number =>
  reviewWorkingDays[level === 'village' ? 'township' : level];

/** It begins with the township. */
const RULES: ReviewRules<CertificationState, CertificationPolicy> = {
  noun: 'certification',
  first: (_state, eligible) => authorityAbove(eligible, 'village'),
  workingDays,
};

const HANDLERS: Handlers<CertificationState, CertificationPolicy> = {
  ...reviewHandlers(RULES),
  approve: ({ review }) =>
    review === null ? refuse('NOT_ALLOWED_IN_STAGE') : accept(happened('certificationApproved', { by: review.level })),
};

export const reassignCertification = reassignReview(RULES, (_state, level) => level !== 'village');

export const decideCertification = decideBy('certification', certificationTable, rightsRefusal, HANDLERS);
