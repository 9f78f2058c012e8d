import { expect } from 'chai';
import fc from 'fast-check';
import { type JsonObject, SYSTEM } from '../../domain/kernel/types.ts';
import { RISK_FACTS, riskOf, riskReasonInChinese, type RiskFacts } from '../../domain/need/risk.ts';
import { policyOf } from '../../domain/policy.ts';
import { PUBLISHER, VILLAGE } from '../support/people.ts';
import { ALL_LEVELS, NEED_LINES, type NeedStory, needStory, POLICY } from '../support/story.ts';

const policy = policyOf(POLICY, 'need');
const HARMLESS: RiskFacts = {
  amountFen: 30_000,
  capFen: 80_000,
  people: 3,
  pricePercent: 40,
  brandWords: 0,
  photosReused: 0,
  registered: 1,
  postedBefore: 0,
  alike: 0,
  decided: 0,
  declined: 0,
};

function scored(change: Partial<RiskFacts>) {
  if (policy.risk === undefined) throw new Error('the default policy gives no points');
  return riskOf({ ...HARMLESS, ...change }, policy, policy.risk);
}

const codes = (change: Partial<RiskFacts>): string[] => scored(change).reasons.map((reason) => reason.code);

function screened(change: Partial<RiskFacts>, eligible: JsonObject = ALL_LEVELS): NeedStory {
  const need = needStory();
  need.do('submit', PUBLISHER);
  need.do('screened', SYSTEM, { eligible, facts: { ...HARMLESS, ...change } });
  return need;
}

describe('The risk of a posting', () => {
  it('is low, with no reason, when nothing stands out', () => {
    expect(scored({})).to.deep.equal({ score: 0, band: 'low', reasons: [] });
  });

  it('has a reason for each thing that stands out, from its limit on', () => {
    const cases: [Partial<RiskFacts>, Partial<RiskFacts>, string][] = [
      [{ amountFen: 50_000 }, { amountFen: 50_001 }, 'largeAmount'],
      [{ amountFen: 26_999, capFen: 30_000 }, { amountFen: 27_000, capFen: 30_000 }, 'nearCap'],
      [{ people: 1, amountFen: 49_999 }, { people: 1, amountFen: 60_000 }, 'muchPerHead'],
      [{ pricePercent: 94 }, { pricePercent: 95 }, 'highPrice'],
      [{ brandWords: 0 }, { brandWords: 1 }, 'brandWords'],
      [{ photosReused: 0 }, { photosReused: 1 }, 'photoReused'],
      [{ registered: 1 }, { registered: 0 }, 'notRegistered'],
      [{ postedBefore: 3 }, { postedBefore: 4 }, 'repeatPosting'],
      [{ alike: 0 }, { alike: 1 }, 'alike'],
      [{ decided: 5, declined: 1 }, { decided: 5, declined: 2 }, 'publisherRecord'],
      [{ decided: 4, declined: 4 }, { decided: 5, declined: 4 }, 'publisherRecord'],
    ];
    for (const [below, at, code] of cases) {
      expect(codes(below), `${code} below`).to.not.include(code);
      expect(codes(at), `${code} at its limit`).to.include(code);
    }
  });

  it('tells the reviewer each reason in Chinese with its number, the weightiest first', () => {
    const { reasons } = scored({ photosReused: 2, registered: 0, brandWords: 1 });
    expect(reasons.map(riskReasonInChinese)).to.deep.equal([
      '2张照片与其他求助的照片相同或极相似',
      '文字中有1处品牌名称',
      '该户不是低保、特困或监测对象',
    ]);
  });

  it('never falls when a fact becomes worse', () => {
    const worse: readonly (keyof RiskFacts)[] = ['amountFen', 'pricePercent', 'brandWords', 'photosReused', 'alike'];
    const any = fc.record(Object.fromEntries(RISK_FACTS.map((fact) => [fact, fc.nat({ max: 200_000 })])));
    fc.assert(
      fc.property(any, fc.constantFrom(...worse), fc.nat({ max: 50_000 }), (some, fact, more) => {
        const facts = some as unknown as RiskFacts;
        expect(scored({ ...facts, [fact]: (facts[fact] ?? 0) + more }).score).to.be.at.least(scored(facts).score);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('A need that was screened for its risk', () => {
  it('goes to the village, the township, the county, as the score says', () => {
    expect(screened({}).state.review?.route).to.deep.equal(['village']);
    expect(screened({ photosReused: 1 }).state.review?.route).to.deep.equal(['village', 'township']);
    const high = screened({ photosReused: 1, alike: 1 });
    expect(high.state.review?.route).to.deep.equal(['village', 'township', 'county']);
    expect(high.state.risk).to.deep.include({ score: 70, band: 'high' });
    expect(high.state.risk?.reasons.map((reason) => reason.code)).to.deep.equal(['photoReused', 'alike']);
  });

  it('goes to the township first when its publisher is the only cadre of the village', () => {
    expect(screened({}, { ...ALL_LEVELS, village: false }).state.review?.route).to.deep.equal(['township']);
  });

  it('is not screened with facts that are missing or broken', () => {
    const need = needStory();
    need.do('submit', PUBLISHER);
    const facts = { ...HARMLESS, people: 1.5 };
    expect(need.refused('screened', SYSTEM, { eligible: ALL_LEVELS, facts })).to.equal('INVALID_REQUEST');
    expect(need.stage).to.equal('submitted');
  });

  it('keeps to the amount alone under a policy from before there was a score', () => {
    const { risk: _risk, ...older } = policy;
    const need = needStory();
    Object.assign(need, { policy: older });
    need.do('submit', PUBLISHER);
    need.do('screened', SYSTEM, { eligible: ALL_LEVELS, facts: { ...HARMLESS, photosReused: 9, alike: 9 } });
    expect([need.state.review?.route, need.state.risk]).to.deep.equal([['village'], undefined]);
  });

  it('is screened again when edited: levels are added to the review that runs, none taken away', () => {
    const need = screened({});
    need.do('approve', VILLAGE);
    need.do('edit', PUBLISHER, { revisionId: 'revision-2', lines: NEED_LINES, amountFen: 30_000 });
    expect(need.reactions.at(-1)).to.deep.equal({ effect: 'screen', args: { needId: 'case-1' } });
    need.do('screened', SYSTEM, { eligible: ALL_LEVELS, facts: { ...HARMLESS, photosReused: 1 } });
    expect(need.state.review?.route).to.deep.equal(['village', 'township']);
    const events = need.events.length;
    need.do('screened', SYSTEM, { eligible: ALL_LEVELS, facts: { ...HARMLESS, photosReused: 1 } });
    expect(need.events).to.have.length(events);
    need.do('screened', SYSTEM, { eligible: ALL_LEVELS, facts: HARMLESS });
    expect(need.state.review?.route).to.deep.equal(['village', 'township']);
    expect(need.state.risk?.score).to.equal(0);
  });
});
