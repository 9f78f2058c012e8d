import { expect } from 'chai';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { countsAs, holdQuota, isHold } from '../../domain/pledge/reliability.ts';
import { isArmsLength } from '../../domain/pledge/marks.ts';
import { firstServed } from '../../domain/pledge/standby.ts';
import { whyPledgeSentence, whyPledgeWaits } from '../../domain/pledge/why-waiting.ts';
import {
  CITY,
  COUNTY,
  DONOR,
  KEEPER,
  NEIGHBOUR,
  OPERATOR,
  OTHER_DONOR,
  PUBLISHER,
  RECIPIENT,
  STRANGER,
  TOWNSHIP,
  VILLAGE,
} from '../support/people.ts';
import { heldPledge, pledgeStory, type PledgeStory } from '../support/story.ts';

const moves = (pledge: PledgeStory) => pledge.events.at(-1)?.data['moves'];
const one = (lineId: string, from: string, to: string, quantity = 1) => ({ lineId, from, to, quantity });

const sentPledge = (delivery: 'villagePoint' | 'faceToFace' = 'villagePoint') => {
  const pledge = heldPledge({ delivery });
  pledge.do('send', DONOR);
  return pledge;
};
const pledgeAtPoint = () => {
  const pledge = sentPledge();
  pledge.do('arrive', KEEPER);
  return pledge;
};
const disputed = () => {
  const pledge = sentPledge();
  pledge.do('dispute', RECIPIENT, { reasonCode: 'notArrived' });
  return pledge;
};

describe('A pledge: in the standby queue', () => {
  const queued = () => {
    const pledge = pledgeStory({ standby: true });
    pledge.do('queue', DONOR);
    return pledge;
  };
  const promotion = { lines: [{ lineId: 'quilt', quantity: 1 }] };

  it('queue by its donor → waiting, without units', () => {
    expect(pledgeStory().refused('queue', DONOR)).to.equal('NOT_ALLOWED_IN_STAGE');
    const pledge = pledgeStory({ standby: true });
    expect(pledge.refused('hold', DONOR)).to.equal('NOT_ALLOWED_IN_STAGE');
    expect(pledge.do('queue', DONOR)).to.equal('waiting');
    expect(pledge.daysTo('lapse')).to.equal(30);
    expect(whyPledgeSentence(whyPledgeWaits(pledge.state))).to.match(/^您已加入候补.*届时仍无物品放出则候补结束/);
  });

  it('promote by the system → held for 3 days, with the units that came free', () => {
    const pledge = queued().wait(20);
    expect(pledge.refused('promote', DONOR, promotion)).to.equal('NOT_PERMITTED');
    expect(pledge.refused('promote', SYSTEM, { lines: [{ lineId: 'quilt', quantity: 3 }] })).to.equal(
      'INVALID_REQUEST',
    );
    expect(pledge.do('promote', SYSTEM, promotion)).to.equal('held');
    expect(pledge.daysTo('lapse')).to.equal(3);
    expect(pledge.state.lines).to.deep.equal(promotion.lines);
    expect(moves(pledge)).to.deep.equal([one('quilt', 'free', 'held')]);
    expect(pledge.tick()).to.equal('lapse');
    expect(pledge.state).to.include({ stage: 'released', penalty: true });
    expect(moves(pledge)).to.deep.equal([one('quilt', 'held', 'free')]);
  });

  it('leave by its donor, voidByNeed and 30 days → released, without units and without penalty', () => {
    const left = queued();
    expect(left.refused('leave', OTHER_DONOR)).to.equal('NOT_PERMITTED');
    left.do('leave', DONOR);
    const voided = queued();
    voided.do('voidByNeed', SYSTEM, { because: 'needClosed' });
    const waitedOut = queued();
    expect(waitedOut.tick()).to.equal('lapse');
    for (const pledge of [left, voided, waitedOut]) {
      expect(pledge.state).to.include({ stage: 'released', penalty: false });
      expect(moves(pledge)).to.deep.equal([]);
    }
    expect(left.refused('promote', SYSTEM, promotion)).to.equal('CASE_CLOSED');
  });

  it('promoted while parked, it comes back as a held one with its whole time', () => {
    const pledge = queued();
    pledge.do('park', SYSTEM, { reason: 'effect:none' });
    expect(pledge.wait(2).do('promote', SYSTEM, promotion)).to.equal('parked');
    expect(pledge.wait(4).do('resume', OPERATOR)).to.equal('held');
    expect(pledge.daysTo('lapse')).to.equal(3);
    expect(pledge.state.heldUntil).to.equal(pledge.state.clock['lapse']);
  });

  it('serves the queue in its order, with what each would give', () => {
    const ask = (id: string, ...lines: [string, number][]) => ({
      id,
      lines: lines.map(([lineId, quantity]) => ({ lineId, quantity })),
    });
    const queue = [
      ask('a', ['quilt', 3]),
      ask('b', ['quilt', 1]),
      ask('c', ['lamp', 1], ['quilt', 1]),
      ask('d', ['lamp', 1]),
    ];
    const free = [
      { lineId: 'quilt', quantity: 2 },
      { lineId: 'lamp', quantity: 1 },
    ];
    expect(firstServed(free, queue)).to.deep.equal([ask('a', ['quilt', 2]), ask('c', ['lamp', 1])]);
    expect(firstServed([{ lineId: 'quilt', quantity: 0 }], queue)).to.deep.equal([]);
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
      one('quilt', 'held', 'sent'),
      one('quilt', 'held', 'free'),
      one('lamp', 'held', 'free'),
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
    expect(moves(pledge)).to.deep.equal([one('quilt', 'held', 'free', 2), one('lamp', 'held', 'free')]);
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
    expect(moves(pledge)).to.deep.equal([one('quilt', 'sent', 'received', 2), one('lamp', 'sent', 'free')]);
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
    expect(moves(pledge)).to.deep.equal([one('quilt', 'sent', 'free', 2), one('lamp', 'sent', 'free')]);
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
    expect(moves(pledge)).to.deep.equal([one('quilt', 'sent', 'free', 2), one('lamp', 'sent', 'free')]);
  });

  it('5 days → remind; 10 → dueVisit; 20 → expireReceipt → disputed', () => {
    const pledge = pledgeAtPoint();
    expect([pledge.daysTo('remind'), pledge.daysTo('dueVisit'), pledge.daysTo('expireReceipt')]).to.eql([5, 10, 20]);
    expect(pledge.tickUntil('expireReceipt')).to.equal('disputed');
  });
});

