import { findingDecider } from '../../domain/finding/index.ts';
import type { FindingPolicy, FindingSeed, FindingState } from '../../domain/finding/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import * as people from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { CALENDAR } from './story.ts';

/** Random lives of a finding: who probably sends what, sometimes nonsense. */

const policies = realPolicies('finding');
const { OPERATOR } = people;
export const COLLEAGUE: Actor = { id: 'operator-2', role: 'operator' };
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');
export const FINDING_SEED: FindingSeed = { kind: 'oldCase', about: 'need:x', regionPath: people.REGION_PATH };

const BY_SYSTEM = ['report', 'gone', 'foundAgain', 'park'];
function data(command: string, _state: FindingState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { outcome: 'odd', toAccountId: 7, reasonCode: 7 };
  if (command === 'assign') return { toAccountId: pick(2) === 0 ? OPERATOR.id : COLLEAGUE.id };
  if (command === 'settle') return { outcome: ['fixed', 'harmless', 'knownFault', 'duplicate'][pick(4)] ?? 'fixed' };
  return command === 'park'
    ? { reason: 'effect:none', reaction: { effect: 'none', args: {} } }
    : { reasonCode: 'byMistake' };
}

export const randomFinding = (choice: number): RandomCase<FindingState, FindingPolicy> => ({
  decider: findingDecider,
  seed: FINDING_SEED as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0], calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['cancel', 'park'],
  opening: [{ name: 'report', actor: SYSTEM, data: {} }],
  sender: (command, state, pick) =>
    BY_SYSTEM.includes(command) ? SYSTEM : pick(3) > 0 && state.ownerId === COLLEAGUE.id ? COLLEAGUE : OPERATOR,
  data,
});
