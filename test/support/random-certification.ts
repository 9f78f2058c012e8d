import { certificationDecider } from '../../domain/certification/index.ts';
import type { CertificationPolicy, CertificationSeed, CertificationState } from '../../domain/certification/types.ts';
import type { Actor, JsonObject } from '../../domain/kernel/types.ts';
import * as people from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { reviewData, reviewSender } from './reviewed.ts';
import { CALENDAR } from './story.ts';

/** Random lives of a certification: who probably sends what, sometimes nonsense. */

const policies = realPolicies('certification');
const { CADRES, REGION_PATH } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');

/** Somebody of the township; sometimes one of its cadres, or of the household of one who stands in there. */
const seedOf = (choice: number): CertificationSeed => ({
  applicantId: choice % 4 === 0 ? CADRES.township.id : 'applicant',
  ...(choice % 3 === 0 && { householdId: 'household-1' }),
  regionPath: REGION_PATH.slice(0, -1),
});

function sender(
  command: string,
  { applicantId, review }: CertificationState,
  pick: (below: number) => number,
): Actor | null {
  const actor = reviewSender(command, { id: applicantId, role: 'person' }, review);
  return actor?.role === 'cadre' && pick(8) === 0 ? { ...actor, householdId: 'household-1' } : actor;
}

const data = (command: string, _state: CertificationState, pick: (below: number) => number): JsonObject =>
  command === 'reassign'
    ? { level: ['village', 'township', 'county', 'operator'][pick(4)] ?? 'city' }
    : reviewData(command, 'routeCertification', pick);

export const randomCertification = (choice: number): RandomCase<CertificationState, CertificationPolicy> => ({
  decider: certificationDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0], calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['withdraw', 'cancel', 'park', 'approve', 'refuse'],
  sender,
  data,
});
