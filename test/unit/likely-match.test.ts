import { expect } from 'chai';
import fc from 'fast-check';
import { likelyMatches, newTwins, type MatchCandidate } from '../../domain/need/likely-match.ts';
import { PUBLISHER, TOWNSHIP, VILLAGE } from '../support/people.ts';
import { submittedNeed } from '../support/story.ts';

const policy = { householdPercent: 30, areaPercent: 60, shown: 10 };
const draft = {
  householdId: 'h1',
  title: '冬天需要两床棉被',
  details: '家里两位老人，冬天山上很冷，旧棉被已经不保暖。',
  category: 'bedding',
  lines: [{ name: '棉被', quantity: 2, unitPriceFen: 6_000 }],
};
const other = (change: Partial<MatchCandidate>): MatchCandidate => ({
  id: 'n1',
  householdId: 'h2',
  title: '孩子上学需要一张书桌',
  details: '孩子上小学四年级，一直趴在饭桌上写作业，眼睛越来越近视。',
  itemNames: ['书桌'],
  category: 'study-furniture',
  ...change,
});
const found = (...others: MatchCandidate[]) =>
  likelyMatches(draft, others, policy).map(({ id, reasons }) => [id, ...reasons]);

describe('likely matches of a draft', () => {
  it('are what the household asks for in like words or the same category', () => {
    expect(found(other({ householdId: 'h1' }))).to.deep.equal([]);
    const alike = other({
      householdId: 'h1',
      title: '两床厚棉被过冬',
      itemNames: ['厚棉被'],
      category: 'winter-clothing',
    });
    expect(found(alike)).to.deep.equal([['n1', 'sameHousehold', 'similarText']]);
    expect(found(other({ householdId: 'h1', category: 'bedding' }))).to.deep.equal([
      ['n1', 'sameHousehold', 'sameCategory'],
    ]);
  });

  it('are a neighbour’s need when it tells the same story, not when it asks for the same thing', () => {
    const quilts = other({ title: draft.title, itemNames: ['棉被'], category: 'bedding' });
    expect(found(quilts)).to.deep.equal([]);
    const told = other({ title: '请求两床棉被', details: draft.details });
    expect(found(told)).to.deep.equal([['n1', 'sameArea', 'similarText']]);
  });

  it('come with the likeliest first, as many as the policy shows', () => {
    const word = fc.constantFrom('棉被', '书桌', '老人', '冬天', '孩子', '大米');
    const text = fc.array(word, { minLength: 1, maxLength: 8 }).map((words) => words.join('很'));
    const any = fc.array(
      fc.record({ id: fc.uuid(), householdId: fc.constantFrom('h1', 'h2'), title: text, details: text }),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(any, fc.nat({ max: 12 }), (some, shown) => {
        const others = some.map((one) => other(one));
        const matches = likelyMatches(draft, others, { ...policy, shown });
        expect(matches.length).to.be.at.most(shown);
        const percents = matches.map(({ percent }) => percent);
        expect(percents).to.deep.equal([...percents].sort((a, b) => b - a));
        for (const { reasons, percent } of matches) {
          if (reasons.includes('sameArea')) expect(percent).to.be.at.least(policy.areaPercent);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('are no news for an edit when the need was like it before', () => {
    const twin = { title: '两床棉被过冬', itemNames: ['棉被'], category: 'bedding' };
    expect(newTwins(draft, [twin], {})).to.deep.equal([twin]);
    expect(newTwins(draft, [twin], {}, draft)).to.deep.equal([]);
  });
});

describe('a reviewer who approves what the household asks for elsewhere', () => {
  const duplicates = ['n1', 'n2'];

  it('is told so, and approves when he has looked at each', () => {
    const need = submittedNeed();
    const refused = need.try('approve', VILLAGE, { duplicates, acknowledged: ['n1'] });
    expect(refused.refusal).to.deep.equal({ code: 'DUPLICATE_SUSPECTED', detail: { needIds: ['n2'] } });
    expect(need.do('approve', VILLAGE, { duplicates, acknowledged: ['n2', 'n1'] })).to.equal('published');
    expect(need.events.find(({ type }) => type === 'reviewApproved')?.data['duplicates']).to.deep.equal(duplicates);
  });

  it('hears nothing of it where nothing is new: an approval without duplicates is as it was', () => {
    const need = submittedNeed();
    expect(need.do('approve', VILLAGE)).to.equal('published');
    expect(need.events.find(({ type }) => type === 'reviewApproved')?.data).to.not.have.property('duplicates');
    expect(submittedNeed().refused('approve', VILLAGE, { duplicates: [7] })).to.equal('INVALID_REQUEST');
  });

  it('nor when he decides an appeal, which is about the decision', () => {
    const need = submittedNeed();
    need.do('refuse', VILLAGE, { reasonCode: 'photoUnclear' });
    need.do('appeal', PUBLISHER);
    expect(need.state.review?.of).to.equal('appeal');
    expect(need.do('approve', TOWNSHIP, { duplicates })).to.equal('published');
  });
});

describe('a reviewer who approves what breaks a rule of today', () => {
  const brokenRules = [{ pointer: '/lines', code: 'AMOUNT_OVER_CAP', capFen: 1 }];

  it('is told which, and sends it back to be corrected', () => {
    const need = submittedNeed();
    const { refusal } = need.try('approve', VILLAGE, { brokenRules });
    expect(refusal).to.deep.equal({ code: 'POSTING_RULES_BROKEN', detail: { faults: brokenRules } });
    expect(submittedNeed().refused('approve', VILLAGE, { brokenRules: [] })).to.equal('INVALID_REQUEST');
    expect(need.do('return', VILLAGE, { reasonCode: 'tooMuch' })).to.equal('returned');
  });

  it('not when he decides an appeal, which is about the decision', () => {
    const need = submittedNeed();
    need.do('refuse', VILLAGE, { reasonCode: 'photoUnclear' });
    need.do('appeal', PUBLISHER);
    expect(need.do('approve', TOWNSHIP, { brokenRules })).to.equal('published');
  });
});
