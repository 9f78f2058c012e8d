import { expect } from 'chai';
import { SYSTEM, type Actor } from '../../domain/kernel/types.ts';
import { whyNeedWaits } from '../../domain/need/why-waiting.ts';
import { CITY, COUNTY, DONOR, NEIGHBOUR, RECIPIENT, TOWNSHIP } from '../support/people.ts';
import {
  ALL_LEVELS,
  applicationStory,
  certificationStory,
  complaintStory,
  heldPledge,
  publishedNeed,
} from '../support/story.ts';

/** Nobody is left on these levels. */
const without = (...levels: string[]) => ({
  eligible: { ...ALL_LEVELS, ...Object.fromEntries(levels.map((level) => [level, false])) },
  goneId: 'gone',
});

describe('What waited for somebody who is gone', () => {
  it('a doubt goes to the next level with somebody, with its full time; without any an operator looks', () => {
    const need = publishedNeed();
    need.do('challenge', NEIGHBOUR, { reasonCode: 'notPoor' });
    need.wait(1);
    const due = need.state.clock['expireChallenge'];
    expect(need.do('reroute', SYSTEM, without('village'))).to.equal('challenged');
    expect(need.told.at(-1), 'it is not theirs').to.equal('needChallenged');
    need.do('reroute', SYSTEM, without('township', 'county'));
    expect(need.events.at(-1)?.data).to.deep.include({
      from: 'township',
      level: 'city',
      skipped: ['township', 'county'],
    });
    expect(whyNeedWaits(need.state)).to.include({ waitingOn: 'cityCadre', level: 'city' });
    expect(need.state.clock['expireChallenge']).to.be.above(due ?? 0);
    expect(need.refused('dismiss', TOWNSHIP, { reasonCode: 'unfounded' })).to.equal('NOT_YOUR_LEVEL');
    expect(need.do('dismiss', CITY, { reasonCode: 'unfounded' })).to.equal('published');

    const nobody = publishedNeed();
    nobody.do('challenge', NEIGHBOUR, { reasonCode: 'notPoor' });
    nobody.do('reroute', SYSTEM, without('township', 'county', 'city', 'province'));
    expect([nobody.stage, nobody.state.parked?.reason]).to.deep.equal(['parked', 'noReviewer']);
  });

  it('a dispute goes from the county to the city, and from there to an operator', () => {
    const disputed = () => {
      const pledge = heldPledge();
      pledge.do('send', DONOR);
      pledge.do('dispute', RECIPIENT, { reasonCode: 'notArrived' });
      return pledge;
    };
    expect(disputed().do('reroute', SYSTEM, without('county', 'city'))).to.equal('parked');
    const pledge = disputed();
    pledge.do('reroute', SYSTEM, without('city'));
    expect(pledge.state.disputeLevel).to.equal('county');
    pledge.do('reroute', SYSTEM, without('county'));
    expect(pledge.events.at(-1)?.data).to.deep.include({ level: 'city', skipped: ['county'] });
    expect(pledge.refused('ruleReceived', COUNTY)).to.equal('NOT_YOUR_LEVEL');
    expect(pledge.do('reroute', SYSTEM, without('county', 'city'))).to.equal('parked');
  });

  it('an application or a certification goes to the next level, in the end to the operators', () => {
    const asker: Actor = { id: 'applicant', role: 'person' };
    for (const story of [applicationStory(), certificationStory()]) {
      story.do('submit', asker);
      story.do('routed', SYSTEM, { eligible: ALL_LEVELS });
      story.do('reroute', SYSTEM, without('county'));
      expect(story.state.review?.level, 'it is not theirs').to.equal('township');
      story.do('reroute', SYSTEM, without('township', 'county'));
      expect(story.events.at(-1)?.type).to.equal('reviewRerouted');
      expect(story.events.at(-1)?.data).to.deep.include({
        from: 'township',
        to: 'city',
        skipped: ['township', 'county'],
      });
      expect(story.state.review?.dueAt).to.equal(story.state.clock['expireReview']);
      expect(story.refused('approve', TOWNSHIP)).to.equal('NOT_YOUR_LEVEL');
      story.do('reroute', SYSTEM, without('city', 'province'));
      expect(story.state.review?.level).to.equal('operator');
    }
  });

  it('a complaint goes to the next level above that may handle it, in the end to the operators', () => {
    const complaint = complaintStory();
    complaint.do('submit', { id: 'complainant', role: 'person' });
    complaint.do('routed', SYSTEM, { eligible: ALL_LEVELS });
    complaint.do('reroute', SYSTEM, without('county'));
    expect(complaint.state.handling?.level, 'it is not theirs').to.equal('township');
    complaint.do('reroute', SYSTEM, without('township', 'county'));
    expect(complaint.events.at(-1)?.data).to.deep.include({
      from: 'township',
      to: 'city',
      skipped: ['township', 'county'],
    });
    expect(complaint.state.handling?.dueAt).to.equal(complaint.state.clock['expireHandling']);
    expect(complaint.refused('dismiss', TOWNSHIP, { reasonCode: 'unfounded' })).to.equal('NOT_YOUR_LEVEL');
    complaint.do('reroute', SYSTEM, without('city', 'province'));
    expect(complaint.state.handling?.level).to.equal('operator');
    expect(complaint.refused('reroute', SYSTEM, {})).to.equal('INVALID_REQUEST');
  });
});
