import { expect } from 'chai';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { firstServed } from '../../domain/pledge/standby.ts';
import { whyPledgeSentence, whyPledgeWaits } from '../../domain/pledge/why-waiting.ts';
import { DONOR, OPERATOR, OTHER_DONOR } from '../support/people.ts';
import { move, moves } from '../support/pledges.ts';
import { pledgeStory } from '../support/story.ts';

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
    expect(moves(pledge)).to.deep.equal([move('quilt', 'free', 'held')]);
    expect(pledge.tick()).to.equal('lapse');
    expect(pledge.state).to.include({ stage: 'released', penalty: true });
    expect(moves(pledge)).to.deep.equal([move('quilt', 'held', 'free')]);
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
