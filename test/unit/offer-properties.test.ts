import fc from 'fast-check';
import { expect } from 'chai';
import { OFFER_EVENT_TYPES } from '../../domain/offer/evolve.ts';
import { offerDecider } from '../../domain/offer/index.ts';
import { isAbove, levelOf } from '../../domain/region/region.ts';
import { playLife } from '../support/random-case.ts';
import { randomOffer } from '../support/random-offer.ts';
import { DAY } from '../support/story.ts';

describe('Any life of an offer', function () {
  this.timeout(110_000);

  it('stays on its table through 20,000 random lives; the county or above moderates, never its own donor', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(randomOffer(choice), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
          const { review, regionCode, until } = after;
          if (after.clock['expire'] !== undefined && after.clock['expire'] !== until) throw new Error('another end');
          if (review === null || review.level === 'operator') return;
          if (!isAbove(review.level, 'township')) throw new Error(`${review.level} moderates`);
          if (regionCode === null || isAbove(levelOf(regionCode), review.level)) throw new Error('from below');
        });
        const { decidedBy, donorId, stage } = file.state;
        if (decidedBy?.id === donorId) throw new Error('decided on his own offer');
        if (['usedUp', 'refused', 'open'].includes(stage) && decidedBy === null) throw new Error('nobody decided');
        const late = events.find(({ type, at }) => type === 'offerApproved' && at > file.state.until + DAY);
        if (late !== undefined) throw new Error('approved after its end');
      }),
      { numRuns: 20_000 },
    );
    expect([...reached]).to.include.members(Object.keys(offerDecider.table.stages).filter((s) => s !== 'draft'));
    expect([...seen]).to.include.members(OFFER_EVENT_TYPES);
  });
});
