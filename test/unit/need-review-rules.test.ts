import { expect } from 'chai';
import { SYSTEM } from '../../domain/kernel/types.ts';
import { barredFrom } from '../../domain/need/second-thought.ts';
import { COUNTY, NEIGHBOUR, PUBLISHER, TOWNSHIP, VILLAGE, VILLAGE_2 } from '../support/people.ts';
import { ALL_LEVELS, needStory, POLICY, publishedNeed, submittedNeed } from '../support/story.ts';

const LARGE = { amountFen: (POLICY.need.twoReviewersAboveFen ?? 0) + 1 };
const MINUTE = 1 / 1440;
const TAKE = POLICY.need.takeMinutes ?? 0;

/** A large need, with so many cadres in its village. */
function large(village: number) {
  const need = needStory(LARGE);
  need.do('submit', { id: need.state.publisherId, role: 'person' });
  need.do('screened', SYSTEM, { eligible: ALL_LEVELS, reviewers: { village, township: village } });
  return need;
}

describe('The claim lock of a review', () => {
  it('keeps others from deciding while it lasts, tells them until when, and lapses by itself', () => {
    const need = submittedNeed();
    need.do('take', VILLAGE);
    const { refusal } = need.try('approve', VILLAGE_2);
    expect(refusal?.code).to.equal('TAKEN_BY_ANOTHER');
    expect(refusal?.detail).to.include({ by: VILLAGE.id, until: need.now + Math.round(TAKE * MINUTE * 86_400_000) });
    for (const command of ['take', 'letGo', 'escalate'])
      expect(need.refused(command, VILLAGE_2)).to.equal('TAKEN_BY_ANOTHER');
    expect(need.refused('return', VILLAGE_2, { reasonCode: 'photoUnclear' })).to.equal('TAKEN_BY_ANOTHER');
    need.wait((TAKE + 1) * MINUTE);
    expect(need.do('approve', VILLAGE_2)).to.equal('published');
  });

  it('is the taker’s own to prolong, to let go and to decide', () => {
    const need = submittedNeed();
    need.do('take', VILLAGE);
    need.wait(TAKE * MINUTE - MINUTE);
    need.do('take', VILLAGE);
    need.wait(2 * MINUTE);
    expect(need.refused('approve', VILLAGE_2)).to.equal('TAKEN_BY_ANOTHER');
    need.do('letGo', VILLAGE);
    expect(need.do('approve', VILLAGE_2)).to.equal('published');
  });

  it('is for whose turn it is only, and unknown under older policies', () => {
    expect(submittedNeed().refused('take', COUNTY)).to.equal('NOT_YOUR_LEVEL');
    const { takeMinutes: _none, ...older } = submittedNeed().policy;
    const need = Object.assign(submittedNeed(), { policy: older });
    expect(need.refused('take', VILLAGE)).to.equal('NOT_ALLOWED_IN_STAGE');
  });
});

describe('Two reviewers above the policy’s amount', () => {
  it('are two people of the last level when it has two', () => {
    const need = large(2);
    need.do('approve', VILLAGE);
    need.do('approve', TOWNSHIP);
    expect(need.told.at(-1)).to.equal('secondReviewAsked');
    expect(need.state.review).to.deep.include({ level: 'township', first: { by: TOWNSHIP.id, level: 'township' } });
    expect(need.refused('approve', TOWNSHIP)).to.equal('SECOND_REVIEWER_NEEDED');
    const standIn = { ...TOWNSHIP, id: 'stand-in', standsInFor: TOWNSHIP.id };
    expect(need.refused('approve', standIn)).to.equal('SECOND_REVIEWER_NEEDED');
    expect(need.do('approve', { ...TOWNSHIP, id: 'township-cadre-2' })).to.equal('published');
    expect(need.state.approvals.map(({ by }) => by)).to.deep.equal([VILLAGE.id, TOWNSHIP.id, 'township-cadre-2']);
  });

  it('are the last level and the one above when it has only one', () => {
    const need = large(1);
    need.do('approve', VILLAGE);
    need.do('approve', TOWNSHIP);
    expect(need.state.review?.level).to.equal('county');
    expect(need.do('approve', COUNTY)).to.equal('published');
  });

  it('are still two when the second one slept, and one below the amount', () => {
    const need = large(2);
    need.do('approve', VILLAGE);
    need.do('approve', TOWNSHIP);
    need.tickUntil('expireReview');
    expect(need.state.review).to.deep.include({ level: 'county', first: { by: TOWNSHIP.id, level: 'township' } });
    expect(submittedNeed({ amountFen: 30_000 }).do('approve', VILLAGE)).to.equal('published');
  });
});

