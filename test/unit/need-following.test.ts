import { expect } from 'chai';
import type { Actor } from '../../domain/kernel/types.ts';
import { needLabels } from '../../domain/need/labels.ts';
import { whyNeedSentence, whyNeedWaits } from '../../domain/need/why-waiting.ts';
import { COUNTY, OPERATOR, PUBLISHER, RECIPIENT, TOWNSHIP, VILLAGE } from '../support/people.ts';
import { followedNeed, publishedNeed, submittedNeed } from '../support/story.ts';

const handedOff = (received = false) => {
  const need = publishedNeed();
  if (received) need.tally('part', 'part', 'part', 0);
  need.tickUntil('expire');
  if (received) need.tally('part', 'part', 'part', 0);
  return need;
};

const unit = (regionCode: string): Actor => ({ id: `unit-${regionCode}`, role: 'aidUnit', regionCode });

describe('A need: handedOff', () => {
  it('is the aid unit’s of its level: first the county’s, then the city’s', () => {
    const need = handedOff();
    expect(whyNeedWaits(need.state)).to.include({ waitingOn: 'aidUnit', level: 'county' });
    for (const other of [unit('3607'), unit('422801'), COUNTY]) {
      expect(need.refused('accept', other)).to.equal('NOT_PERMITTED');
    }
    expect(need.do('accept', unit('360735'))).to.equal('handedOff');
    expect(need.state.handOff?.acceptedBy).to.equal('unit-360735');
    need.tickUntil('expireHandoff');
    expect(need.refused('resolve', unit('360735'), { outcome: 'civilAffairs' })).to.equal('NOT_PERMITTED');
    need.do('accept', unit('3607'));
    expect(need.do('resolve', unit('3607'), { outcome: 'civilAffairs' })).to.equal('closed');
    expect(need.state.outcome).to.equal('civilAffairs');
  });

  it('accept → same, with 20 working days to resolve', () => {
    const need = handedOff();
    expect(need.refused('accept', VILLAGE)).to.equal('NOT_PERMITTED');
    expect(need.do('accept', OPERATOR)).to.equal('handedOff');
    expect(need.state.handOff).to.include({ acceptedBy: OPERATOR.id, level: 'county' });
    expect(need.daysTo('expireHandoff')).to.be.at.least(26);
  });

  it('resolve → closed when nothing was received', () => {
    const need = handedOff();
    expect(need.refused('resolve', OPERATOR)).to.equal('INVALID_REQUEST');
    expect(need.do('resolve', OPERATOR, { outcome: 'civilAffairs' })).to.equal('closed');
    expect(need.state.outcome).to.equal('civilAffairs');
  });

  it('resolve → following when anything was received', () => {
    const need = handedOff(true);
    expect(need.stage).to.equal('handedOff');
    expect(need.do('resolve', OPERATOR, { outcome: 'civilAffairs' })).to.equal('following');
  });

  it('5 working days unaccepted → one level up; the second time it acts as resolve(unmet)', () => {
    const need = handedOff();
    need.tick();
    expect(need.state.handOff).to.include({ level: 'city', expired: 1 });
    need.tick();
    expect(need.state).to.include({ stage: 'closed', outcome: 'unmet' });
  });
});