describe('A pledge: disputed, parked, cancelled', () => {
  it('the county rules: received, with what really came, or failed', () => {
    const pledge = disputed();
    expect(pledge.refused('ruleReceived', TOWNSHIP)).to.equal('NOT_YOUR_LEVEL');
    expect(pledge.do('ruleReceived', COUNTY, { lines: [{ lineId: 'lamp', quantity: 1 }] })).to.equal('received');
    expect(moves(pledge)).to.deep.equal([one('lamp', 'sent', 'received'), one('quilt', 'sent', 'free', 2)]);
    expect(disputed().do('ruleFailed', COUNTY)).to.equal('failed');
  });

  it('5 working days → escalateDispute → the city decides; again → parked', () => {
    const pledge = disputed();
    pledge.tick();
    expect(pledge.state.disputeLevel).to.equal('city');
    expect(pledge.refused('ruleFailed', COUNTY)).to.equal('NOT_YOUR_LEVEL');
    pledge.tick();
    expect(pledge.state.parked?.reason).to.equal('disputeOverdue');
    pledge.do('resume', OPERATOR);
    expect(pledge.do('ruleFailed', CITY)).to.equal('failed');
  });

  it('cancel by an operator from any open stage → failed, and the units are free', () => {
    const pledge = heldPledge();
    expect(pledge.do('cancel', OPERATOR, { reasonCode: 'fraud' })).to.equal('failed');
    expect(moves(pledge)).to.deep.equal([one('quilt', 'held', 'free', 2), one('lamp', 'held', 'free')]);
    const parked = disputed();
    parked.do('park', SYSTEM, { reason: 'effect:none' });
    expect(parked.do('cancel', OPERATOR, { reasonCode: 'fraud' })).to.equal('failed');
    expect(moves(parked)).to.deep.equal([one('quilt', 'sent', 'free', 2), one('lamp', 'sent', 'free')]);
  });

  it('parked while held: the end of its need still frees the units', () => {
    const pledge = heldPledge();
    pledge.do('park', SYSTEM, { reason: 'effect:none' });
    expect(pledge.do('voidByNeed', SYSTEM, { because: 'needClosed' })).to.equal('released');
  });
});

describe('Why a pledge waits', () => {
  it('is said in plain Chinese', () => {
    expect(whyPledgeSentence(whyPledgeWaits(heldPledge().state))).to.equal(
      '物品已为您保留，请尽快寄出，现在等待爱心人士处理，自11月2日10:00起，最迟11月5日10:00，逾期未寄出将取消保留。',
    );
  });
});
