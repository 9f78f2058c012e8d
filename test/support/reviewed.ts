import { SYSTEM, type Actor, type Decider, type JsonObject } from '../../domain/kernel/types.ts';
import type { ReviewedState, RoutedPolicy, Turn } from '../../domain/reviewed/types.ts';
import * as people from './people.ts';
import type { RandomCase } from './random-case.ts';
import { CALENDAR } from './story.ts';

/** Random lives of reviewed cases: who probably sends a command, and with what. */

const { CADRES, OPERATOR } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');

export function reviewSender(command: string, asker: Actor, turn: Turn | null): Actor | null {
  if (['submit', 'withdraw'].includes(command)) return asker;
  if (['routed', 'reroute', 'park'].includes(command)) return SYSTEM;
  if (['resume', 'retry', 'skip', 'cancel', 'reassign'].includes(command)) return OPERATOR;
  if (turn === null) return null;
  return turn.level === 'operator' ? OPERATOR : CADRES[turn.level];
}

/** Sometimes nonsense. `effect`: the look-up that may fail. */
export function reviewData(command: string, effect: string, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { reasonCode: 7, eligible: [] };
  if (command === 'routed' || command === 'reroute')
    return { eligible: Object.fromEntries(Object.keys(CADRES).map((l) => [l, pick(3) > 0])) };
  if (command === 'park') return { reason: `effect:${effect}`, reaction: { effect, args: {} } };
  return { reasonCode: 'notKnownHere' };
}

interface RequestState extends ReviewedState {
  readonly applicantId: string;
}

interface RandomRequest<S extends RequestState, P extends RoutedPolicy> {
  readonly decider: Decider<S, P>;
  readonly policy: P;
  readonly seed: object;
  /** The look-up that may fail. */
  readonly effect: string;
  /** To which an operator gives it, sensible or not. */
  readonly levels: readonly string[];
}

/** Random lives of what somebody asks for and a level grants or refuses. */
export const randomRequest = <S extends RequestState, P extends RoutedPolicy>({
  decider,
  policy,
  seed,
  effect,
  levels,
}: RandomRequest<S, P>): RandomCase<S, P> => ({
  decider,
  seed: seed as JsonObject,
  context: { policy, calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['withdraw', 'cancel', 'park', 'approve', 'refuse'],
  sender: (command, { applicantId, review }) => reviewSender(command, { id: applicantId, role: 'person' }, review),
  data: (command, _state, pick) =>
    command === 'reassign' ? { level: levels[pick(levels.length)] ?? 'city' } : reviewData(command, effect, pick),
});
