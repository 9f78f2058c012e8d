import { expect } from 'chai';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { CITY, COUNTY, OPERATOR, TOWNSHIP } from '../support/people.ts';
import { move, moves, disputed } from '../support/pledges.ts';
import { heldPledge } from '../support/story.ts';

describe('A pledge: disputed, parked, cancelled', () => {
  it('the county rules: received, with what really came, or failed', () => {
    const pledge = disputed();
    expect(pledge.refused('ruleReceived', TOWNSHIP)).to.equal('NOT_YOUR_LEVEL');
    expect(pledge.do('ruleReceived', COUNTY, { lines: [{ lineId: 'lamp', quantity: 1 }] })).to.equal('received');
    expect(moves(pledge)).to.deep.equal([move('lamp', 'sent', 'received'), move('quilt', 'sent', 'free', 2)]);
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
    expect(moves(pledge)).to.deep.equal([move('quilt', 'held', 'free', 2), move('lamp', 'held', 'free')]);
    const parked = disputed();
    parked.do('park', SYSTEM, { reason: 'effect:none' });
    expect(parked.do('cancel', OPERATOR, { reasonCode: 'fraud' })).to.equal('failed');
    expect(moves(parked)).to.deep.equal([move('quilt', 'sent', 'free', 2), move('lamp', 'sent', 'free')]);
  });

  it('parked while held: the end of its need still frees the units', () => {
    const pledge = heldPledge();
    pledge.do('park', SYSTEM, { reason: 'effect:none' });
    expect(pledge.do('voidByNeed', SYSTEM, { because: 'needClosed' })).to.equal('released');
  });
});
