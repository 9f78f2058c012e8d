import { expect } from 'chai';
import { involvedAccount, involvedInCase, visibleTo } from '../../domain/complaint/subject.ts';
import { complaintEventText } from '../../domain/complaint/timeline.ts';
import type { ComplaintSeed } from '../../domain/complaint/types.ts';
import { whyComplaintSentence, whyComplaintWaits } from '../../domain/complaint/why-waiting.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { addWorkingDays } from '../../domain/time/calendar.ts';
import { COUNTY, OPERATOR, PROVINCE, REGION_PATH, TOWNSHIP, VILLAGE } from '../support/people.ts';
import { ALL_LEVELS, CALENDAR, complaintStory } from '../support/story.ts';

const COMPLAINANT: Actor = { id: 'complainant', role: 'person' };
const WARNED = { measure: 'cadreWarned' };
const UNFOUNDED = { reasonCode: 'notFounded' };

function made(seed: Partial<ComplaintSeed> = {}, eligible: JsonObject = ALL_LEVELS) {
  const story = complaintStory(seed);
  story.do('submit', { ...COMPLAINANT, id: story.state.complainantId });
  story.do('routed', SYSTEM, { eligible });
  return story;
}

describe('A complaint', () => {
  it('goes to the level above the one whom it is about, and never to him or his stand-in', () => {
    const story = made({ accusedIds: [VILLAGE.id, TOWNSHIP.id] });
    expect(story.state.handling?.level).to.equal('township');
    expect(story.refused('uphold', TOWNSHIP, WARNED)).to.equal('NOT_PERMITTED');
    expect(story.refused('uphold', { ...TOWNSHIP, id: 'x', standsInFor: TOWNSHIP.id }, WARNED)).to.equal(
      'NOT_PERMITTED',
    );
    expect(story.refused('uphold', COUNTY, WARNED)).to.equal('NOT_YOUR_LEVEL');
    expect(story.refused('uphold', COMPLAINANT, WARNED)).to.equal('NOT_PERMITTED');
    expect(story.do('uphold', { ...TOWNSHIP, id: 'another' }, WARNED)).to.equal('decided');
  });

  it('of a household is never handled by one of it, be it by the register alone', () => {
    const story = complaintStory({ householdId: 'h', accusedIds: [], about: 'score' });
    story.do('submit', { id: 'complainant', role: 'person' });
    story.do('routed', SYSTEM, { eligible: ALL_LEVELS });
    for (const own of [{ householdId: 'h' }, { tie: 'own' as const }]) {
      expect(story.refused('dismiss', { ...TOWNSHIP, ...own }, { reasonCode: 'unfounded' })).to.equal('OWN_COMPLAINT');
    }
    expect(story.do('dismiss', TOWNSHIP, { reasonCode: 'unfounded' })).to.equal('decided');
  });

  it('skips levels where only those are whom it is about', () => {
    const story = made({}, { ...ALL_LEVELS, township: false });
    expect(story.state.handling?.level).to.equal('county');
    expect(story.events.at(-1)?.data['skipped']).to.deep.equal(['township']);
  });

  it('is handled in working days, then goes one level up, to the operators at last, and parks', () => {
    const story = made({ partOf: 'county' });
    const due = addWorkingDays(story.now, story.policy.handlingWorkingDays.city, story.policy.time, CALENDAR);
    expect(story.state.handling?.dueAt).to.equal(due);
    const levels: unknown[] = [];
    while (story.stage === 'handling') {
      expect(story.tick()).to.equal('remindHandler');
      expect(story.tick()).to.equal('expireHandling');
      levels.push(story.state.handling?.level);
    }
    expect(levels).to.deep.equal(['province', 'operator', 'operator']);
    expect(story.state.parked?.reason).to.equal('complaintOverdue');
    story.do('resume', OPERATOR);
    expect(story.do('dismiss', OPERATOR, UNFOUNDED)).to.equal('decided');
  });

  it('may be objected to once: the level above decides for good', () => {
    const story = made();
    story.do('dismiss', TOWNSHIP, UNFOUNDED);
    expect(story.refused('object', TOWNSHIP)).to.equal('NOT_PERMITTED');
    expect(story.do('object', COMPLAINANT)).to.equal('handling');
    expect(story.state.handling?.level).to.equal('county');
    expect(story.refused('dismiss', { ...COUNTY, id: TOWNSHIP.id }, UNFOUNDED)).to.equal('SECOND_REVIEWER_NEEDED');
    expect(story.do('uphold', COUNTY, WARNED)).to.equal('closed');
    expect(story.state.outcome).to.equal('upheld');
    expect(story.refused('object', COMPLAINANT)).to.equal('CASE_CLOSED');
  });

  it('is closed by the clock when nobody objects, and withdrawn by the complainant alone', () => {
    const story = made();
    story.do('uphold', TOWNSHIP, WARNED);
    expect(story.tick()).to.equal('finish');
    expect([story.stage, story.state.outcome]).to.deep.equal(['closed', 'upheld']);
    expect(made().refused('withdraw', TOWNSHIP)).to.equal('NOT_PERMITTED');
    expect(made().do('withdraw', COMPLAINANT)).to.equal('withdrawn');
    expect(made().do('cancel', OPERATOR, { reasonCode: 'mistake' })).to.equal('cancelled');
  });

  it('corrects a score only when it is an appeal, and within the policy', () => {
    expect(made().refused('uphold', TOWNSHIP, { ...WARNED, correction: 5 })).to.equal('INVALID_REQUEST');
    const appeal = made({ about: 'score' });
    expect(appeal.refused('uphold', TOWNSHIP, { ...WARNED, correction: 51 })).to.equal('INVALID_REQUEST');
    expect(appeal.do('uphold', TOWNSHIP, { ...WARNED, correction: 5 })).to.equal('decided');
    expect(appeal.events.at(-1)?.data).to.include({ correction: 5 });
  });

  it('tells in plain Chinese what happened and whom it waits for', () => {
    const story = made();
    expect(whyComplaintSentence(whyComplaintWaits(story.state))).to.match(/投诉正在办理.*乡镇干部.*由上一级接手/);
    story.do('dismiss', TOWNSHIP, UNFOUNDED);
    story.do('object', COMPLAINANT);
    story.do('uphold', COUNTY, WARNED);
    for (const event of story.events) {
      expect(complaintEventText(event.type, event.data)).to.match(/^[\p{Script=Han}，]+$/u);
    }
  });
});

