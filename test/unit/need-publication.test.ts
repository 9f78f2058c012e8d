import { expect } from 'chai';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { COUNTY, DONOR, OPERATOR, PUBLISHER, RECIPIENT, TOWNSHIP, VILLAGE } from '../support/people.ts';
import { DAY, NEED_LINES, publishedNeed } from '../support/story.ts';

const REASON = { reasonCode: 'photoUnclear' };
const REVISION = { revisionId: 'revision-2', lines: NEED_LINES, amountFen: 30_000 };

describe('A need: published', () => {
  it('lives 30, 40 or 50 days by urgency', () => {
    expect(publishedNeed({ urgency: 'urgent' }).daysTo('expire')).to.equal(30);
    expect(publishedNeed({ urgency: 'normal' }).daysTo('expire')).to.equal(40);
    expect(publishedNeed({ urgency: 'low' }).daysTo('expire')).to.equal(50);
  });

  it('allCommitted → matched', () => {
    const need = publishedNeed();
    expect(need.tally('part', 'none', 'none')).to.equal('published');
    expect(need.tally('all', 'none', 'none')).to.equal('matched');
    expect(need.told).to.include('allCommitted');
  });

  it('is unmoved by a fact that is old or changes nothing', () => {
    const need = publishedNeed();
    need.tally('part', 'none', 'none');
    const { seq } = need.file;
    const progress = { committed: 'all', sent: 'none', received: 'none' };
    need.do('reportTally', SYSTEM, { version: 1, openPledges: 1, progress });
    need.tally('part', 'none', 'none', 3);
    expect(need.file.seq).to.equal(seq);
    expect(need.refused('reportTally', DONOR, { version: 9, openPledges: 1, progress })).to.equal('NOT_PERMITTED');
  });

  it('edit by the publisher → underReview; its lifetime stands still meanwhile', () => {
    const need = publishedNeed();
    expect(need.refused('edit', RECIPIENT, REVISION)).to.equal('NOT_PERMITTED');
    need.wait(10);
    expect(need.do('edit', PUBLISHER, REVISION)).to.equal('underReview');
    expect(need.state.review).to.include({ of: 'edit', level: 'village' });
    need.wait(2).do('approve', VILLAGE);
    expect(need.stage).to.equal('published');
    expect(need.daysTo('expire')).to.equal(30);
  });

  it('edit approved after all was committed → matched', () => {
    const need = publishedNeed();
    need.tally('part', 'none', 'none');
    need.do('edit', PUBLISHER, REVISION);
    expect(need.tally('all', 'none', 'none')).to.equal('underReview');
    expect(need.do('approve', VILLAGE)).to.equal('matched');
  });

  it('edit approved after everything was received → following', () => {
    const need = publishedNeed();
    need.tally('part', 'part', 'part');
    need.do('edit', PUBLISHER, REVISION);
    need.tally('all', 'all', 'all', 0);
    expect(need.do('approve', VILLAGE)).to.equal('following');
  });

  it('renew by the publisher, once', () => {
    const need = publishedNeed();
    need.wait(39).do('renew', PUBLISHER);
    expect(need.daysTo('expire')).to.equal(41);
    expect(need.refused('renew', PUBLISHER)).to.equal('ALREADY_DONE');
  });

  it('closeEarly waives the rest → matched, then what was promised is followed', () => {
    const need = publishedNeed();
    need.tally('part', 'none', 'none');
    expect(need.do('closeEarly', PUBLISHER)).to.equal('matched');
    expect(need.tally('part', 'part', 'part', 0)).to.equal('following');
  });

  it('closeEarly with nothing promised → closed', () => {
    const need = publishedNeed();
    expect(need.do('closeEarly', PUBLISHER)).to.equal('closed');
    expect(need.reactions[0]?.effect).to.equal('voidPledges');
  });

  it('takeDown by county or operator → takenDown', () => {
    expect(publishedNeed().refused('takeDown', TOWNSHIP, REASON)).to.equal('NOT_PERMITTED');
    expect(publishedNeed().do('takeDown', COUNTY, REASON)).to.equal('takenDown');
    expect(publishedNeed().do('takeDown', OPERATOR, REASON)).to.equal('takenDown');
  });

  it('revoke by the approver, within 24 hours and before a claim → underReview', () => {
    const need = publishedNeed();
    expect(need.refused('revoke', COUNTY, REASON)).to.equal('NOT_PERMITTED');
    expect(need.wait(0.9).do('revoke', VILLAGE, REASON)).to.equal('underReview');
    expect(need.state.review).to.include({ of: 'revoked', level: 'village' });

    expect(publishedNeed().wait(1.1)).to.satisfy(
      (n: typeof need) => n.refused('revoke', VILLAGE, REASON) === 'TOO_LATE',
    );
    const claimed = publishedNeed();
    claimed.tally('part', 'none', 'none');
    expect(claimed.refused('revoke', VILLAGE, REASON)).to.equal('ALREADY_CLAIMED');
  });

  it('withdraw while nothing is sent → withdrawn, and the holds are freed', () => {
    const need = publishedNeed();
    need.tally('part', 'none', 'none');
    need.do('withdraw', RECIPIENT);
    expect(need.stage).to.equal('withdrawn');
    expect(need.reactions[0]?.effect).to.equal('voidPledges');

    const sent = publishedNeed();
    sent.tally('part', 'part', 'none');
    expect(sent.refused('withdraw', PUBLISHER)).to.equal('ALREADY_SENT');
  });

  it('expire with nothing committed → handedOff', () => {
    const need = publishedNeed();
    need.tickUntil('expire');
    expect(need.stage).to.equal('handedOff');
  });

  it('expire with something committed → matched, the rest as shortfall, and handedOff once all is settled', () => {
    const need = publishedNeed();
    need.tally('part', 'none', 'none');
    need.tickUntil('expire');
    expect(need.state).to.include({ stage: 'matched', rest: 'shortfall' });
    expect(need.tally('part', 'part', 'part', 0)).to.equal('handedOff');
  });
});

