import { applicationDecider } from '../../domain/application/index.ts';
import type { ApplicationPolicy, ApplicationSeed, ApplicationState } from '../../domain/application/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { levelOf } from '../../domain/region/region.ts';
import * as people from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { CALENDAR } from './story.ts';

/** Random lives of an application: who probably sends what, sometimes nonsense. */

const policies = realPolicies('application');
const { CADRES, OPERATOR, REGION_PATH } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');

/** An office of any level; sometimes a cadre above it is the applicant. */
function seedOf(choice: number): ApplicationSeed {
  const regionPath = REGION_PATH.slice(0, 1 + (choice % REGION_PATH.length));
  const regionCode = regionPath.at(-1) ?? '36';
  const applicantId = choice % 4 === 0 ? CADRES.county.id : 'applicant';
  return { applicantId, level: levelOf(regionCode), regionCode, regionPath };
}

function sender(command: string, { applicantId, review }: ApplicationState): Actor | null {
  if (['submit', 'withdraw'].includes(command)) return { id: applicantId, role: 'person' };
  if (['routed', 'park'].includes(command)) return SYSTEM;
  if (['resume', 'retry', 'skip', 'cancel', 'reassign'].includes(command)) return OPERATOR;
  if (review === null) return null;
  return review.level === 'operator' ? OPERATOR : CADRES[review.level];
}

function data(command: string, _state: ApplicationState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { reasonCode: 7, eligible: [] };
  if (command === 'routed') return { eligible: Object.fromEntries(Object.keys(CADRES).map((l) => [l, pick(3) > 0])) };
  if (command === 'park')
    return { reason: 'effect:routeApplication', reaction: { effect: 'routeApplication', args: {} } };
  if (command === 'reassign') return { level: ['township', 'county', 'province', 'operator'][pick(4)] ?? 'city' };
  return { reasonCode: 'notKnownHere' };
}

export const randomApplication = (choice: number): RandomCase<ApplicationState, ApplicationPolicy> => ({
  decider: applicationDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0], calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['withdraw', 'cancel', 'park', 'approve', 'refuse'],
  sender,
  data,
});