describe('Whom a complaint is about', () => {
  const path = { regionPath: REGION_PATH };

  it('is everybody who acted in the case; it begins above the highest of them', () => {
    const actors = [VILLAGE, { ...TOWNSHIP, standsInFor: 'away' }, COMPLAINANT];
    const found = involvedInCase({ ...path, people: ['publisher', 'complainant'], actors }, 'complainant');
    expect(found.partOf).to.equal('township');
    expect(found.accusedIds).to.have.members([VILLAGE.id, TOWNSHIP.id, 'away', 'publisher']);
    expect(visibleTo(found)).to.deep.equal(REGION_PATH.slice(0, 3));
    expect(involvedInCase({ ...path, people: [], actors: [OPERATOR] }, 'c').partOf).to.equal(null);
  });

  it('is an account by its highest office, a private person by where he lives', () => {
    const offices = [
      { role: 'pointKeeper' as const, regionCode: '360735100223' },
      { role: 'cadre' as const, level: 'township' as const, regionCode: '360735100' },
    ];
    expect(involvedAccount({ id: 'a', offices, homeRegion: null }, 'c')).to.include({ partOf: 'township' });
    const donor = involvedAccount({ id: 'd', offices: [{ role: 'donor' }], homeRegion: '330106' }, 'c');
    expect(donor).to.include({ partOf: 'township' });
    expect(visibleTo(donor)).to.deep.equal(['33', '3301', '330106']);
    expect(involvedAccount({ id: 'd', offices: [], homeRegion: null }, 'c').partOf).to.equal(null);
    const province = [{ role: 'cadre' as const, level: 'province' as const, regionCode: '36' }];
    const top = involvedAccount({ id: PROVINCE.id, offices: province, homeRegion: null }, 'c');
    expect(visibleTo(top)).to.deep.equal([]);
  });
});
