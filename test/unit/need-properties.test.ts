import fc from 'fast-check';
import { expect } from 'chai';
import type { CaseEvent } from '../../domain/kernel/types.ts';
import { NEED_EVENT_TYPES } from '../../domain/need/evolve.ts';
import { needDecider } from '../../domain/need/index.ts';
import { previewMissing } from '../../domain/need/preview.ts';
import type { NeedState } from '../../domain/need/types.ts';
import { playLife } from '../support/random-case.ts';
import { randomNeed } from '../support/random-need.ts';

/**
 * Nobody decides what another one has taken, nor about his own decision, and nobody is both reviewers where two must agree.
 */
function mustBeFree({ review, decidedBy, approver }: NeedState, { type, at, actor, data }: CaseEvent): void {
  if (!['reviewApproved', 'reviewReturned', 'reviewRefused'].includes(type)) return;
  const before = review?.of === 'appeal' ? decidedBy : review?.of === 'challenge' ? approver : null;
  if (before?.id === actor.id) throw new Error(`${type} about his own decision`);
  const taken = review?.taken;
  if (taken !== undefined && taken.until > at && taken.by !== actor.id) throw new Error(`${type} by another`);
  if (
    type === 'reviewApproved' &&
    review?.of !== 'posting' &&
    review?.of !== 'edit' &&
    data['duplicates'] !== undefined
  )
    throw new Error('duplicates of what was agreed on before');
  if (type === 'reviewApproved' && review?.first?.by === actor.id) throw new Error('both reviewers are one');
}

describe('Any life of a need', function () {
  this.timeout(120_000);

  it('stays on its table through 20,000 random lives, with an exit, a deadline and a state that is the fold', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 12, maxLength: 60, size: 'max' }), (choice, choices) => {
        playLife(randomNeed(choice), choices, (before, after, events) => {
          reached.add(after.stage);
          for (const event of events) {
            seen.add(event.type);
            mustBeFree(before, event);
            if (event.type === 'reviewApproved' && event.data['final'] === true && previewMissing(before))
              throw new Error('approved for good before the household has seen its preview');
          }
          if (after.publishedAt === null && after.stage === 'published') throw new Error('published, but never');
          if ('widen' in after.clock !== (after.stage === 'published' && (after.tier ?? 'nation') !== 'nation')) {
            throw new Error(`${after.stage} for ${after.tier ?? 'everybody'} and its window`);
          }
          if (after.stage === 'published' && after.pin?.until !== after.clock['endPin']) {
            throw new Error(
              `pinned until ${after.pin?.until ?? 'never'}, but its clock says ${after.clock['endPin'] ?? 'never'}`,
            );
          }
          if ((after.stage === 'underReview') !== (after.review !== null) && after.stage !== 'parked') {
            throw new Error(`${after.stage} ${after.review === null ? 'without' : 'with'} a review`);
          }
        });
      }),
      { numRuns: 20_000, endOnFailure: false },
    );
    expect([...reached]).to.include.members(Object.keys(needDecider.table.stages).filter((stage) => stage !== 'draft'));
    // `shortfallLeft` takes two lapses in a row: too rare for chance, so need-publication.test.ts tells it.
    expect([...seen]).to.include.members(NEED_EVENT_TYPES.filter((type) => type !== 'shortfallLeft'));
  });
});
