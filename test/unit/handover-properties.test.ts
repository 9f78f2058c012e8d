import fc from 'fast-check';
import { expect } from 'chai';
import { HANDOVER_EVENT_TYPES } from '../../domain/handover/evolve.ts';
import { handoverDecider } from '../../domain/handover/index.ts';
import { playLife } from '../support/random-case.ts';
import { randomHandover, RECEIVER } from '../support/random-handover.ts';

describe('Any handing over of work', function () {
  this.timeout(60_000);

  it('stays on its table through 5,000 random lives, and only the colleague himself accepts or refuses', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 4, maxLength: 20, size: 'max' }), (choices) => {
        const { events } = playLife(randomHandover(), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
        });
        const answers = events.filter(({ type }) => type === 'handoverAccepted' || type === 'handoverRefused');
        if (answers.length > 1) throw new Error('answered twice');
        if (answers.some(({ actor }) => actor.id !== RECEIVER.id || actor.standsInFor !== undefined)) {
          throw new Error('answered by somebody else');
        }
      }),
      { numRuns: 5_000 },
    );
    expect([...reached]).to.include.members(Object.keys(handoverDecider.table.stages).filter((s) => s !== 'draft'));
    expect([...seen]).to.include.members(HANDOVER_EVENT_TYPES);
  });
});