describe('A need: matched', () => {
  const matched = () => {
    const need = publishedNeed();
    need.tally('all', 'none', 'none');
    return need;
  };

  it('unitsReleased → published for the rest of its lifetime, which ran on', () => {
    const need = matched();
    need.wait(10);
    expect(need.tally('part', 'none', 'none')).to.equal('published');
    expect(need.daysTo('expire')).to.equal(30);
  });

  it('units released past the lifetime: published for 10 more days once, then the rest is shortfall', () => {
    const need = matched();
    need.wait(45);
    expect(need.tally('part', 'part', 'none')).to.equal('published');
    expect(need.daysTo('expire')).to.equal(10);
    need.tally('all', 'part', 'none');
    need.wait(11);
    expect(need.tally('part', 'part', 'none')).to.equal('matched');
    expect(need.state.rest).to.equal('shortfall');
    expect(need.tally('part', 'part', 'part', 0)).to.equal('handedOff');
  });

  it('allSettled → following', () => {
    const need = matched();
    expect(need.tally('all', 'all', 'none')).to.equal('matched');
    expect(need.tally('all', 'all', 'all', 0)).to.equal('following');
  });

  it('allSettled with nothing received and the rest waived → closed', () => {
    const need = publishedNeed();
    need.tally('part', 'none', 'none');
    need.do('closeEarly', PUBLISHER);
    expect(need.tally('none', 'none', 'none', 0)).to.equal('closed');
    expect(need.state.outcome).to.equal('nothingReceived');
  });

  it('takeDown → takenDown; what is sent finishes, and restore goes by the progress', () => {
    const need = matched();
    need.do('takeDown', COUNTY, REASON);
    expect(need.tally('all', 'all', 'none')).to.equal('takenDown');
    expect(need.do('restore', COUNTY)).to.equal('matched');
  });

  it('90 days → stall → parked; while parked facts still arrive', () => {
    const need = matched();
    expect(need.daysTo('stall')).to.equal(90);
    need.tickUntil('stall');
    expect(need.state.parked).to.include({ from: 'matched', reason: 'matchStalled' });
    expect(need.tally('all', 'all', 'none')).to.equal('parked');
    expect(need.do('resume', OPERATOR)).to.equal('matched');
    expect(need.tally('all', 'all', 'all', 0)).to.equal('following');
  });
});

describe('A need: parked and cancelled', () => {
  it('park by the system, resume by an operator: the clock and the lifetime have stood still', () => {
    const need = publishedNeed();
    need.wait(10).do('park', SYSTEM, { reason: 'effect:screen' });
    expect(need.refused('resume', PUBLISHER)).to.equal('NOT_PERMITTED');
    expect(need.tick()).to.equal('remindOperator');
    expect(need.tick()).to.equal('remindOperator');
    const away = (need.now - (need.state.parked?.since ?? 0)) / DAY;
    need.do('resume', OPERATOR);
    expect(need.stage).to.equal('published');
    expect(need.daysTo('expire')).to.equal(30);
    expect(away).to.be.above(3);
    expect(need.state.expiresAt).to.equal(need.state.clock['expire']);
  });

  it('cancel by an operator with a reason, from any open stage → cancelled', () => {
    const need = publishedNeed();
    expect(need.refused('cancel', PUBLISHER, REASON)).to.equal('NOT_PERMITTED');
    expect(need.refused('cancel', OPERATOR)).to.equal('INVALID_REQUEST');
    need.do('park', SYSTEM, { reason: 'effect:screen' });
    expect(need.do('cancel', OPERATOR, REASON)).to.equal('cancelled');
    expect(need.reactions[0]?.effect).to.equal('voidPledges');
    expect(need.refused('resume', OPERATOR)).to.equal('CASE_CLOSED');
  });
});
