import { expect } from 'chai';
import { steps } from '../../activities/case-history.ts';
import { sleptLevel } from '../../domain/slept.ts';
import { CLOCK, SYSTEM, type CasePolicy, type CaseState } from '../../domain/kernel/types.ts';
import { DONOR, NEIGHBOUR, RECIPIENT, TOWNSHIP } from '../support/people.ts';
import {
  ALL_LEVELS,
  applicationStory,
  complaintStory,
  heldPledge,
  publishedNeed,
  submittedNeed,
  type Story,
} from '../support/story.ts';

/** Every level that slept in this life, in order. */
const sleepers = <S extends CaseState, P extends CasePolicy>({ decider, seed, events }: Story<S, P>) =>
  [...steps(decider as never, { caseId: 'case-1', seed }, events)]
    .map(({ event, before }) => sleptLevel(decider.type, event, before))
    .filter((level) => level !== null);

describe('Who slept', () => {
  it('is every level that a review passed through without a decision, the city and the province, too', () => {
    const need = submittedNeed({}, ALL_LEVELS, { decisionWorkingDays: undefined });
    while (need.stage === 'underReview') need.tick();
    expect(sleepers(need)).to.deep.equal(['village', 'township', 'county', 'city']);
    const province = submittedNeed({}, { province: true }, { decisionWorkingDays: undefined });
    while (province.stage === 'underReview') province.tick();
    expect(sleepers(province)).to.deep.equal(['province']);
  });

  it('is the county when the whole took too long and nobody is left to decide', () => {
    const need = submittedNeed({}, ALL_LEVELS, { decisionWorkingDays: 1 });
    while (need.stage === 'underReview') need.tick();
    expect(need.state.parked?.reason).to.equal('reviewOverdue');
    expect(sleepers(need)).to.deep.equal(['village', 'county', 'city']);
    const alone = submittedNeed({}, { county: true }, { decisionWorkingDays: 1 });
    alone.tickUntil('expireDecision');
    expect([alone.state.parked?.reason, ...sleepers(alone)]).to.deep.equal(['decisionOverdue', 'county']);
  });

  it('is who should have looked at a doubt, and nobody when it was looked at', () => {
    const doubted = () => {
      const need = publishedNeed();
      need.do('challenge', NEIGHBOUR, { reasonCode: 'notPoor' });
      return need;
    };
    const slept = doubted();
    slept.tickUntil('expireChallenge');
    expect(sleepers(slept)).to.deep.equal(['township']);
    const looked = doubted();
    looked.do('uphold', TOWNSHIP, { reasonCode: 'notPoor' });
    expect(sleepers(looked)).to.deep.equal([]);
  });

  it('is who let a hand-off lie, each time it does', () => {
    const need = publishedNeed();
    while (need.stage !== 'closed') need.tick();
    expect(sleepers(need)).to.deep.equal(['county', 'city']);
  });

  it('is the county, then the city, of a dispute', () => {
    const pledge = heldPledge();
    pledge.do('send', DONOR);
    pledge.do('dispute', RECIPIENT, { reasonCode: 'notArrived' });
    while (pledge.stage === 'disputed') pledge.tick();
    expect(sleepers(pledge)).to.deep.equal(['county', 'city']);
  });

  it('is counted of applications and complaints alike; operators have no region', () => {
    const application = applicationStory();
    application.do('submit', { id: 'applicant', role: 'person' });
    application.do('routed', SYSTEM, { eligible: ALL_LEVELS });
    while (application.stage === 'underReview') application.tick();
    expect(sleepers(application)).to.deep.equal(['township', 'county', 'city', 'province']);
    const complaint = complaintStory();
    complaint.do('submit', { id: 'complainant', role: 'person' });
    complaint.do('routed', SYSTEM, { eligible: ALL_LEVELS });
    while (complaint.stage === 'handling') complaint.tick();
    expect(sleepers(complaint)).to.have.ordered.members(['township', 'county', 'city', 'province']);
  });

  it('is nobody in what the clock does to others', () => {
    const need = submittedNeed();
    const event = { ...need.events[0]!, type: 'needWithdrawn', data: { because: 'lapsed' }, actor: CLOCK };
    expect(sleptLevel('need', event, need.state)).to.equal(null);
    expect(sleptLevel('toString', event, need.state)).to.equal(null);
  });
});
