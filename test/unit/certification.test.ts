import { expect } from 'chai';
import { askRefusal } from '../../domain/certification/ask.ts';
import { certificationEventText } from '../../domain/certification/timeline.ts';
import type { CertificationSeed } from '../../domain/certification/types.ts';
import { whyCertificationSentence, whyCertificationWaits } from '../../domain/certification/why-waiting.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { CITY, COUNTY, OPERATOR, TOWNSHIP, VILLAGE } from '../support/people.ts';
import { ALL_LEVELS, certificationStory } from '../support/story.ts';

const APPLICANT: Actor = { id: 'applicant', role: 'person' };

function asked(eligible: JsonObject = ALL_LEVELS, seed: Partial<CertificationSeed> = {}) {
  const story = certificationStory(seed);
  story.do('submit', { ...APPLICANT, id: story.state.applicantId });
  story.do('routed', SYSTEM, { eligible });
  return story;
}

describe('asking for a certification', () => {
  it('goes one at a time, and only so often', () => {
    const policy = { perAccount: { days: 30, count: 3 } };
    expect(askRefusal({ open: 0, lately: 2 }, policy)).to.equal(null);
    expect(askRefusal({ open: 1, lately: 1 }, policy)).to.equal('CERTIFICATION_OPEN');
    expect(askRefusal({ open: 0, lately: 3 }, policy)).to.equal('TOO_MANY_CERTIFICATIONS');
  });
});

describe('A certification', () => {
  it('is decided by the township where he lives, and by no other level', () => {
    const story = asked();
    expect(story.refused('approve', VILLAGE)).to.equal('NOT_PERMITTED');
    expect(story.refused('approve', COUNTY)).to.equal('NOT_YOUR_LEVEL');
    expect(story.refused('approve', { ...TOWNSHIP, regionCode: '360735101' })).to.equal('NOT_PERMITTED');
    expect(story.do('approve', TOWNSHIP)).to.equal('approved');
    expect(story.refused('refuse', TOWNSHIP, { reasonCode: 'unclear' })).to.equal('CASE_CLOSED');
  });

  it('is decided neither by himself, nor by who stands in for him, nor by his household', () => {
    const story = asked(ALL_LEVELS, { applicantId: TOWNSHIP.id, householdId: 'h' });
    expect(story.refused('approve', TOWNSHIP)).to.equal('OWN_CERTIFICATION');
    const other = { ...TOWNSHIP, id: 'other' };
    expect(story.refused('approve', { ...other, standsInFor: TOWNSHIP.id })).to.equal('OWN_CERTIFICATION');
    expect(story.refused('refuse', { ...other, householdId: 'h' }, { reasonCode: 'x' })).to.equal('OWN_CERTIFICATION');
    expect(story.refused('approve', { ...other, tie: 'own' }), 'by the register alone').to.equal('OWN_CERTIFICATION');
    expect(story.refused('approve', { ...other, tie: 'helped' })).to.equal('HELPED_HOUSEHOLD');
    expect(story.do('approve', other)).to.equal('approved');
  });

  it('skips a township without a cadre and says so, goes up when overdue, and parks with the operators', () => {
    const story = asked({ ...ALL_LEVELS, township: false });
    expect(story.state.review?.level).to.equal('county');
    expect(story.events.at(-1)?.data['skipped']).to.deep.equal(['township']);
    expect(story.tick()).to.equal('remindReviewer');
    expect(story.tick()).to.equal('expireReview');
    expect(story.state.review?.level).to.equal('city');
    expect(story.do('refuse', CITY, { reasonCode: 'photoUnclear' })).to.equal('refused');
    const alone = asked({});
    expect(alone.state.review?.level).to.equal('operator');
    alone.tickUntil('expireReview');
    expect(alone.state.parked?.reason).to.equal('certificationOverdue');
    alone.do('reassign', OPERATOR, { level: 'county' });
    expect(alone.do('approve', COUNTY)).to.equal('approved');
    expect(asked().refused('reassign', OPERATOR, { level: 'village' })).to.equal('NO_LEVEL_ABOVE');
  });

  it('tells in plain Chinese what happened and whom it waits for', () => {
    const story = asked();
    expect(whyCertificationSentence(whyCertificationWaits(story.state))).to.match(/正在核实.*乡镇干部.*由上一级接手/);
    story.tickUntil('expireReview');
    story.do('withdraw', APPLICANT);
    for (const { type, data } of story.events)
      expect(certificationEventText(type, data)).to.match(/^[\p{Script=Han}，]+$/u);
  });
});
