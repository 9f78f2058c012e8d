import { handoverDecider } from '../../domain/handover/index.ts';
import type { HandoverPolicy, HandoverSeed, HandoverState } from '../../domain/handover/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { CADRES, OPERATOR, REGION_PATH } from './people.ts';
import { realPolicies } from './policies.ts';
import type { RandomCase } from './random-case.ts';
import { CALENDAR } from './story.ts';

/** Random lives of a handing over of work: who probably sends what, sometimes nonsense. */

const [policy] = realPolicies('handover');
const GIVER = CADRES.village;
export const RECEIVER: Actor = { ...GIVER, id: 'colleague' };
const STAND_IN: Actor = { ...RECEIVER, standsInFor: 'somebody' };
const seed: HandoverSeed = {
  giverId: GIVER.id,
  receiverId: RECEIVER.id,
  level: 'village',
  regionCode: REGION_PATH.at(-1) ?? '',
  regionPath: REGION_PATH,
  needIds: ['n1', 'n2'],
};

function sender(command: string): Actor | null {
  if (command === 'park') return SYSTEM;
  if (['resume', 'retry', 'skip', 'cancel'].includes(command)) return OPERATOR;
  return ['accept', 'refuse'].includes(command) ? RECEIVER : GIVER;
}

export const randomHandover = (): RandomCase<HandoverState, HandoverPolicy> => ({
  decider: handoverDecider,
  seed: seed as unknown as JsonObject,
  context: { policy, calendar: CALENDAR },
  actors: [GIVER, RECEIVER, STAND_IN, OPERATOR, CADRES.township, SYSTEM],
  first: 'draft',
  rare: ['withdraw', 'cancel', 'accept', 'refuse', 'park'],
  sender,
  data: (command, _state, pick) =>
    pick(20) === 0
      ? { reasonCode: 7 }
      : command === 'park'
        ? { reason: 'effect:none', reaction: { effect: 'none', args: {} } }
        : { reasonCode: 'tooBusy' },
});
