import { expect } from 'chai';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { PUBLISHER, VILLAGE } from '../support/people.ts';
import { ALL_LEVELS, NEED_LINES, publishedNeed, type NeedStory } from '../support/story.ts';

const revision = () => ({ revisionId: 'r-new', lines: NEED_LINES.map((line) => ({ ...line })), amountFen: 30_000 });

/** Published with a photo that nobody has looked at, and back in review. */
function backInReview(): NeedStory {
  const need = publishedNeed();
  need.do('addPhotos', PUBLISHER, { photos: ['late'] });
  expect(need.state.photosToLook?.photos).to.deep.equal(['late']);
  need.do('revoke', VILLAGE, { reasonCode: 'mistake' });
  return need;
}

describe('Photos of a need that wait for a look', () => {
  it('are part of the new content once it is resubmitted, which is reviewed', () => {
    const need = backInReview();
    need.do('return', VILLAGE, { reasonCode: 'photoUnclear' });
    need.do('resubmit', PUBLISHER, revision());
    expect(need.state).not.to.have.any.keys('photosToLook', 'addedPhotos');
    need.do('screened', SYSTEM, { eligible: ALL_LEVELS });
    need.do('approve', VILLAGE, { hiddenPhotos: ['new'] });
    expect(need.state.photosToLook?.photos).to.deep.equal(['new']);
  });

  it('have been looked at by a reviewer who says that no child is in them', () => {
    const need = backInReview();
    need.do('approve', VILLAGE, { noChildSeen: true });
    expect(need.state).not.to.have.property('photosToLook');
    expect(need.state.addedPhotos).to.equal(1);
  });
});
