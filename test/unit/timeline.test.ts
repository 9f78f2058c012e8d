import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { eventText, partOf } from '../../domain/need/timeline.ts';

describe('the timeline', () => {
  for (const [caseType, name] of [
    ['need', 'NeedEvents'],
    ['pledge', 'PledgeEvents'],
  ] as const) {
    it(`has a Chinese sentence for every event of a ${caseType}`, () => {
      const source = readFileSync(`domain/${caseType}/events.ts`, 'utf8');
      const body = source.slice(source.indexOf(`export interface ${name}`), source.indexOf('EventType ='));
      const types = [...body.matchAll(/^ {2}(\w+):/gm)].map((m) => m[1] ?? '');
      expect(types.length).to.be.greaterThan(8);
      for (const type of types) expect(eventText(caseType, type, {}, 'parcel'), type).to.match(/\p{Script=Han}/u);
    });
  }

  it('says in which part somebody acted and never who he is', () => {
    const parties = { publisherId: 'p' };
    expect(partOf({ id: 'p', role: 'helper' }, parties)).to.equal('发布人');
    expect(partOf({ id: 'c', role: 'cadre', level: 'township' }, parties)).to.equal('乡镇干部');
    expect(partOf({ id: 'clock', role: 'clock' }, parties)).to.equal('到期自动处理');
    expect(partOf({ id: 'h', role: 'household', householdId: 'x' }, parties)).to.equal('求助家庭');
  });
});
