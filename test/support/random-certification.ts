import { certificationDecider } from '../../domain/certification/index.ts';
import type { CertificationPolicy, CertificationSeed, CertificationState } from '../../domain/certification/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import * as people from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { CALENDAR } from './story.ts';

/** Random lives of a certification: who probably sends what, sometimes nonsense. */

const policies = realPolicies('certification');
const { CADRES, OPERATOR, REGION_PATH } = people;
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
  if (['submit', 'withdraw'].includes(command)) return { id: applicantId, role: 'person' };
  if (['routed', 'park'].includes(command)) return SYSTEM;
  if (['resume', 'retry', 'skip', 'cancel', 'reassign'].includes(command)) return OPERATOR;
  if (review === null) return null;
  const reviewer = review.level === 'operator' ? OPERATOR : CADRES[review.level];
  return pick(8) === 0 ? { ...reviewer, householdId: 'household-1' } : reviewer;
}

function data(command: string, _state: CertificationState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { reasonCode: 7, eligible: [] };
  if (command === 'routed') return { eligible: Object.fromEntries(Object.keys(CADRES).map((l) => [l, pick(3) > 0])) };
  if (command === 'park')
    return { reason: 'effect:routeCertification', reaction: { effect: 'routeCertification', args: {} } };
  if (command === 'reassign') return { level: ['village', 'township', 'county', 'operator'][pick(4)] ?? 'city' };
  return { reasonCode: 'notKnownHere' };
}

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
