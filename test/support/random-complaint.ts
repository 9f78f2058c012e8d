import { complaintDecider } from '../../domain/complaint/index.ts';
import type { ComplaintPolicy, ComplaintSeed, ComplaintState } from '../../domain/complaint/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { LEVELS } from '../../domain/region/region.ts';
import * as people from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { CALENDAR } from './story.ts';

/** Random lives of a complaint: who probably sends what, sometimes nonsense. */

const policies = realPolicies('complaint');
const { CADRES, OPERATOR, REGION_PATH } = people;
const OTHER_OPERATOR: Actor = { id: 'another operator', role: 'operator' };
const actors: Actor[] = [
  OTHER_OPERATOR,
  ...Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string'),
];

/** Sometimes about the very people who would handle it, sometimes by one of them. */
function seedOf(choice: number): ComplaintSeed {
  const all = Object.values(CADRES);
  const partOf = choice % 6 === 5 ? null : (LEVELS[choice % 5] ?? null);
  const accused = [all[choice % 5], all[(choice >> 3) % 5], choice % 7 === 0 ? OPERATOR : undefined];
  const complainantId = choice % 4 === 0 ? (all[(choice >> 5) % 5]?.id ?? '') : 'complainant';
  return {
    complainantId,
    about: choice % 3 === 0 ? 'score' : 'need',
    subjectId: 'need-1',
    accusedIds: accused.flatMap((a) => (a === undefined || a.id === complainantId ? [] : [a.id])),
    partOf,
    regionPath: REGION_PATH,
  };
}

function sender(
  command: string,
  { complainantId, handling }: ComplaintState,
  pick: (below: number) => number,
): Actor | null {
  if (['submit', 'withdraw', 'object'].includes(command)) return { id: complainantId, role: 'person' };
  if (['routed', 'reroute', 'park'].includes(command)) return SYSTEM;
  if (['resume', 'retry', 'skip', 'cancel'].includes(command)) return OPERATOR;
  if (handling === null) return null;
  if (handling.level === 'operator') return pick(2) === 0 ? OPERATOR : OTHER_OPERATOR;
  // Half of the time somebody else of the same level, whom it is not about.
  const own = CADRES[handling.level];
  return pick(2) === 0 ? own : { ...own, id: `another ${own.id}` };
}

function data(command: string, _state: ComplaintState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { reasonCode: 7, measure: [], eligible: [] };
  if (command === 'routed' || command === 'reroute')
    return { eligible: Object.fromEntries(Object.keys(CADRES).map((l) => [l, pick(3) > 0])) };
  if (command === 'park') return { reason: 'effect:routeComplaint', reaction: { effect: 'routeComplaint', args: {} } };
  if (command === 'uphold') return { measure: 'cadreWarned', ...(pick(3) === 0 && { correction: pick(200) - 100 }) };
  return { reasonCode: 'notFounded' };
}

export const randomComplaint = (choice: number): RandomCase<ComplaintState, ComplaintPolicy> => ({
  decider: complaintDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0], calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['withdraw', 'cancel', 'park'],
  sender,
  data,
});
