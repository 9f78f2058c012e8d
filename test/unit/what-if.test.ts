import { expect } from 'chai';
import type { CasePolicy, CaseState, Decider, JsonObject } from '../../domain/kernel/types.ts';
import { createRules, emptyReport, whatIf, type Change, type WhatIfReport } from '../../domain/what-if/index.ts';
import type { Policy } from '../../domain/policy.ts';
import { CALENDAR, heldPledge, POLICY, submittedNeed, type Story } from '../support/story.ts';
import { DONOR, OPERATOR, RECIPIENT, VILLAGE } from '../support/people.ts';

type AnyStory = Story<CaseState, CasePolicy>;
const REGIONS = ['36', '3607', '360735', '360735100', '360735100223'];

/** What would have become of these cases; `days` after the last thing that happened. */
function asked(change: Change, stories: readonly unknown[], days = 0): WhatIfReport {
  const other: Policy = { ...POLICY, version: 'other', pledge: { ...POLICY.pledge, holdDays: 1 } };
  const rulesOf = createRules((version) => (version === 'other' ? other : POLICY), change);
  const report = emptyReport();
  for (const story of stories as AnyStory[]) {
    const { seed, events, commands, decider } = story;
    const kind = decider.type as 'need' | 'pledge';
    const place = { caseType: kind, caseId: 'case-1', regionPath: REGIONS, category: 'quilt' };
    const world = { calendar: CALENDAR, horizon: story.now + days * 86_400_000 };
    const any = decider as unknown as Decider<CaseState, CasePolicy>;
    whatIf(report, any, place, { caseId: 'case-1', seed, events, commands }, rulesOf(kind, POLICY.version), world);
  }
  return report;
}

/** Sent on the third day of the hold, received five days later. */
function sentLate() {
  const story = heldPledge();
  story.wait(2.5).do('send', DONOR);
  story.wait(5).do('confirm', RECIPIENT);
  return story;
}

const values = (pledge: JsonObject): Change => ({ values: { pledge } });

describe('A what-if', () => {
  it('finds nothing under the rules that the cases had, or under numbers that none of them met', () => {
    const lapsed = heldPledge();
    lapsed.tick();
    const stories = [sentLate(), lapsed, submittedNeed()];
    for (const [change, cases] of [
      [{ values: {} }, stories],
      [values({ pointVisitDays: 9 }), stories],
      [values({ holdDays: 2.6, sentVisitDays: 18 }), stories.slice(0, 1)],
    ] as const) {
      const report = asked(change, cases);
      const nothing = { notReproduced: 0, differ: { end: 0, course: 0, time: 0 }, examples: [] };
      expect(report).to.deep.include({ cases: cases.length, compared: cases.length, ...nothing });
    }
  });

  it('lets the clock come first where a deadline is shorter, and people come too late', () => {
    const report = asked(values({ holdDays: 1 }), [sentLate()]);
    expect(report.ends).to.deep.equal({ 'pledge: received: confirmed → released: lapsed': 1 });
    expect(report.missed).to.deep.equal({ 'pledge.send': 1, 'pledge.confirm': 1 });
    expect(report.clock).to.deep.equal({ 'pledge.pledgeReleased': { before: 0, after: 1 } });
    expect(report.regions).to.deep.equal({ '360735': { cases: 1, differ: 1 } });
    expect(report.examples).to.have.length(1);
  });

  it('leaves open what a longer deadline keeps open, until the clock of the other rules comes', () => {
    const story = heldPledge();
    story.tick();
    const ends = (days: number) => asked(values({ holdDays: 5 }), [story], days);
    expect(ends(1).ends).to.deep.equal({ 'pledge: released: lapsed → held': 1 });
    expect(ends(3).differ).to.deep.equal({ end: 0, course: 0, time: 1 });
  });

  it('takes a late clock as late as it was', () => {
    const story = heldPledge();
    story.now = (story.state.clock['lapse'] ?? 0) + 7_200_000;
    story.tick();
    const lapsesAt = (holdDays: number) => asked(values({ holdDays }), [story], 1);
    expect(lapsesAt(2).differ.time).to.equal(1);
    const before = (story.events.at(-1)?.at ?? 0) - 86_400_000;
    expect(before).to.be.above(story.events[0]?.at ?? 0);
    expect(lapsesAt(3).differ.time).to.equal(0);
  });

  it('shows overdue takeovers, routes and who would have come too late in the review', () => {
    const story = submittedNeed();
    story.wait(2.5).do('approve', VILLAGE);
    const before = story.stage;
    const report = asked({ values: { need: { reviewWorkingDays: { village: 2 } } } }, [story], 30);
    expect(report.clock['need.reviewTakenOver']).to.include({ before: 0 });
    expect(report.clock['need.reviewTakenOver']?.after).to.be.above(0);
    expect(report.missed).to.deep.equal({ 'need.approve': 1 });
    expect(Object.keys(report.ends)).to.have.length(1);
    expect(Object.keys(report.ends)[0]).to.match(new RegExp(`^need: ${before}`));
    const routes = asked({ values: { need: { townshipReviewAboveFen: 1 } } }, [story]).routes;
    expect(Object.values(routes).reduce((sum, { before: then }) => sum + then, 0)).to.equal(1);
  });

  it('decides by one version for all when it is asked about a version', () => {
    expect(asked({ version: 'other' }, [sentLate()]).differ.end).to.equal(1);
    expect(asked({ version: POLICY.version }, [sentLate()]).differ).to.deep.equal({ end: 0, course: 0, time: 0 });
  });

  it('leaves out a life that does not come out as stored, and one whose commands are gone', () => {
    const broken = sentLate();
    broken.events = broken.events.map((event) => ({ ...event, at: event.at + 1, data: { ...event.data, more: 1 } }));
    expect(asked({ values: {} }, [broken])).to.include({ cases: 1, compared: 0, notReproduced: 1 });
    const gone = sentLate();
    gone.commands.clear();
    expect(asked({ values: {} }, [gone]).unreadable).to.deep.equal({ commandGone: 1 });
  });

  it('follows a case that went over to another policy', () => {
    const story = heldPledge();
    const longer = { ...story.policy, version: 'longer', holdDays: 10 };
    story.do('migratePolicy', OPERATOR, { policy: longer as unknown as JsonObject });
    Object.assign(story, { policy: longer });
    story.wait(8).do('send', DONOR);
    const report = asked({ values: {} }, [story]);
    expect(report).to.deep.include({ compared: 1, differ: { end: 0, course: 0, time: 0 } });
    expect(asked({ version: POLICY.version }, [story], 0).ends).to.deep.equal({ 'pledge: sent → released: lapsed': 1 });
  });
});
