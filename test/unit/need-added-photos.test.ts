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

  it('are listed when the system tells of them: hidden since an approval from before there was a list', () => {
    const old = publishedNeed({}, { photoLookWorkingDays: undefined });
    old.do('listHidden', SYSTEM, { photos: ['p1', 'p2'] });
    expect(old.state.photosToLook?.photos).to.deep.equal(['p1', 'p2']);
    expect(old.state.photosToLook?.dueAt).to.be.greaterThan(old.now);
    const { length } = old.events;
    old.do('listHidden', SYSTEM, { photos: ['p2'] });
    expect(old.events, 'what waits already is not told again').to.have.length(length);
    old.do('keepPhotos', VILLAGE, { photos: ['p1', 'p2'] });
    expect(old.state).not.to.have.property('photosToLook');
    expect(old.refused('listHidden', VILLAGE, { photos: ['p3'] })).to.equal('NOT_PERMITTED');
  });
});
