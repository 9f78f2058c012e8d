import { expect } from 'chai';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { whyNeedSentence, whyNeedWaits } from '../../domain/need/why-waiting.ts';
import { COUNTY, OPERATOR, PUBLISHER, RECIPIENT, VILLAGE } from '../support/people.ts';
import { publishedNeed } from '../support/story.ts';

const REASON = { reasonCode: 'notAtHome' };

describe('A need: pinned', () => {
  it('by no operator who posted it or whose household it is for, nor ended by him; by one of a policy from before, yes', () => {
    const poster = { ...OPERATOR, id: PUBLISHER.id };
    const ofTheHouse = { ...OPERATOR, tie: 'own' as const };
    const need = publishedNeed();
    for (const own of [poster, ofTheHouse]) {
      expect(need.refused('pin', own, { days: 2 })).to.equal('OWN_POSTING');
      expect(need.refused('takeDown', own, { reasonCode: 'untrue' })).to.equal('OWN_POSTING');
      expect(need.refused('cancel', own, { reasonCode: 'duplicate' })).to.equal('OWN_POSTING');
    }
    need.do('pin', OPERATOR, { days: 2 });
    publishedNeed({}, { operatorsImpartial: undefined }).do('pin', poster, { days: 2 });
  });

  it('by county or operator for some days, at most the policy’s; then it takes its place again', () => {
    const need = publishedNeed();
    expect(need.refused('pin', PUBLISHER, { days: 2 })).to.equal('NOT_PERMITTED');
    expect(need.refused('pin', COUNTY, { days: 8 })).to.equal('INVALID_REQUEST');
    need.do('pin', COUNTY, { days: 2 });
    expect(need.refused('pin', OPERATOR, { days: 2 })).to.equal('ALREADY_DONE');
    expect(need.daysTo('endPin')).to.equal(2);
    need.tickUntil('endPin');
    expect(need.state).to.not.have.property('pin');
    expect(need.state.clock).to.have.all.keys('expire', 'widen');
    need.do('pin', OPERATOR, { days: 7 });
    need.do('unpin', COUNTY);
    expect(need.refused('unpin', COUNTY)).to.equal('ALREADY_DONE');
  });

  it('for as long as it was meant to, though it stood with the operators meanwhile', () => {
    const need = publishedNeed();
    need.do('pin', COUNTY, { days: 2 });
    need.wait(1).do('park', SYSTEM, { reason: 'effect:screen' });
    need.wait(5).do('resume', OPERATOR);
    expect(need.daysTo('endPin')).to.equal(1);
    expect(need.state.pin?.until).to.equal(need.state.clock['endPin']);
    need.tickUntil('endPin');
    expect(need.state).to.not.have.property('pin');
  });

  it('until it leaves the public list', () => {
    const need = publishedNeed();
    need.do('pin', COUNTY, { days: 2 });
    need.do('pause', PUBLISHER, REASON);
    need.do('unpause', PUBLISHER);
    expect(need.state).to.not.have.property('pin');
    expect(need.state.clock).to.not.have.property('endPin');
  });
});

describe('A need: paused', () => {
  it('by its publisher or a cadre of the place, with a reason', () => {
    const need = publishedNeed();
    expect(need.refused('pause', RECIPIENT, REASON)).to.equal('NOT_PERMITTED');
    expect(need.refused('pause', PUBLISHER)).to.equal('INVALID_REQUEST');
    expect(need.do('pause', PUBLISHER, REASON)).to.equal('paused');
    expect(publishedNeed().do('pause', COUNTY, REASON)).to.equal('paused');
  });

  it('its lifetime stands still, and says so', () => {
    const need = publishedNeed();
    need.wait(10).do('pause', PUBLISHER, REASON);
    expect(whyNeedSentence(whyNeedWaits(need.state))).to.match(/已暂停认领.*自动恢复/);
    need.wait(20);
    expect(need.do('unpause', PUBLISHER)).to.equal('published');
    expect(need.daysTo('expire')).to.equal(30);
  });

  it('goes on by itself after 30 days', () => {
    const need = publishedNeed();
    need.wait(10).do('pause', PUBLISHER, REASON);
    expect(need.daysTo('endPause')).to.equal(30);
    need.tickUntil('endPause');
    expect(need.stage).to.equal('published');
    expect(need.daysTo('expire')).to.equal(30);
  });

  it('what a cadre has stopped, a cadre lets go on', () => {
    const need = publishedNeed();
    need.do('pause', VILLAGE, REASON);
    expect(need.refused('unpause', PUBLISHER)).to.equal('PAUSED_BY_CADRE');
    expect(need.do('unpause', COUNTY)).to.equal('published');
    need.do('pause', PUBLISHER, REASON);
    expect(need.do('unpause', PUBLISHER)).to.equal('published');
  });

  it('may be withdrawn or taken down, and comes back with the time it had', () => {
    const need = publishedNeed();
    need.wait(10).do('pause', PUBLISHER, REASON);
    need.wait(5).do('takeDown', OPERATOR, REASON);
    expect(need.do('restore', COUNTY)).to.equal('published');
    expect(need.daysTo('expire')).to.equal(30);
    need.do('pause', PUBLISHER, REASON);
    expect(need.do('withdraw', RECIPIENT)).to.equal('withdrawn');
    expect(need.reactions[0]?.effect).to.equal('voidPledges');
  });

  it('goes on as matched when the last unit was promised meanwhile', () => {
    const need = publishedNeed();
    need.do('pause', PUBLISHER, REASON);
    expect(need.tally('all', 'none', 'none')).to.equal('paused');
    expect(need.do('unpause', PUBLISHER)).to.equal('matched');
  });

  it('stands still while it is parked, too', () => {
    const need = publishedNeed();
    need.do('pause', PUBLISHER, REASON);
    need.wait(3).do('park', SYSTEM, { reason: 'test' });
    need.wait(5).do('resume', OPERATOR);
    expect(need.daysTo('endPause')).to.equal(27);
  });
});
