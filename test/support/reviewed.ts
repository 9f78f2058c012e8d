import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import type { Turn } from '../../domain/reviewed/types.ts';
import { CADRES, OPERATOR } from './people.ts';

/** Random lives of reviewed cases: who probably sends a command, and with what. */

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