describe('The overall limit of a review', () => {
  const days = POLICY.need.decisionWorkingDays ?? 0;
  const due = (need: ReturnType<typeof submittedNeed>): number => need.state.clock['expireDecision'] ?? 0;

  it('counts from the submission over all levels, and sends what is late to the county', () => {
    const need = submittedNeed();
    const first = due(need);
    need.do('escalate', VILLAGE);
    expect(due(need)).to.equal(first);
    need.do('advise', TOWNSHIP, { advice: 'approve' });
    // Asked and answered again and again: each starts the level's own time, none the limit.
    for (let i = 0; i < 30 && need.state.review?.level !== 'county'; i += 1) {
      need.wait(1);
      if (need.now >= due(need)) need.tick();
      else {
        need.do('escalate', VILLAGE);
        need.do('advise', TOWNSHIP, { advice: 'approve' });
      }
    }
    expect(need.told).to.include('decisionOverdue').and.not.include('reviewTakenOver');
    expect(need.state.review?.decideBy).to.equal(undefined);
    expect((need.now - first) / 86_400_000).to.be.within(0, 1);
    expect(need.do('approve', COUNTY)).to.equal('published');
    expect(days).to.equal(10);
  });

  it('stands still while the household corrects', () => {
    const need = submittedNeed();
    need.wait(1);
    need.do('return', VILLAGE, { reasonCode: 'photoUnclear' });
    const left = need.state.pausedReview?.decisionWorkingDaysLeft;
    need.wait(7);
    const publisher = { id: need.state.publisherId, role: 'person' as const };
    need.do('resubmit', publisher, {
      revisionId: 'r2',
      lines: [{ id: 'l', quantity: 1, unitPriceFen: 1 }],
      amountFen: 1,
    });
    need.do('screened', SYSTEM, { eligible: ALL_LEVELS });
    expect(left).to.be.within(days - 2, days);
    // A week of the household's and a weekend lie in between.
    expect(need.daysTo('expireDecision')).to.be.within(days - 2, days + 6);
  });
});

