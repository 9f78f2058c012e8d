import { expect } from 'chai';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { countsAs, holdQuota, isHold } from '../../domain/pledge/reliability.ts';
import { whyPledgeSentence, whyPledgeWaits } from '../../domain/pledge/why-waiting.ts';
import { DONOR, KEEPER, OPERATOR, OTHER_DONOR, VILLAGE } from '../support/people.ts';
import { move, moves, sentPledge, pledgeAtPoint } from '../support/pledges.ts';
import { heldPledge, pledgeStory } from '../support/story.ts';

describe('A pledge: offered and held', () => {
  it('hold by its donor → held for 3 days', () => {
    const pledge = pledgeStory();
    expect(pledge.refused('hold', OTHER_DONOR)).to.equal('NOT_PERMITTED');
    expect(pledge.do('hold', DONOR)).to.equal('held');
    expect(pledge.daysTo('lapse')).to.equal(3);
  });

  it('send → sent; units that are not sent are freed', () => {
    const pledge = heldPledge();
    expect(pledge.refused('send', DONOR, { lines: [{ lineId: 'quilt', quantity: 3 }] })).to.equal('INVALID_REQUEST');
    expect(pledge.refused('send', DONOR, { lines: [{ lineId: 'hob', quantity: 1 }] })).to.equal('LINE_UNKNOWN');
    expect(pledge.do('send', DONOR, { lines: [{ lineId: 'quilt', quantity: 1 }] })).to.equal('sent');
    expect(moves(pledge)).to.deep.equal([
      move('quilt', 'held', 'sent'),
      move('quilt', 'held', 'free'),
      move('lamp', 'held', 'free'),
    ]);
  });

  it('extend by the donor, once', () => {
    const pledge = heldPledge();
    expect(pledge.do('extend', DONOR)).to.equal('held');
    expect(pledge.daysTo('lapse')).to.equal(6);
    expect(pledge.refused('extend', DONOR)).to.equal('ALREADY_DONE');
  });

  it('release by the donor or voidByNeed → released, without penalty', () => {
    const pledge = heldPledge();
    pledge.do('release', DONOR);
    expect(pledge.state).to.include({ stage: 'released', penalty: false });
    expect(moves(pledge)).to.deep.equal([move('quilt', 'held', 'free', 2), move('lamp', 'held', 'free')]);
    const voided = heldPledge();
    voided.do('voidByNeed', SYSTEM, { because: 'needWithdrawn' });
    expect(voided.state).to.include({ stage: 'released', penalty: false, endedBecause: 'needEnded' });
  });

  it('pauseHold stops the clock, resumeHold goes on with what was left', () => {
    const pledge = heldPledge().wait(1);
    expect(pledge.refused('pauseHold', DONOR)).to.equal('NOT_PERMITTED');
    expect(pledge.do('pauseHold', SYSTEM)).to.equal('held');
    expect(pledge.state.clock).to.have.all.keys('endPause');
    expect(pledge.refused('extend', DONOR)).to.equal('HOLD_PAUSED');
    expect(whyPledgeSentence(whyPledgeWaits(pledge.state))).to.match(/^需求正在核实，保留时间暂停计算/);
    const told = pledge.told.length;
    pledge.do('pauseHold', SYSTEM);
    expect(pledge.told).to.have.length(told);
    pledge.wait(10).do('resumeHold', SYSTEM);
    expect(pledge.daysTo('lapse')).to.equal(2);
    expect(pledge.state).not.to.have.property('holdLeft');
    expect(pledge.tick()).to.equal('lapse');
  });

  it('a paused hold can be sent or given back, and goes on by itself when nobody ends the pause', () => {
    const sent = heldPledge();
    sent.do('pauseHold', SYSTEM);
    expect(sent.do('send', DONOR)).to.equal('sent');
    expect(sent.state).not.to.have.property('holdLeft');
    const given = heldPledge();
    given.do('pauseHold', SYSTEM);
    expect(given.do('release', DONOR)).to.equal('released');
    expect(given.state).not.to.have.property('holdLeft');
    const forgotten = heldPledge().wait(2);
    forgotten.do('pauseHold', SYSTEM);
    expect(forgotten.daysTo('endPause')).to.equal(30);
    expect(forgotten.tick()).to.equal('endPause');
    expect(forgotten.daysTo('lapse')).to.equal(1);
  });

  it('a hold paused or resumed while parked keeps its time', () => {
    const pledge = heldPledge().wait(1);
    pledge.do('park', SYSTEM, { reason: 'effect:none' });
    expect(pledge.wait(5).do('pauseHold', SYSTEM)).to.equal('parked');
    expect(pledge.do('resume', OPERATOR)).to.equal('held');
    expect(pledge.daysTo('endPause')).to.equal(30);
    pledge.do('park', SYSTEM, { reason: 'effect:none' });
    expect(pledge.wait(5).do('resumeHold', SYSTEM)).to.equal('parked');
    pledge.wait(1).do('resume', OPERATOR);
    expect(pledge.daysTo('lapse')).to.equal(2);
    expect(pledge.state.heldUntil).to.equal(pledge.state.clock['lapse']);
  });

  it('3 days → lapse → released, with penalty', () => {
    const pledge = heldPledge();
    expect(pledge.tick()).to.equal('lapse');
    expect(pledge.state).to.include({ stage: 'released', penalty: true });
  });
});

describe('A donor’s reliability', () => {
  const rule = { judgedFrom: 3, goodPercent: 90, goodHolds: 10, poorPercent: 50, poorHolds: 2 };
  const quota = (received: number, lapsed: number, failed = 0, reliability: typeof rule | undefined = rule) =>
    holdQuota({ received, lapsed, failed }, { holdsPerDonor: 5, ...(reliability && { reliability }) });

  it('sets how many holds he may keep, once there is enough to judge by', () => {
    expect([quota(0, 0), quota(2, 0), quota(0, 2)]).to.deep.equal([5, 5, 5]);
    expect([quota(3, 0), quota(9, 1), quota(8, 1, 1)]).to.deep.equal([10, 10, 5]);
    expect([quota(2, 2), quota(1, 1, 1), quota(0, 3)]).to.deep.equal([5, 2, 2]);
    expect(holdQuota({ received: 9, lapsed: 0, failed: 0 }, { holdsPerDonor: 5 })).to.equal(5);
  });

  it('counts what was received, not sent in time or never came, and nothing else', () => {
    const lapsed = heldPledge();
    lapsed.tick();
    const released = heldPledge();
    released.do('release', DONOR);
    const cancelled = heldPledge();
    cancelled.do('cancel', OPERATOR, { reasonCode: 'fraud' });
    const returned = pledgeAtPoint();
    returned.do('returnParcel', KEEPER);
    const received = pledgeAtPoint();
    received.do('handOver', VILLAGE);
    const ended = [lapsed, released, cancelled, returned, received].map(({ state }) => countsAs(state));
    expect(ended).to.deep.equal(['lapsed', null, null, 'failed', 'received']);
    expect([heldPledge(), sentPledge()].map(({ state }) => isHold(state))).to.deep.equal([true, false]);
  });
});

describe('Why a pledge waits', () => {
  it('is said in plain Chinese', () => {
    expect(whyPledgeSentence(whyPledgeWaits(heldPledge().state))).to.equal(
      '物品已为您保留，请尽快寄出，现在等待爱心人士处理，自11月2日10:00起，最迟11月5日10:00，逾期未寄出将取消保留。',
    );
  });
});
