import { certificationDecider } from '../../domain/certification/index.ts';
import type { CertificationPolicy, CertificationSeed, CertificationState } from '../../domain/certification/types.ts';
import { CADRES, REGION_PATH } from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { randomRequest } from './reviewed.ts';

/** Random lives of a certification: who probably sends what, sometimes nonsense. */

const policies = realPolicies('certification');

/** Somebody of the township; sometimes one of its cadres, or of the household of one who stands in there. */
const seedOf = (choice: number): CertificationSeed => ({
  applicantId: choice % 4 === 0 ? CADRES.township.id : 'applicant',
  ...(choice % 3 === 0 && { householdId: 'household-1' }),
  regionPath: REGION_PATH.slice(0, -1),
});

export function randomCertification(choice: number): RandomCase<CertificationState, CertificationPolicy> {
  const request = randomRequest({
    decider: certificationDecider,
    policy: policies[choice % 5 === 0 ? 1 : 0],
    seed: seedOf(choice),
    effect: 'routeCertification',
    levels: ['village', 'township', 'county', 'operator'],
  });
  return {
    ...request,
    sender(command, state, pick) {
      const actor = request.sender(command, state, pick);
      return actor?.role === 'cadre' && pick(8) === 0 ? { ...actor, householdId: 'household-1' } : actor;
    },
  };
}
