import { expect } from 'chai';
import { needDecider } from '../../domain/need/index.ts';
import { whyNeedSentence, whyNeedWaits } from '../../domain/need/why-waiting.ts';
import { handle } from '../../domain/kernel/case-file.ts';
import { COUNTY, OPERATOR, PUBLISHER, TOWNSHIP, VILLAGE } from '../support/people.ts';
import { CALENDAR, publishedNeed, type NeedStory } from '../support/story.ts';

const REASON = { reasonCode: 'notNeeded' };
const approved = (): NeedStory => publishedNeed({ kind: 'money' });

describe('A money need', () => {
  it('is reviewed like any other, and what is approved is not shown while nobody can pay it', () => {
    const need = approved();
    expect(need.stage).to.equal('withheld');
    expect(need.told).to.include.members(['reviewApproved', 'needWithheld']).and.not.include('needPublished');
    expect(need.state.publishedAt).to.equal(null);
    expect(need.daysTo('endWithholding')).to.be.closeTo(90, 0.001);
    const why = whyNeedSentence(whyNeedWaits(need.state));
    expect(why).to.match(/开通收付款后才能公开.*平台工作人员.*转交民政或帮扶单位/);
  });

  it('of the other kinds none waits', () => {
    for (const kind of ['goods', 'service', 'employment'] as const) {
      expect(publishedNeed({ kind }).stage, kind).to.equal('published');
    }
  });

  it('is opened by an operator alone, and only under a policy under which it can be paid', () => {
    const need = approved();
    expect(need.refused('openWithheld', OPERATOR)).to.equal('PAYMENTS_MISSING');
    expect(need.refused('openWithheld', COUNTY)).to.equal('NOT_PERMITTED');
    const { moneyHeldDays: _none, ...policy } = need.policy;
    const command = { id: 'open', name: 'openWithheld', actor: OPERATOR, data: {} };
    const opened = handle(needDecider, need.file, command, { now: need.now, policy, calendar: CALENDAR });
    expect(opened.outcome).to.include({ status: 'applied', stage: 'published' });
    expect(opened.file.state.expiresAt).to.be.greaterThan(need.now);
  });

  it('that waited in vain goes to civil affairs, not into silence', () => {
    const need = approved();
    expect(need.tick()).to.equal('endWithholding');
    expect(need.state).to.deep.include({
      stage: 'handedOff',
      handOff: { level: 'county', acceptedBy: null, expired: 0 },
    });
  });

  it('can be withdrawn, taken down, restored and revoked meanwhile', () => {
    expect(approved().do('withdraw', PUBLISHER)).to.equal('withdrawn');
    const down = approved();
    expect(down.do('takeDown', COUNTY, REASON)).to.equal('takenDown');
    expect(down.do('restore', COUNTY)).to.equal('withheld');
    const revoked = approved();
    expect(revoked.do('revoke', VILLAGE, REASON)).to.equal('underReview');
    expect(revoked.do('approve', revoked.state.review?.level === 'village' ? VILLAGE : TOWNSHIP)).to.equal('withheld');
  });
});
