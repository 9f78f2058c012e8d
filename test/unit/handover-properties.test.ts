import fc from 'fast-check';
import { expect } from 'chai';
import { HANDOVER_EVENT_TYPES } from '../../domain/handover/evolve.ts';
import { handoverDecider } from '../../domain/handover/index.ts';
import type { HandoverPolicy, HandoverSeed, HandoverState } from '../../domain/handover/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { policyOf } from '../../domain/policy.ts';
import { CADRES, OPERATOR, REGION_PATH } from '../support/people.ts';
import { playLife, type RandomCase } from '../support/random-case.ts';
import { CALENDAR, POLICY } from '../support/story.ts';

const GIVER = CADRES.village;
const RECEIVER: Actor = { ...GIVER, id: 'colleague' };
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

const random: RandomCase<HandoverState, HandoverPolicy> = {
  decider: handoverDecider,
  seed: seed as unknown as JsonObject,
  context: { policy: policyOf(POLICY, 'handover'), calendar: CALENDAR },
  actors: [GIVER, RECEIVER, STAND_IN, OPERATOR, CADRES.township, SYSTEM],
  first: 'draft',
  rare: ['withdraw', 'cancel', 'accept', 'refuse', 'park'],
  sender,
  data: (command, _state, pick) =>
    pick(20) === 0 ? { reasonCode: 7 } : command === 'park' ? { reason: 'test' } : { reasonCode: 'tooBusy' },
};

describe('Any handing over of work', function () {
  this.timeout(60_000);

  it('stays on its table through 20,000 random lives, and only the colleague himself accepts or refuses', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 4, maxLength: 20, size: 'max' }), (choices) => {
        const { events } = playLife(random, choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
        });
        const answers = events.filter(({ type }) => type === 'handoverAccepted' || type === 'handoverRefused');
        if (answers.length > 1) throw new Error('answered twice');
        if (answers.some(({ actor }) => actor.id !== RECEIVER.id || actor.standsInFor !== undefined)) {
          throw new Error('answered by somebody else');
        }
      }),
      { numRuns: 20_000 },
    );
    expect([...reached]).to.include.members(Object.keys(handoverDecider.table.stages).filter((s) => s !== 'draft'));
    expect([...seen]).to.include.members(HANDOVER_EVENT_TYPES);
  });
});
