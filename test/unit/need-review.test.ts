import { expect } from 'chai';
import { SYSTEM, type Actor } from '../../domain/kernel/types.ts';
import {
  CITY,
  COUNTY,
  DONOR,
  NEIGHBOUR,
  OPERATOR,
  PUBLISHER,
  RECIPIENT,
  STRANGER,
  TOWNSHIP,
  VILLAGE,
  VILLAGE_2,
} from '../support/people.ts';
import { ALL_LEVELS, NEED_LINES, needStory, publishedNeed, submittedNeed } from '../support/story.ts';

const REASON = { reasonCode: 'photoUnclear' };
const REVISION = { revisionId: 'revision-2', lines: NEED_LINES, amountFen: 30_000 };

describe('A need: draft and submitted', () => {
  it('draft: only its publisher submits it, and screening is asked for', () => {
    const need = needStory();
    expect(need.refused('submit', RECIPIENT)).to.equal('NOT_PERMITTED');
    expect(need.do('submit', PUBLISHER)).to.equal('submitted');
    expect(need.reactions).to.deep.equal([{ effect: 'screen', args: { needId: 'case-1' } }]);
  });

  it('submitted: screened by the system → underReview by the village', () => {
    const need = submittedNeed();
    expect(need.stage).to.equal('underReview');
    expect(need.state.review).to.include({ level: 'village', of: 'posting', assigneeId: null });
    expect(need.state.review?.route).to.deep.equal(['village']);
  });

  it('submitted: an amount above the limit takes the township too', () => {
    expect(submittedNeed({ amountFen: 50_000 }).state.review?.route).to.deep.equal(['village']);
    expect(submittedNeed({ amountFen: 50_001 }).state.review?.route).to.deep.equal(['village', 'township']);
  });

  it('submitted: a level without an eligible cadre is skipped upward and reported', () => {
    const need = submittedNeed({ amountFen: 60_000 }, { ...ALL_LEVELS, village: false, township: false });
    expect(need.state.review?.route).to.deep.equal(['county']);
    expect(need.events.at(-1)?.data['skipped']).to.deep.equal(['village', 'township']);
  });

  it('submitted: with nobody eligible at all → parked, and a retry screens again', () => {
    const need = submittedNeed({}, {});
    expect(need.stage).to.equal('parked');
    expect(need.state.parked?.reason).to.equal('noReviewer');
    expect(need.do('retry', OPERATOR)).to.equal('submitted');
    expect(need.reactions[0]?.effect).to.equal('screen');
    need.do('screened', SYSTEM, { eligible: ALL_LEVELS });
    expect(need.state.review?.level).to.equal('village');
  });

  it('submitted: an hour without an answer → screenTimeout → underReview on the high route', () => {
    const need = needStory({ publisherIsVillageCadre: true });
    need.do('submit', PUBLISHER);
    expect(need.daysTo('screenTimeout') * 24).to.be.closeTo(1, 0.001);
    need.tick();
    expect(need.state.review?.route).to.deep.equal(['township', 'county']);
    expect(need.do('screened', SYSTEM, { eligible: ALL_LEVELS })).to.equal('underReview');
    expect(need.state.review?.level).to.equal('township');
  });
});

