import { expect } from 'chai';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { CITY, COUNTY, OPERATOR, TOWNSHIP, VILLAGE, VILLAGE_2 } from '../support/people.ts';
import { ALL_LEVELS, applicationStory, heldPledge, needStory, submittedNeed } from '../support/story.ts';

/** Lets every deadline pass until the operators have it. */
function sleepUntilParked(story: { readonly stage: string; tick(): string }): void {
  for (let i = 0; i < 20 && story.stage !== 'parked'; i += 1) story.tick();
  expect(story.stage).to.equal('parked');
}

describe('An operator hands a case on', () => {
  it('to another level, which gets its full time; a parked need goes on with it', () => {
    const need = submittedNeed();
    sleepUntilParked(need);
    const asked = need.refused('reassign', COUNTY, { level: 'county' });
    expect(asked).to.equal('NOT_PERMITTED');
    expect(need.do('reassign', OPERATOR, { level: 'county' })).to.equal('underReview');
    expect(need.told.slice(-2)).to.deep.equal(['resumed', 'reviewReassigned']);
    expect(need.state.review).to.include({ level: 'county', assigneeId: null });
    expect(need.state.clock).to.have.property('expireReview').above(need.now);
    expect(need.refused('approve', VILLAGE)).to.equal('NOT_YOUR_LEVEL');
    need.do('approve', COUNTY);
    expect(need.stage).to.equal('published');
  });

  it('to one cadre, while it is under review, but never to its publisher', () => {
    const need = submittedNeed();
    const to = { level: 'village', toAccountId: VILLAGE_2.id };
    need.do('reassign', OPERATOR, to);
    expect(need.refused('approve', VILLAGE)).to.equal('ASSIGNED_TO_ANOTHER');
    const own = { level: 'village', toAccountId: need.state.publisherId };
    expect(need.refused('reassign', OPERATOR, own)).to.equal('OWN_POSTING');
    expect(need.refused('reassign', OPERATOR, { level: 'nation' })).to.equal('INVALID_REQUEST');
    expect(need.do('approve', VILLAGE_2)).to.equal('published');
    expect(need.refused('reassign', OPERATOR, to)).to.equal('NOT_ALLOWED_IN_STAGE');
  });

  it('although screening found nobody to review it', () => {
    const need = needStory({});
    need.do('submit', { id: need.state.publisherId, role: 'person' });
    const eligible = { village: false, township: false, county: false, city: false, province: false };
    expect(need.do('screened', SYSTEM, { eligible })).to.equal('parked');
    expect(need.do('reassign', OPERATOR, { level: 'city' })).to.equal('underReview');
    expect(need.do('approve', CITY)).to.equal('published');
  });

  it('of an application, to a level above the office or to the operators', () => {
    const application = applicationStory();
    application.do('submit', { id: 'applicant', role: 'person' });
    application.do('routed', SYSTEM, { eligible: ALL_LEVELS });
    expect(application.refused('reassign', OPERATOR, { level: 'village' })).to.equal('NO_LEVEL_ABOVE');
    application.do('reassign', OPERATOR, { level: 'county' });
    expect(application.refused('approve', TOWNSHIP)).to.equal('NOT_YOUR_LEVEL');
    sleepUntilParked(application);
    application.do('reassign', OPERATOR, { level: 'operator' });
    expect(application.do('approve', OPERATOR)).to.equal('approved');
  });

  it('of a dispute that nobody ruled, back to the county or to the city', () => {
    const pledge = heldPledge();
    pledge.do('send', { id: pledge.state.donorId, role: 'donor' });
    pledge.do('dispute', { id: pledge.state.donorId, role: 'donor' }, { reasonCode: 'parcelLost' });
    sleepUntilParked(pledge);
    expect(pledge.refused('reassign', OPERATOR, { level: 'village' })).to.equal('INVALID_REQUEST');
    expect(pledge.do('reassign', OPERATOR, { level: 'county' })).to.equal('disputed');
    expect(pledge.refused('ruleFailed', CITY, { reasonCode: 'parcelLost' })).to.not.equal('applied');
    expect(pledge.do('ruleFailed', COUNTY, { reasonCode: 'parcelLost' })).to.equal('failed');
    expect(heldPledge().refused('reassign', OPERATOR, { level: 'city' })).to.equal('NOT_ALLOWED_IN_STAGE');
  });
});
