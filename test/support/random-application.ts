import { applicationDecider } from '../../domain/application/index.ts';
import type { ApplicationPolicy, ApplicationSeed, ApplicationState } from '../../domain/application/types.ts';
import type { Actor, JsonObject } from '../../domain/kernel/types.ts';
import { levelOf } from '../../domain/region/region.ts';
import * as people from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { reviewData, reviewSender } from './reviewed.ts';
import { CALENDAR } from './story.ts';

/** Random lives of an application: who probably sends what, sometimes nonsense. */

const policies = realPolicies('application');
const { CADRES, REGION_PATH } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');

/** An office of any level; sometimes a cadre above it is the applicant. */
function seedOf(choice: number): ApplicationSeed {
  const regionPath = REGION_PATH.slice(0, 1 + (choice % REGION_PATH.length));
  const regionCode = regionPath.at(-1) ?? '36';
  const applicantId = choice % 4 === 0 ? CADRES.county.id : 'applicant';
  return { applicantId, level: levelOf(regionCode), regionCode, regionPath };
}

const sender = (command: string, { applicantId, review }: ApplicationState): Actor | null =>
  reviewSender(command, { id: applicantId, role: 'person' }, review);

const data = (command: string, _state: ApplicationState, pick: (below: number) => number): JsonObject =>
  command === 'reassign'
    ? { level: ['township', 'county', 'province', 'operator'][pick(4)] ?? 'city' }
    : reviewData(command, 'routeApplication', pick);

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