describe('A need: underReview', () => {
  it('approve → the next level, from the last → published', () => {
    const need = submittedNeed({ amountFen: 60_000 });
    expect(need.do('approve', VILLAGE)).to.equal('underReview');
    expect(need.state.review?.level).to.equal('township');
    expect(need.daysTo('expireReview')).to.equal(2);
    expect(need.do('approve', TOWNSHIP)).to.equal('published');
    expect(need.state.approver).to.include({ id: TOWNSHIP.id, level: 'township' });
    expect(need.daysTo('expire')).to.equal(40);
  });

  it('is decided only by an impartial cadre of the level and place whose turn it is', () => {
    const need = submittedNeed({ publisherId: VILLAGE_2.id });
    expect(need.refused('approve', VILLAGE_2)).to.equal('OWN_POSTING');
    expect(need.refused('approve', { ...VILLAGE, householdId: 'household-1' })).to.equal('OWN_POSTING');
    expect(need.refused('approve', TOWNSHIP)).to.equal('NOT_YOUR_LEVEL');
    expect(need.refused('approve', STRANGER)).to.equal('NOT_PERMITTED');
    expect(need.refused('approve', DONOR)).to.equal('NOT_PERMITTED');
    expect(need.refused('approve', { id: PUBLISHER.id, role: 'helper' })).to.equal('NOT_PERMITTED');
    expect(need.do('approve', VILLAGE)).to.equal('published');
  });

  it('return → returned, refuse → refused, each with a reason code', () => {
    const need = submittedNeed();
    expect(need.refused('return', VILLAGE)).to.equal('INVALID_REQUEST');
    expect(need.do('return', VILLAGE, REASON)).to.equal('returned');
    expect(submittedNeed().do('refuse', VILLAGE, REASON)).to.equal('refused');
  });

  it('transfer → same: from then on only the named cadre decides', () => {
    const need = submittedNeed();
    expect(need.do('transfer', VILLAGE, { toAccountId: VILLAGE_2.id })).to.equal('underReview');
    expect(need.refused('approve', VILLAGE)).to.equal('ASSIGNED_TO_ANOTHER');
    expect(need.refused('transfer', VILLAGE_2, { toAccountId: PUBLISHER.id })).to.equal('OWN_POSTING');
    expect(need.do('approve', VILLAGE_2)).to.equal('published');
  });

  it('escalate asks the level above, whose advice comes back to the sender with his remaining time', () => {
    const need = submittedNeed();
    need.wait(1).do('escalate', VILLAGE);
    expect(need.state.review?.level).to.equal('township');
    expect(need.refused('approve', TOWNSHIP)).to.equal('ADVICE_PENDING');
    expect(need.refused('advise', VILLAGE, { advice: 'approve' })).to.equal('NOT_YOUR_LEVEL');
    need.wait(1).do('advise', TOWNSHIP, { advice: 'approve' });
    expect(need.state.review).to.include({ level: 'village', advice: 'approve', assigneeId: VILLAGE.id });
    expect(need.daysTo('expireReview')).to.equal(2);
    expect(need.do('approve', VILLAGE)).to.equal('published');
  });

  it('advice that comes when nothing is left still gives the sender a working day', () => {
    const need = submittedNeed();
    need.wait(2.9).do('escalate', VILLAGE);
    need.do('advise', TOWNSHIP, { advice: 'refuse' });
    expect(need.daysTo('expireReview')).to.be.at.least(1);
  });

  it('withdraw by publisher or recipient, before anything is sent → withdrawn', () => {
    expect(submittedNeed().do('withdraw', PUBLISHER)).to.equal('withdrawn');
    expect(submittedNeed().do('withdraw', RECIPIENT)).to.equal('withdrawn');
    expect(submittedNeed().refused('withdraw', DONOR)).to.equal('NOT_PERMITTED');
  });

  it('reminds the reviewer at half of his three working days; overdue the level above takes over', () => {
    const need = submittedNeed();
    expect(need.daysTo('remindReviewer')).to.equal(1.5);
    expect(need.tick()).to.equal('remindReviewer');
    expect(need.tick()).to.equal('expireReview');
    expect(need.state.review).to.include({ level: 'township' });
    expect(need.events.at(-1)?.data).to.include({ from: 'village', to: 'township' });
    expect(need.refused('approve', VILLAGE)).to.equal('NOT_YOUR_LEVEL');
    expect(need.do('approve', TOWNSHIP)).to.equal('published');
  });

  it('counts working days: a need submitted on Friday is not overdue on Sunday', () => {
    const need = needStory();
    need.wait(4);
    need.do('submit', PUBLISHER);
    need.do('screened', SYSTEM, { eligible: ALL_LEVELS });
    expect(need.daysTo('expireReview')).to.equal(5);
  });

  it('nobody acts at any level: village → township → county → city → parked', () => {
    const need = submittedNeed();
    for (const level of ['township', 'county', 'city']) {
      need.tickUntil('expireReview');
      expect(need.state.review?.level).to.equal(level);
    }
    expect(need.tickUntil('expireReview')).to.equal('parked');
    expect(need.state.parked?.reason).to.equal('reviewOverdue');
    need.do('resume', OPERATOR);
    expect(need.state.review?.level).to.equal('city');
    expect(need.do('approve', CITY)).to.equal('published');
  });
});