describe('A need: following', () => {
  it('asks 7, 30 and 180 days after receipt, and ends after 210', () => {
    const need = followedNeed();
    const start = need.now;
    const asked: number[] = [];
    while (need.stage === 'following') {
      if (need.tick() === 'askOutcome') asked.push(Math.round((need.now - start) / 86_400_000));
    }
    expect(asked).to.deep.equal([7, 30, 180]);
    expect((need.now - start) / 86_400_000).to.equal(210);
    expect(need.state).to.include({ stage: 'closed', outcome: 'fulfilled' });
  });

  it('14 days of silence → dueVisit; the visiting cadre answers for the household', () => {
    const need = followedNeed();
    need.tickUntil('askOutcome');
    expect(need.daysTo('dueVisit')).to.equal(14);
    need.tick();
    expect(need.decider.view(need.state).waitingOn).to.equal('villageCadre');
    need.do('answer', VILLAGE, { question: 1, answer: 'good' });
    expect(need.decider.view(need.state).waitingOn).to.equal('clock');
  });

  it('answer, thank and rate by the household, each once', () => {
    const need = followedNeed();
    expect(need.refused('answer', RECIPIENT, { question: 1, answer: 'good' })).to.equal('INVALID_REQUEST');
    need.tickUntil('askOutcome');
    expect(need.refused('answer', PUBLISHER, { question: 1, answer: 'good' })).to.equal('NOT_PERMITTED');
    need.do('answer', RECIPIENT, { question: 1, answer: 'good' });
    expect(need.state.clock).not.to.have.property('dueVisit');
    expect(need.refused('answer', RECIPIENT, { question: 1, answer: 'good' })).to.equal('ALREADY_DONE');
    need.do('thank', RECIPIENT);
    expect(need.refused('thank', RECIPIENT)).to.equal('ALREADY_DONE');
    expect(need.refused('rate', RECIPIENT, { stars: 6 })).to.equal('INVALID_REQUEST');
    need.do('rate', RECIPIENT, { stars: 5 });
    expect(need.refused('rate', RECIPIENT, { stars: 4 })).to.equal('ALREADY_DONE');
  });

  const broken = { lines: [{ lineId: 'lamp', quantity: 1 }] };

  it('reopen by the recipient within 10 days, once → underReview by the township', () => {
    const need = followedNeed();
    expect(need.refused('reopen', RECIPIENT, { lines: [{ lineId: 'nothing', quantity: 1 }] })).to.equal('LINE_UNKNOWN');
    expect(need.refused('reopen', RECIPIENT, { lines: [{ lineId: 'lamp', quantity: 2 }] })).to.equal('INVALID_REQUEST');
    need.wait(9);
    expect(need.do('reopen', RECIPIENT, broken)).to.equal('underReview');
    expect(need.state.review).to.include({ level: 'township', of: 'reopening' });
    expect(need.do('approve', TOWNSHIP)).to.equal('published');
    expect(need.events.at(-2)).to.deep.include({ type: 'reopeningApproved', data: broken });
    expect(need.daysTo('expire')).to.equal(40);
    expect(need.tally('all', 'all', 'all', 0)).to.equal('following');
    expect(need.refused('reopen', RECIPIENT, broken)).to.equal('ALREADY_DONE');
  });

  it('a reopening that is refused goes back to following', () => {
    const need = followedNeed();
    need.do('reopen', RECIPIENT, broken);
    expect(need.do('refuse', TOWNSHIP, { reasonCode: 'notBroken' })).to.equal('following');
    expect(need.daysTo('askOutcome')).to.equal(7);
  });

  it('reopen after 10 days is too late', () => {
    expect(followedNeed().wait(11).refused('reopen', RECIPIENT, broken)).to.equal('TOO_LATE');
  });
});

describe('Why a need waits', () => {
  it('is said in plain Chinese, with who, since when, until when and what then', () => {
    const need = submittedNeed();
    expect(whyNeedSentence(whyNeedWaits(need.state))).to.equal(
      '求助正在审核，现在等待村干部处理，自11月2日10:00起，最迟11月5日10:00，逾期将由上一级接手。',
    );
  });

  it('names every stage of a life', () => {
    const need = publishedNeed();
    expect(whyNeedWaits(need.state)).to.include({ code: 'published.township', waitingOn: 'donor', next: 'widen' });
    need.tally('all', 'all', 'none');
    expect(whyNeedWaits(need.state)).to.include({ code: 'receipt', waitingOn: 'recipient' });
    need.tally('all', 'all', 'all', 0);
    expect(whyNeedSentence(whyNeedWaits(need.state))).to.include('下一步在11月9日10:00，届时询问效果');
  });
});

describe('Labels of a need', () => {
  it('are derived from the progress', () => {
    expect(needLabels({ committed: 'none', sent: 'none', received: 'none' })).to.deep.equal([]);
    expect(needLabels({ committed: 'part', sent: 'none', received: 'none' })).to.deep.equal(['partlyMatched']);
    expect(needLabels({ committed: 'all', sent: 'part', received: 'none' })).to.deep.equal(['delivering']);
    expect(needLabels({ committed: 'all', sent: 'all', received: 'all' })).to.deep.equal(['delivered']);
  });
});
