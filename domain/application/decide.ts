import { accept, refuse } from '../kernel/types.ts';
import { isAbove } from '../region/region.ts';
import { decideBy, reassignReview, reviewHandlers, type ReviewRules } from '../reviewed/decide.ts';
import { authorityAbove } from '../reviewed/route.ts';
import type { Authority, Handlers } from '../reviewed/types.ts';
import { happened } from './events.ts';
import { rightsRefusal } from './rights.ts';
import { applicationTable } from './table.ts';
import type { ApplicationPolicy, ApplicationState } from './types.ts';

/** A village cadre decides on nobody's office. */
export const workingDays = ({ reviewWorkingDays }: ApplicationPolicy, level: Authority): number =>
  reviewWorkingDays[level === 'village' ? 'township' : level];

const RULES: ReviewRules<ApplicationState, ApplicationPolicy> = {
  noun: 'application',
  first: ({ level }, eligible) => authorityAbove(eligible, level),
  workingDays,
};

const HANDLERS: Handlers<ApplicationState, ApplicationPolicy> = {
  ...reviewHandlers(RULES),
  /** `frozen`: as it was found when it was approved; nobody is given an office whose account is stopped. */
  approve: ({ review }, { data }) => {
    if (review === null) return refuse('NOT_ALLOWED_IN_STAGE');
    if (data['frozen'] === true) return refuse('APPLICANT_FROZEN');
    return accept(happened('applicationApproved', { by: review.level }));
  },
};

/** Only to a level above the office. */
export const reassignApplication = reassignReview(
  RULES,
  (state, level) => level === 'operator' || isAbove(level, state.level),
);

export const decideApplication = decideBy('application', applicationTable, rightsRefusal, HANDLERS);