describe('A reviewer who is gone', () => {
  it('leaves what was his to others of the level with the time that was left', () => {
    const need = submittedNeed();
    need.do('transfer', VILLAGE, { toAccountId: VILLAGE_2.id });
    const { dueAt } = need.state.review ?? { dueAt: 0 };
    need.do('reroute', SYSTEM, { eligible: ALL_LEVELS, goneId: VILLAGE_2.id });
    expect(need.state.review).to.include({ level: 'village', assigneeId: null });
    expect(Math.abs((need.state.review?.dueAt ?? 0) - dueAt)).to.be.below(3_600_000);
    expect(need.do('approve', VILLAGE)).to.equal('published');
  });

  it('was the only one: the level above decides, and nobody slept', () => {
    const need = submittedNeed();
    need.do('reroute', SYSTEM, { eligible: { ...ALL_LEVELS, village: false }, goneId: VILLAGE.id });
    expect(need.state.review?.level).to.equal('township');
    expect(need.told).to.not.include('reviewTakenOver');
  });

  it('was the last of all: an operator must look', () => {
    const need = submittedNeed();
    expect(need.do('reroute', SYSTEM, { eligible: {}, goneId: VILLAGE.id })).to.equal('parked');
  });

  it('changes nothing where others decide', () => {
    const need = submittedNeed();
    const before = need.state;
    need.do('reroute', SYSTEM, { eligible: ALL_LEVELS, goneId: VILLAGE.id });
    expect(need.state).to.equal(before);
  });

  it('has a stand-in, who decides in his place, but not on what either of them posted', () => {
    const standIn = { ...VILLAGE, id: 'stand-in', standsInFor: VILLAGE.id };
    const need = submittedNeed();
    need.do('transfer', VILLAGE_2, { toAccountId: VILLAGE.id });
    expect(need.do('approve', standIn)).to.equal('published');
    expect(need.events.find(({ type }) => type === 'reviewApproved')?.actor).to.include({
      id: 'stand-in',
      standsInFor: VILLAGE.id,
    });
    for (const publisherId of ['stand-in', VILLAGE.id]) {
      expect(submittedNeed({ publisherId }).refused('approve', standIn)).to.equal('OWN_POSTING');
    }
  });

  it('is nothing for his own household by the register, nor for one that he helps', () => {
    const need = submittedNeed();
    for (const command of ['approve', 'take', 'escalate'])
      expect(need.refused(command, { ...VILLAGE, tie: 'own' })).to.equal('OWN_POSTING');
    expect(need.refused('approve', { ...VILLAGE, tie: 'helped' })).to.equal('HELPED_HOUSEHOLD');
    need.do('approve', VILLAGE);
    expect(need.refused('pause', { ...VILLAGE, tie: 'own' }, { reasonCode: 'unclear' })).to.equal('OWN_POSTING');
    // He helps: that he stops claims for his household is his duty, not a review.
    expect(need.do('pause', { ...VILLAGE, tie: 'helped' }, { reasonCode: 'unclear' })).to.equal('paused');
  });

  it('is not shown again, nor put first, by its helper; cases of older policies go on as they began', () => {
    const reason = { reasonCode: 'fraud' };
    const helper = { ...COUNTY, id: 'county-2', tie: 'helped' as const };
    const need = publishedNeed();
    expect(need.refused('pin', helper, { days: 1 })).to.equal('HELPED_HOUSEHOLD');
    expect(need.do('takeDown', helper, reason), 'taking down is no favour').to.equal('takenDown');
    expect(need.refused('restore', helper)).to.equal('HELPED_HOUSEHOLD');
    expect(need.do('restore', COUNTY)).to.equal('published');
    const older = submittedNeed({}, ALL_LEVELS, { tiedAbstain: undefined });
    older.do('approve', VILLAGE);
    expect(older.do('pin', helper, { days: 1 })).to.equal('published');
  });
});

describe('Whose work a review is not', () => {
  const barred = (need: ReturnType<typeof needStory>): string[] => barredFrom(need.state, POLICY.need);

  it('is told by the case: who approved first, refused before an appeal, approved or doubts', () => {
    const need = large(2);
    need.do('approve', VILLAGE);
    expect(barred(need)).to.deep.equal([]);
    need.do('approve', TOWNSHIP);
    expect(barred(need)).to.deep.equal([TOWNSHIP.id]);
    need.do('approve', { ...TOWNSHIP, id: 'township-cadre-2' });
    expect(barred(need)).to.deep.equal([]);
    need.do('challenge', NEIGHBOUR, { reasonCode: 'notNeeded' });
    expect(barred(need)).to.deep.equal(['township-cadre-2', NEIGHBOUR.id]);
    need.do('uphold', COUNTY, { reasonCode: 'notNeeded' });
    expect(barred(need)).to.deep.equal(['township-cadre-2']);
    const refused = submittedNeed();
    refused.do('refuse', VILLAGE, { reasonCode: 'notNeeded' });
    refused.do('appeal', PUBLISHER);
    expect(barred(refused)).to.deep.equal([VILLAGE.id]);
  });
});
