import { applicationDecider } from '../../domain/application/index.ts';
import type { ApplicationPolicy, ApplicationSeed, ApplicationState } from '../../domain/application/types.ts';
import { levelOf } from '../../domain/region/region.ts';
import { CADRES, REGION_PATH } from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { randomRequest } from './reviewed.ts';

/** Random lives of an application: who probably sends what, sometimes nonsense. */

const policies = realPolicies('application');

/** An office of any level; sometimes a cadre above it is the applicant. */
function seedOf(choice: number): ApplicationSeed {
  const regionPath = REGION_PATH.slice(0, 1 + (choice % REGION_PATH.length));
  const regionCode = regionPath.at(-1) ?? '36';
  const applicantId = choice % 4 === 0 ? CADRES.county.id : 'applicant';
  return { applicantId, level: levelOf(regionCode), regionCode, regionPath };
}

export const randomApplication = (choice: number): RandomCase<ApplicationState, ApplicationPolicy> =>
  randomRequest({
    decider: applicationDecider,
    policy: policies[choice % 5 === 0 ? 1 : 0],
    seed: seedOf(choice),
    effect: 'routeApplication',
    levels: ['township', 'county', 'province', 'operator'],
  });
