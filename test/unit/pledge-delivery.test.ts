import { expect } from 'chai';
import { SYSTEM, type CaseEvent } from '../../domain/kernel/types.ts';
import { householdSms } from '../../domain/notice/household-sms.ts';
import { noticesOf } from '../../domain/notice/notices.ts';
import { isArmsLength } from '../../domain/pledge/marks.ts';
import { whyPledgeSentence, whyPledgeWaits } from '../../domain/pledge/why-waiting.ts';
import {
  COUNTY,
  DONOR,
  KEEPER,
  NEIGHBOUR,
  OTHER_DONOR,
  PUBLISHER,
  RECIPIENT,
  STRANGER,
  TOWNSHIP,
  VILLAGE,
} from '../support/people.ts';
import { move, moves, sentPledge, pledgeAtPoint, disputed } from '../support/pledges.ts';
import { heldPledge, pledgeStory } from '../support/story.ts';

describe('A pledge: sent', () => {
  it('arrive at the village point, by the keeper of that place', () => {
    const pledge = sentPledge();
    expect(pledge.refused('arrive', { ...KEEPER, regionCode: '360735100201' })).to.equal('NOT_PERMITTED');
    expect(pledge.do('arrive', KEEPER)).to.equal('atPoint');
    expect(sentPledge('faceToFace').refused('arrive', KEEPER)).to.equal('NOT_A_POINT_DELIVERY');
  });

  it('confirm by the recipient or a cadre of the area → received; missing units are freed', () => {
    const pledge = sentPledge('faceToFace');
    expect(pledge.refused('confirm', NEIGHBOUR)).to.equal('NOT_PERMITTED');
    expect(pledge.refused('confirm', STRANGER)).to.equal('NOT_PERMITTED');
    expect(pledge.refused('confirm', RECIPIENT, { lines: [] })).to.equal('INVALID_REQUEST');
    pledge.do('confirm', RECIPIENT, { lines: [{ lineId: 'quilt', quantity: 2 }] });
    expect(pledge.stage).to.equal('received');
    expect(moves(pledge)).to.deep.equal([move('quilt', 'sent', 'received', 2), move('lamp', 'sent', 'free')]);
    expect(sentPledge().do('confirm', TOWNSHIP)).to.equal('received');
  });

  it('is never confirmed by its donor, though he be a cadre of the area', () => {
    const pledge = heldPledge({ donorId: VILLAGE.id });
    pledge.do('send', VILLAGE);
    expect(pledge.refused('confirm', VILLAGE)).to.equal('OWN_PLEDGE');
    pledge.do('arrive', KEEPER);
    expect(pledge.refused('handOver', VILLAGE)).to.equal('OWN_PLEDGE');
  });

  it('is established by nobody who posted the need, is of its household, or stands in for one of the two sides', () => {
    const county = { ...COUNTY, id: 'county-stand-in' };
    const ties = [
      [{ id: PUBLISHER.id }, 'OWN_POSTING'],
      [{ standsInFor: PUBLISHER.id }, 'OWN_POSTING'],
      [{ householdId: 'household-1' }, 'OWN_POSTING'],
      [{ id: DONOR.id }, 'OWN_PLEDGE'],
      [{ standsInFor: DONOR.id }, 'OWN_PLEDGE'],
    ] as const;
    for (const [tie, code] of ties) {
      const there = pledgeAtPoint();
      expect(there.refused('collect', { ...KEEPER, ...tie }, { codeVerified: true }), 'collect').to.equal(code);
      expect(there.refused('returnParcel', { ...KEEPER, ...tie }), 'returnParcel').to.equal(code);
      expect(there.refused('handOver', { ...VILLAGE, ...tie }), 'handOver').to.equal(code);
      const dispute = disputed();
      expect(dispute.refused('ruleReceived', { ...county, ...tie }), 'ruleReceived').to.equal(code);
      expect(dispute.refused('ruleFailed', { ...county, ...tie }), 'ruleFailed').to.equal(code);
      // The household speaks for itself, whatever office one of its members holds.
      if ('householdId' in tie) expect(sentPledge().do('confirm', { ...VILLAGE, ...tie })).to.equal('received');
      else expect(sentPledge().refused('confirm', { ...VILLAGE, ...tie }), 'confirm').to.equal(code);
    }
    expect(disputed().do('ruleFailed', county)).to.equal('failed');
  });

  it('whose code is locked is told once, with the way out, and handed over by a cadre', () => {
    const pledge = pledgeAtPoint();
    for (const actor of [KEEPER, VILLAGE, DONOR]) expect(pledge.refused('lockCode', actor)).to.equal('NOT_PERMITTED');
    const before = pledge.state;
    pledge.do('lockCode', SYSTEM);
    pledge.do('lockCode', SYSTEM);
    const told = pledge.events.filter(({ type }) => type === 'pickupCodeLocked');
    expect(told).to.have.length(1);
    const sms = householdSms('pledge', { event: told[0] as CaseEvent, before, after: pledge.state }, []);
    expect([sms?.notice.template, sms?.urgent, sms?.add]).to.deep.equal(['pledge.codeLocked', true, '']);
    expect(whyPledgeSentence(whyPledgeWaits(pledge.state))).to.include('由村干部核对身份、拍照后代为交付');
    pledge.tickUntil('remind');
    const reminded = pledge.events.at(-1) as CaseEvent;
    const around = { before: pledge.state, after: pledge.state, event: reminded };
    expect(noticesOf('pledge', around).map(({ template }) => template)).to.not.include('pledge.remindCollect');
    expect(pledge.do('handOver', VILLAGE)).to.equal('received');
  });

  it('is marked when it came within minutes of its claim, and so is no stranger’s gift', () => {
    const { now: claimedAt } = pledgeStory();
    const marksAfter = (minutes: number, seed: object = { claimedAt }) => {
      const pledge = heldPledge({ delivery: 'faceToFace', ...seed });
      pledge.do('send', DONOR);
      pledge.wait(minutes / 1440).do('confirm', RECIPIENT);
      return pledge.state.marks;
    };
    expect(marksAfter(4)).to.deep.equal(['receivedWithinMinutes']);
    expect(isArmsLength(marksAfter(4))).to.equal(false);
    expect(marksAfter(11)).to.deep.equal([]);
    // A case from before does not know when it was claimed.
    expect(marksAfter(4, {})).to.deep.equal([]);
  });

  it('cancelShipment by the donor → released', () => {
    const pledge = sentPledge();
    expect(pledge.do('cancelShipment', DONOR)).to.equal('released');
    expect(moves(pledge)).to.deep.equal([move('quilt', 'sent', 'free', 2), move('lamp', 'sent', 'free')]);
  });

  it('dispute by any party → disputed', () => {
    for (const party of [DONOR, RECIPIENT, VILLAGE, KEEPER]) {
      expect(sentPledge().do('dispute', party, { reasonCode: 'parcelLost' })).to.equal('disputed');
    }
    expect(sentPledge().refused('dispute', OTHER_DONOR, { reasonCode: 'parcelLost' })).to.equal('NOT_PERMITTED');
  });

  it('goes on when its need has ended', () => {
    const pledge = sentPledge();
    expect(pledge.do('voidByNeed', SYSTEM, { because: 'needTakenDown' })).to.equal('sent');
  });

  it('10 days → remind; 17 → dueVisit; 24 → expireReceipt → disputed', () => {
    const pledge = sentPledge();
    const start = pledge.now;
    const acts = [pledge.tick(), pledge.tick(), pledge.tick()];
    expect(acts).to.deep.equal(['remind', 'dueVisit', 'expireReceipt']);
    expect((pledge.now - start) / 86_400_000).to.equal(24);
    expect(pledge.stage).to.equal('disputed');
  });

  it('waits on the village’s cadre from dueVisit on, whatever is given and however, until it moves on', () => {
    for (const seed of [{}, { delivery: 'faceToFace' }, { kind: 'service' }, { kind: 'employment' }] as const) {
      const pledge = heldPledge(seed);
      pledge.do('send', DONOR);
      expect(pledge.decider.view(pledge.state).waitingOn).to.be.oneOf(['pointKeeper', 'recipient']);
      pledge.tickUntil('dueVisit');
      expect([pledge.stage, pledge.decider.view(pledge.state).waitingOn]).to.deep.equal(['sent', 'villageCadre']);
      const why = whyPledgeSentence(whyPledgeWaits(pledge.state));
      expect(why).to.include('需要村干部上门了解').and.include('现在等待村干部处理').and.include('逾期将转由县级核实');
      pledge.tickUntil('expireReceipt');
      expect(pledge.decider.view(pledge.state).waitingOn).to.equal('countyCadre');
      expect(pledge.state).not.to.have.property('visitDue');
    }
    const arrived = sentPledge();
    arrived.tickUntil('dueVisit');
    arrived.do('arrive', KEEPER);
    expect(arrived.decider.view(arrived.state).waitingOn).to.equal('recipient');
    arrived.tickUntil('dueVisit');
    expect(arrived.decider.view(arrived.state).waitingOn).to.equal('villageCadre');
    expect(arrived.do('handOver', VILLAGE)).to.equal('received');
    expect(arrived.state).not.to.have.property('visitDue');
  });

  it('only tells the cadre under a policy from before there were visits to be done', () => {
    const { visitTask: _none, ...older } = heldPledge().policy;
    const pledge = Object.assign(heldPledge(), { policy: older });
    pledge.do('send', DONOR);
    pledge.tickUntil('dueVisit');
    expect(pledge.decider.view(pledge.state).waitingOn).to.equal('pointKeeper');
  });
});

describe('A pledge: atPoint', () => {
  it('collect with the verified pickup code → received', () => {
    const pledge = pledgeAtPoint();
    expect(pledge.refused('collect', KEEPER, { codeVerified: false })).to.equal('PICKUP_CODE_WRONG');
    expect(pledge.do('collect', KEEPER, { codeVerified: true })).to.equal('received');
    expect(pledge.state.receivedLines).to.have.length(2);
  });

  it('handOver by a cadre → received; returnParcel by the keeper → failed', () => {
    expect(pledgeAtPoint().do('handOver', VILLAGE)).to.equal('received');
    const pledge = pledgeAtPoint();
    expect(pledge.do('returnParcel', KEEPER)).to.equal('failed');
    expect(moves(pledge)).to.deep.equal([move('quilt', 'sent', 'free', 2), move('lamp', 'sent', 'free')]);
  });

  it('5 days → remind; 10 → dueVisit; 20 → expireReceipt → disputed', () => {
    const pledge = pledgeAtPoint();
    expect([pledge.daysTo('remind'), pledge.daysTo('dueVisit'), pledge.daysTo('expireReceipt')]).to.eql([5, 10, 20]);
    expect(pledge.tickUntil('expireReceipt')).to.equal('disputed');
  });
});
