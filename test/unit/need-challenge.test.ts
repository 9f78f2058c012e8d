import { expect } from 'chai';
import { SYSTEM, type JsonObject } from '../../domain/kernel/types.ts';
import { whyNeedSentence, whyNeedWaits } from '../../domain/need/why-waiting.ts';
import { noticesOf } from '../../domain/notice/notices.ts';
import { CITY, COUNTY, DONOR, NEIGHBOUR, OPERATOR, OTHER_DONOR, PUBLISHER, RECIPIENT } from '../support/people.ts';
import { TOWNSHIP, VILLAGE } from '../support/people.ts';
import { ALL_LEVELS, needStory, publishedNeed, type NeedStory } from '../support/story.ts';

const REASON: JsonObject = { reasonCode: 'notNeeded' };
const effects = (need: NeedStory): string[] => need.reactions.map(({ effect }) => effect);

function challenged(): NeedStory {
  const need = publishedNeed();
  need.wait(10).do('challenge', DONOR, REASON);
  return need;
}

describe('A need: challenged', () => {
  it('by anybody but its own people, with a reason, and stops claims and holds', () => {
    const need = publishedNeed();
    expect(need.refused('challenge', PUBLISHER, REASON)).to.equal('OWN_POSTING');
    expect(need.refused('challenge', RECIPIENT, REASON)).to.equal('OWN_POSTING');
    expect(need.refused('challenge', NEIGHBOUR)).to.equal('INVALID_REQUEST');
    expect(need.do('challenge', NEIGHBOUR, REASON)).to.equal('challenged');
    expect(effects(need)).to.deep.equal(['pausePledges']);
    expect(whyNeedSentence(whyNeedWaits(need.state))).to.match(/受到质疑.*乡镇干部.*逾期将由县级重新审核/);
  });

  it('is looked at by the level above its approver, and by nobody else', () => {
    const need = challenged();
    for (const other of [VILLAGE, COUNTY]) expect(need.refused('dismiss', other, REASON)).to.equal('NOT_YOUR_LEVEL');
    expect(need.refused('dismiss', PUBLISHER, REASON)).to.equal('NOT_PERMITTED');
    const approverInBothOffices = { ...TOWNSHIP, id: VILLAGE.id };
    expect(need.refused('dismiss', approverInBothOffices, REASON)).to.equal('NOT_YOUR_LEVEL');
    expect(need.do('dismiss', TOWNSHIP, REASON)).to.equal('published');
  });

  it('is not looked at in the place of its approver, nor of who doubts; who doubts hears when it is taken down', () => {
    const need = publishedNeed();
    need.do('challenge', NEIGHBOUR, { reasonCode: 'notPoor' });
    for (const standsInFor of [VILLAGE.id, NEIGHBOUR.id]) {
      const deputy = { ...TOWNSHIP, id: 'deputy', standsInFor };
      expect(need.refused('dismiss', deputy, { reasonCode: 'unfounded' })).to.equal('SECOND_REVIEWER_NEEDED');
    }
    const before = need.state;
    need.do('takeDown', COUNTY, { reasonCode: 'fraud' });
    const [event] = need.events.slice(-1);
    if (event === undefined) throw new Error('nothing happened');
    const told = noticesOf('need', { event, before, after: need.state });
    expect(told.find(({ accountId }) => accountId === NEIGHBOUR.id)?.template).to.equal('challenge.takenDown');
  });

  it('dismissed: it is open again with the time it had, and the holds go on', () => {
    const need = challenged();
    need.wait(1).do('dismiss', TOWNSHIP, REASON);
    expect(need.daysTo('expire')).to.equal(30);
    expect(effects(need)).to.deep.equal(['resumePledges']);
    expect(need.state).to.not.have.property('challenge');
  });

  it('never twice by the same person; by another one it may be', () => {
    const need = challenged();
    need.do('dismiss', TOWNSHIP, REASON);
    expect(need.refused('challenge', DONOR, REASON)).to.equal('ALREADY_DONE');
    expect(need.do('challenge', OTHER_DONOR, REASON)).to.equal('challenged');
  });

  it('upheld: the county reviews it, the holds wait until it approves', () => {
    const need = challenged();
    expect(need.do('uphold', TOWNSHIP, REASON)).to.equal('underReview');
    expect(need.state.review).to.include({ of: 'challenge', level: 'county' });
    expect(effects(need)).to.deep.equal([]);
    expect(need.do('approve', COUNTY)).to.equal('published');
    expect(effects(need)).to.deep.equal(['resumePledges']);
    expect(need.daysTo('expire')).to.equal(30);
  });

  it('upheld: not decided by its approver, neither in another office nor through a stand-in', () => {
    const need = challenged();
    need.do('uphold', TOWNSHIP, REASON);
    for (const again of [
      { ...COUNTY, id: VILLAGE.id },
      { ...COUNTY, standsInFor: VILLAGE.id },
    ]) {
      expect(need.refused('approve', again)).to.equal('SECOND_REVIEWER_NEEDED');
      expect(need.refused('refuse', again, REASON)).to.equal('SECOND_REVIEWER_NEEDED');
    }
    expect(need.do('approve', COUNTY)).to.equal('published');
  });

  it('upheld, when the county itself approved: by another of the county, or the city where there is none', () => {
    const upheld = (county: number): NeedStory => {
      const need = needStory();
      need.do('submit', PUBLISHER);
      const eligible = { ...ALL_LEVELS, village: false, township: false };
      need.do('screened', SYSTEM, { eligible, reviewers: { county, city: 1 } });
      need.do('approve', COUNTY);
      need.do('challenge', DONOR, REASON);
      need.do('uphold', CITY, REASON);
      return need;
    };
    expect(upheld(1).state.review?.level).to.equal('city');
    const others = upheld(2);
    expect(others.state.review?.level).to.equal('county');
    expect(others.refused('approve', COUNTY)).to.equal('SECOND_REVIEWER_NEEDED');
    expect(others.do('approve', { ...COUNTY, id: 'county-cadre-2' })).to.equal('published');
  });

  it('upheld and refused by the county: the holds are freed', () => {
    const need = challenged();
    need.do('uphold', TOWNSHIP, REASON);
    expect(need.do('refuse', COUNTY, REASON)).to.equal('refused');
    expect(effects(need)).to.deep.equal(['voidPledges']);
    expect(need.do('appeal', PUBLISHER)).to.equal('underReview');
    expect(need.do('approve', CITY)).to.equal('published');
  });

  it('after two working days without an answer it goes to the county', () => {
    const need = publishedNeed();
    need.do('challenge', DONOR, REASON);
    expect(need.daysTo('expireChallenge')).to.equal(2);
    need.tickUntil('expireChallenge');
    expect(need.state.review).to.include({ of: 'challenge', level: 'county' });
  });

  it('when it is matched comes back as matched, or open when units came free meanwhile', () => {
    const need = publishedNeed();
    need.tally('all', 'none', 'none');
    need.do('challenge', DONOR, REASON);
    need.do('dismiss', TOWNSHIP, REASON);
    expect(need.stage).to.equal('matched');
    need.do('challenge', OTHER_DONOR, REASON);
    need.tally('part', 'none', 'none');
    expect(need.do('dismiss', TOWNSHIP, REASON)).to.equal('published');
  });

  it('may be taken down', () => {
    const need = challenged();
    expect(need.do('takeDown', OPERATOR, REASON)).to.equal('takenDown');
    expect(effects(need)).to.deep.equal(['voidPledges']);
    expect(need.do('restore', COUNTY)).to.equal('published');
  });
});
