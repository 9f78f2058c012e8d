import { expect } from 'chai';
import { applicationEventText } from '../../domain/application/timeline.ts';
import type { ApplicationSeed } from '../../domain/application/types.ts';
import { whyApplicationSentence, whyApplicationWaits } from '../../domain/application/why-waiting.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { CITY, COUNTY, OPERATOR, PROVINCE, TOWNSHIP, VILLAGE } from '../support/people.ts';
import { ALL_LEVELS, applicationStory } from '../support/story.ts';

const APPLICANT: Actor = { id: 'applicant', role: 'person' };

function applied(eligible: JsonObject = ALL_LEVELS, seed: Partial<ApplicationSeed> = {}) {
  const story = applicationStory(seed);
  story.do('submit', { ...APPLICANT, id: story.state.applicantId });
  story.do('routed', SYSTEM, { eligible });
  return story;
}

describe('An application for an office', () => {
  it('is decided by the next level up, and by nobody else', () => {
    const story = applied();
    expect(story.state.review?.level).to.equal('township');
    expect(story.refused('approve', VILLAGE)).to.equal('NOT_YOUR_LEVEL');
    expect(story.refused('approve', COUNTY)).to.equal('NOT_YOUR_LEVEL');
    expect(story.refused('approve', OPERATOR)).to.equal('NOT_YOUR_LEVEL');
    expect(story.refused('approve', { ...TOWNSHIP, regionCode: '360735101' })).to.equal('NOT_PERMITTED');
    expect(story.refused('approve', APPLICANT)).to.equal('NOT_PERMITTED');
    expect(story.do('approve', TOWNSHIP)).to.equal('approved');
    expect(story.state.decidedBy).to.deep.equal({ id: TOWNSHIP.id, level: 'township' });
    expect(story.refused('refuse', TOWNSHIP, { reasonCode: 'notKnown' })).to.equal('CASE_CLOSED');
  });

  it('is never decided by the applicant himself, though he is a cadre above', () => {
    const story = applied(ALL_LEVELS, { applicantId: TOWNSHIP.id });
    expect(story.refused('approve', TOWNSHIP)).to.equal('OWN_APPLICATION');
    expect(story.refused('refuse', TOWNSHIP, { reasonCode: 'x' })).to.equal('OWN_APPLICATION');
  });

  it('is refused with a reason code only', () => {
    const story = applied();
    expect(story.refused('refuse', TOWNSHIP, { reasonCode: 'Not a code' })).to.equal('INVALID_REQUEST');
    expect(story.do('refuse', TOWNSHIP, { reasonCode: 'notKnownHere' })).to.equal('refused');
    expect(story.state.outcome).to.equal('notKnownHere');
  });

  it('skips levels without a cadre and says which', () => {
    const story = applied({ ...ALL_LEVELS, township: false, county: false });
    expect(story.state.review?.level).to.equal('city');
    expect(story.events.at(-1)?.data['skipped']).to.deep.equal(['township', 'county']);
    expect(story.do('approve', CITY)).to.equal('approved');
  });

  it('comes to an operator when no level above has anybody, as for every province', () => {
    const alone = applied({});
    expect(alone.state.review?.level).to.equal('operator');
    expect(alone.events.at(-1)?.data['skipped']).to.deep.equal(['township', 'county', 'city', 'province']);
    const province = applied(ALL_LEVELS, { level: 'province', regionCode: '36', regionPath: ['36'] });
    expect(province.state.review?.level).to.equal('operator');
    expect(province.events.at(-1)?.data['skipped']).to.deep.equal([]);
    expect(province.refused('approve', PROVINCE)).to.equal('NOT_YOUR_LEVEL');
    expect(province.do('approve', OPERATOR)).to.equal('approved');
  });

  it('goes one level further up when it is overdue, to the operators at last, and then parks', () => {
    const story = applied({ ...ALL_LEVELS, city: false });
    const levels: unknown[] = [];
    while (story.stage === 'underReview') {
      expect(story.tick()).to.equal('remindReviewer');
      expect(story.tick()).to.equal('expireReview');
      levels.push(story.state.review?.level);
    }
    expect(levels).to.deep.equal(['county', 'province', 'operator', 'operator']);
    expect(story.state.parked?.reason).to.equal('applicationOverdue');
    story.do('resume', OPERATOR);
    expect(story.do('approve', OPERATOR)).to.equal('approved');
  });

  it('is decided all the same when nobody could be looked up', () => {
    const story = applicationStory();
    story.do('submit', APPLICANT);
    expect(story.tick()).to.equal('routeTimeout');
    expect(story.state.review?.level).to.equal('township');
    expect(story.try('routed', SYSTEM, { eligible: {} }).status).to.equal('applied');
    expect(story.state.review?.level).to.equal('township');
  });

  it('is withdrawn by the applicant alone, and cancelled by an operator', () => {
    expect(applied().refused('withdraw', TOWNSHIP)).to.equal('NOT_PERMITTED');
    expect(applied().do('withdraw', APPLICANT)).to.equal('withdrawn');
    expect(applied().do('cancel', OPERATOR, { reasonCode: 'mistake' })).to.equal('cancelled');
  });

  it('tells in plain Chinese what happened and whom it waits for', () => {
    const story = applied();
    expect(whyApplicationSentence(whyApplicationWaits(story.state))).to.match(/申请正在审批.*乡镇干部.*由上一级接手/);
    for (const event of story.events)
      expect(applicationEventText(event.type, event.data)).to.match(/^\p{Script=Han}+$/u);
  });
});