describe('A need: returned', () => {
  it('resubmit → submitted, then the same level with its remaining time', () => {
    const need = submittedNeed({ amountFen: 60_000 });
    need.do('approve', VILLAGE);
    need.wait(0.5).do('return', TOWNSHIP, REASON);
    need.wait(5);
    expect(need.refused('resubmit', NEIGHBOUR, REVISION)).to.equal('NOT_PERMITTED');
    expect(need.do('resubmit', PUBLISHER, { ...REVISION, amountFen: 60_000 })).to.equal('submitted');
    expect(need.state).to.include({ revisionId: 'revision-2', resubmissions: 1 });
    need.do('screened', SYSTEM, { eligible: ALL_LEVELS });
    expect(need.state.review?.level).to.equal('township');
    const left = (need.state.review?.dueAt ?? 0) - need.now;
    expect(left / 86_400_000).to.be.at.least(1.5);
  });

  it('is corrected by the household itself or its helper of today, too: its publisher may be gone', () => {
    const helper: Actor = { id: 'helper-2', role: 'helper', regionCode: '360735' };
    const tie = 'helped' as const;
    for (const actor of [RECIPIENT, { ...helper, tie }]) {
      const need = submittedNeed();
      need.do('return', VILLAGE, REASON);
      for (const other of [helper, { ...helper, tie, regionCode: '420921' }, { ...VILLAGE, tie }, NEIGHBOUR]) {
        expect(need.refused('resubmit', other, REVISION)).to.equal('NOT_PERMITTED');
      }
      expect(need.do('resubmit', actor, REVISION)).to.equal('submitted');
      expect(need.state.publisherId).to.equal(PUBLISHER.id);
    }
  });

  it('at most 3 resubmissions', () => {
    const need = submittedNeed();
    for (let i = 0; i < 3; i += 1) {
      need.do('return', VILLAGE, REASON);
      need.do('resubmit', PUBLISHER, REVISION);
      need.do('screened', SYSTEM, { eligible: ALL_LEVELS });
    }
    need.do('return', VILLAGE, REASON);
    expect(need.refused('resubmit', PUBLISHER, REVISION)).to.equal('RESUBMISSIONS_USED');
  });

  it('14 days without correction → lapse → withdrawn', () => {
    const need = submittedNeed();
    need.do('return', VILLAGE, REASON);
    expect(need.daysTo('lapse')).to.equal(14);
    need.tick();
    expect(need.stage).to.equal('withdrawn');
  });

  it('withdraw → withdrawn', () => {
    const need = submittedNeed();
    need.do('return', VILLAGE, REASON);
    expect(need.do('withdraw', RECIPIENT)).to.equal('withdrawn');
  });
});

describe('A need: refused and takenDown', () => {
  it('refused: one appeal, decided above the one who refused', () => {
    const need = submittedNeed();
    need.do('refuse', VILLAGE, REASON);
    expect(need.do('appeal', RECIPIENT)).to.equal('underReview');
    expect(need.state.review).to.include({ level: 'township', of: 'appeal' });
    need.do('refuse', TOWNSHIP, REASON);
    expect(need.refused('appeal', PUBLISHER)).to.equal('ALREADY_DONE');
    expect(need.daysTo('finish')).to.equal(10);
    need.tick();
    expect(need.state).to.include({ stage: 'closed', outcome: 'refused' });
  });

  it('refused: the one who refused does not decide the appeal, neither in another office nor through a stand-in', () => {
    for (const again of [
      { ...TOWNSHIP, id: VILLAGE.id },
      { ...TOWNSHIP, id: 'stand-in', standsInFor: VILLAGE.id },
    ]) {
      const appealed = (policy: object = {}) => {
        const need = submittedNeed({}, ALL_LEVELS, policy);
        need.do('refuse', VILLAGE, REASON);
        need.do('appeal', PUBLISHER);
        return need;
      };
      expect(appealed().refused('refuse', again, REASON)).to.equal('SECOND_REVIEWER_NEEDED');
      expect(appealed().refused('approve', again)).to.equal('SECOND_REVIEWER_NEEDED');
      // A case from before the rule keeps the older one.
      expect(appealed({ othersDecideAgain: undefined }).do('approve', again)).to.equal('published');
    }
  });

  it('refused: an appeal that is granted publishes the need', () => {
    const need = submittedNeed();
    need.do('refuse', VILLAGE, REASON);
    need.do('appeal', PUBLISHER);
    expect(need.do('approve', TOWNSHIP)).to.equal('published');
    expect(need.daysTo('expire')).to.equal(40);
  });

  it('takenDown by an operator: the appeal goes to the province', () => {
    const need = publishedNeed();
    need.do('takeDown', OPERATOR, REASON);
    need.do('appeal', PUBLISHER);
    expect(need.state.review?.level).to.equal('province');
  });

  it('takenDown frees the holds; the county restores it with the lifetime that was left', () => {
    const need = publishedNeed();
    need.wait(10).do('takeDown', COUNTY, REASON);
    expect(need.reactions[0]).to.deep.equal({
      effect: 'voidPledges',
      args: { needId: 'case-1', because: 'needTakenDown' },
    });
    expect(need.refused('restore', VILLAGE)).to.equal('NOT_PERMITTED');
    expect(need.wait(5).do('restore', COUNTY)).to.equal('published');
    expect(need.daysTo('expire')).to.equal(30);
  });

  it('takenDown: 10 days → finish → closed', () => {
    const need = publishedNeed();
    need.do('takeDown', COUNTY, REASON);
    need.tickUntil('finish');
    expect(need.state).to.include({ stage: 'closed', outcome: 'takenDown' });
  });
});
