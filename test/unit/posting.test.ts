import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { ForbiddenItems } from '../../domain/content/forbidden-items.ts';
import { createCategoryTree, type CategoryData } from '../../domain/category/category.ts';
import type { TemplateData } from '../../domain/need/template.ts';
import type { Arrangement } from '../../domain/need/arrangement.ts';
import { endorsementFaults } from '../../domain/need/endorsement.ts';
import type { NeedKind } from '../../domain/need/kind.ts';
import { countedFen, householdFaults } from '../../domain/need/household-limits.ts';
import {
  approvalFaults,
  postingFaults,
  type Posting,
  type PostingCategory,
  type PostingRules,
} from '../../domain/need/posting.ts';

const forbidden = JSON.parse(readFileSync('data/forbidden-items.json', 'utf8')) as ForbiddenItems;

const rules: PostingRules = {
  titleLength: { min: 4, max: 20 },
  detailsLength: { min: 10, max: 5000 },
  photos: { min: 1, max: 9 },
  category: {
    leaf: true,
    kind: 'goods',
    withMinors: false,
    capUnits: null,
    sensitive: false,
    capFen: 100_000,
    maxQuantity: 20,
    bandOf: () => ({ minFen: 1000, maxFen: 50_000 }),
  },
  forbidden,
  concernsChild: false,
  concernsMinor: false,
  now: Date.UTC(2026, 10, 2, 2),
  householdNames: ['赖秀英'],
  childNames: ['小明'],
};

const posting: Posting = {
  title: '冬天需要两床棉被',
  details: '家里两位老人，冬天山上很冷，旧棉被已经不保暖。',
  category: 'goods.bedding.quilt',
  urgency: 'normal',
  lines: [{ name: '棉被', quantity: 2, unitPriceFen: 12_000 }],
  photos: ['p1'],
  relation: 'self',
  consent: null,
};

const codes = (change: Partial<Posting>, changedRules: Partial<PostingRules> = {}): string[] =>
  postingFaults({ ...posting, ...change }, { ...rules, ...changedRules }).map((f) => `${f.pointer} ${f.code}`);

describe('the rules for posting a need', () => {
  it('accept an ordinary request for quilts', () => {
    expect(codes({})).to.deep.equal([]);
  });

  it('tell no name of a child, nor what is not asked for as a unit, and nothing of numbers without a leaf', () => {
    expect(codes({ details: '小明每天走山路上学，冬天很冷。' })).to.deep.equal(['/details PERSONAL_DATA']);
    const line = { name: '棉被', quantity: 2, unitPriceFen: 12_000 };
    expect(codes({ lines: [{ ...line, unit: '瓶茅台酒' }] })[0]).to.equal('/lines/0/unit FORBIDDEN_ITEM');
    const { category } = rules;
    const root = category && { ...category, leaf: false, maxQuantity: 0 };
    expect(codes({}, { category: root })).to.deep.equal(['/category CATEGORY_NOT_LEAF']);
  });

  it('want a consent that was given already', () => {
    const given = (givenAt: Date) =>
      codes({
        relation: 'helperCadre',
        consent: { kind: 'paper', reference: 'p', givenAt, sensitive: true, guardian: true },
      });
    expect(given(new Date('2026-11-02T00:00:00+08:00'))).to.deep.equal([]);
    expect(given(new Date('2026-11-03T00:00:00+08:00'))).to.deep.equal(['/consent/givenOn CONSENT_DATE']);
  });

  it('are looked at again at an approval where they can have changed: what is forbidden, caps and prices', () => {
    const { category } = rules;
    const again = (change: Partial<Posting>, changed: Partial<PostingCategory> = {}): string[] =>
      approvalFaults({ ...posting, ...change }, { forbidden, category: category && { ...category, ...changed } }).map(
        (f) => `${f.pointer} ${f.code}`,
      );
    expect(again({})).to.deep.equal([]);
    expect(again({ title: '想要两瓶白酒' })).to.deep.equal(['/title FORBIDDEN_ITEM']);
    expect(again({}, { capFen: 20_000 })).to.deep.equal(['/lines AMOUNT_OVER_CAP']);
    expect(again({}, { bandOf: () => ({ minFen: 1, maxFen: 9 }) })).to.deep.equal([
      '/lines/0/unitPriceFen PRICE_OUT_OF_BAND',
    ]);
    expect(again({}, { maxQuantity: 1 })).to.deep.equal(['/lines/0/quantity QUANTITY_OUT_OF_RANGE']);
    expect(again({ title: '被', details: '赖秀英', photos: [] }), 'words were checked when they came').to.deep.equal(
      [],
    );
  });

  it('take nobody’s own word for the household’s consent', () => {
    const said = { kind: 'inPerson', reference: '当面同意', sensitive: true, guardian: true };
    const posted = { relation: 'villageCadre', consent: said };
    expect(codes(posted)).to.deep.equal(['/consent/kind CONSENT_REQUIRED']);
    for (const kind of ['paper', 'recording', 'smsCode']) {
      expect(codes({ ...posted, consent: { ...said, kind } }), kind).to.deep.equal([]);
    }
    expect(codes({ relation: 'self', consent: said }), 'the household itself').to.deep.equal([]);
    expect(codes(posted, { evidenceKept: true }), 'posted when it was enough').to.deep.equal([]);
  });

  it('want title and details in Chinese and of the right length', () => {
    expect(codes({ title: '棉被' })).to.deep.equal(['/title TITLE_LENGTH']);
    expect(codes({ title: 'two warm quilts' })).to.deep.equal(['/title CHINESE_TEXT_REQUIRED']);
    expect(codes({ details: '冷' })).to.deep.equal(['/details DETAILS_LENGTH']);
  });

  it('want a leaf category and an amount under its cap', () => {
    expect(codes({}, { category: null })).to.deep.equal(['/category CATEGORY_UNKNOWN']);
    expect(codes({ lines: [{ name: '棉被', quantity: 9, unitPriceFen: 12_000 }] })).to.deep.equal([
      '/lines AMOUNT_OVER_CAP',
    ]);
  });

  it('point at the line whose quantity or price is out of range', () => {
    const lines = [...posting.lines, { name: '枕头', quantity: 21, unitPriceFen: 100 }];
    expect(codes({ lines })).to.deep.equal([
      '/lines/1/quantity QUANTITY_OUT_OF_RANGE',
      '/lines/1/unitPriceFen PRICE_OUT_OF_BAND',
    ]);
    expect(codes({ lines: [] })).to.deep.equal(['/lines LINES_REQUIRED']);
    expect(codes({ lines: [...posting.lines, ...posting.lines] })).to.include('/lines/1/name LINE_DUPLICATE');
  });

  it('refuse forbidden things in the title, in an item and as a wish in the details', () => {
    expect(codes({ title: '想要一条香烟过年' })).to.include('/title FORBIDDEN_ITEM');
    expect(codes({ lines: [{ name: '白酒', quantity: 1, unitPriceFen: 5000 }] })).to.include(
      '/lines/0/name FORBIDDEN_ITEM',
    );
    expect(codes({ details: '家里很冷需要棉被，另外希望有两瓶白酒过年' })).to.include('/details FORBIDDEN_ITEM');
  });

  it('keep phone numbers, full names and, for minors, schools out of public text', () => {
    expect(codes({ details: '请打电话13812345678联系我们家，谢谢大家' })).to.deep.equal(['/details PERSONAL_DATA']);
    expect(codes({ details: '赖秀英老人一个人住在山上，冬天很冷' })).to.deep.equal(['/details PERSONAL_DATA']);
    const school = { details: '孩子在石城县第三小学读书，冬天没有厚被子' };
    expect(codes(school)).to.deep.equal([]);
    expect(codes(school, { concernsMinor: true })).to.deep.equal(['/details SCHOOL_NAMED']);
    for (const details of [
      '孩子在上小学，冬天没有厚被子盖',
      '女儿考上了县里的高中，要住校',
      '每天走山路去镇上读小学，冬天很冷',
    ]) {
      expect(codes({ details }, { concernsMinor: true }), details).to.deep.equal([]);
    }
  });

  it('want one to nine different photos', () => {
    expect(codes({ photos: [] })).to.deep.equal(['/photos PHOTO_COUNT']);
    expect(codes({ photos: ['a', 'a'] })).to.deep.equal(['/photos/1 PHOTO_DUPLICATE']);
  });

  it('want evidence of consent from everybody who posts for somebody else', () => {
    const consent = { kind: 'paper', reference: 'p2', sensitive: false, guardian: false };
    expect(codes({ relation: 'helperCadre' })).to.deep.equal(['/consent CONSENT_REQUIRED']);
    expect(codes({ relation: 'helperCadre', consent })).to.deep.equal([]);
    expect(codes({ relation: 'cousin' })).to.deep.equal(['/relation RELATION_UNKNOWN']);
  });

  it('want the separate consents for health and for children', () => {
    const category = rules.category && { ...rules.category, sensitive: true };
    const consent = { kind: 'paper', reference: 'p2', sensitive: true, guardian: true };
    expect(codes({}, { category })).to.deep.equal(['/consent/sensitive SENSITIVE_CONSENT_REQUIRED']);
    expect(codes({}, { concernsChild: true })).to.deep.equal(['/consent/guardian GUARDIAN_CONSENT_REQUIRED']);
    expect(codes({ consent }, { category, concernsChild: true })).to.deep.equal([]);
  });
});

describe('the templates', () => {
  const tree = createCategoryTree(JSON.parse(readFileSync('data/categories.json', 'utf8')) as CategoryData);
  const { templates } = JSON.parse(readFileSync('data/templates.json', 'utf8')) as TemplateData;

  it('are there for every category, and break no rule but that their blanks must be filled', () => {
    const leaves = tree.all.filter((category) => category.leaf).map((category) => category.id);
    expect(templates.map((template) => template.category)).to.have.members(leaves);
    for (const { category, title, details } of templates) {
      const found = codes({ title, details }).filter((fault) => !fault.startsWith('/lines'));
      expect(found, category).to.deep.equal(['/details BLANK_LEFT']);
    }
  });
});

describe('the rules for services, jobs and money', () => {
  const rulesFor = (kind: NeedKind, change: Partial<PostingCategory> = {}): Partial<PostingRules> => ({
    category: { ...(rules.category as PostingCategory), kind, capUnits: 10, ...change },
  });
  const arrangement: Arrangement = { when: '每周六上午', place: 'village', minor: false, presentAdult: null };
  const service: Partial<Posting> = {
    kind: 'service',
    title: '请接送老人去县医院',
    lines: [{ name: '往返县医院', unit: '次', quantity: 4, unitPriceFen: 0 }],
    arrangement,
  };

  it('let a service say what, how often, when and where, and never a price', () => {
    expect(codes(service, rulesFor('service'))).to.deep.equal([]);
    const priced = { ...service, lines: [{ name: '往返县医院', unit: '床', quantity: 11, unitPriceFen: 500 }] };
    expect(codes(priced, rulesFor('service'))).to.deep.equal([
      '/lines UNITS_OVER_CAP',
      '/lines/0/unit UNIT_NOT_FITTING',
      '/lines/0/unitPriceFen PRICE_NOT_ASKED',
    ]);
    expect(codes({ ...service, arrangement: null }, rulesFor('service'))).to.deep.equal([
      '/arrangement ARRANGEMENT_REQUIRED',
    ]);
    const told = { ...service, arrangement: { ...arrangement, when: '打13812345678约' } };
    expect(codes(told, rulesFor('service'))).to.deep.equal(['/arrangement/when PERSONAL_DATA']);
    expect(codes({ arrangement })).to.deep.equal(['/arrangement ARRANGEMENT_NOT_ASKED']);
    expect(codes(service)).to.include('/category KIND_MISMATCH');
  });

  it('let no stranger meet a child without an adult beside it, whatever the category says', () => {
    const withChild = { ...service, arrangement: { ...arrangement, minor: true } };
    expect(codes(withChild, rulesFor('service'))).to.deep.equal(['/arrangement/presentAdult PRESENT_ADULT_REQUIRED']);
    expect(codes(service, rulesFor('service', { withMinors: true }))).to.deep.equal([
      '/arrangement/presentAdult PRESENT_ADULT_REQUIRED',
    ]);
    const safe: Arrangement = { ...arrangement, minor: true, presentAdult: 'parent' };
    expect(codes({ ...service, arrangement: safe }, rulesFor('service', { withMinors: true }))).to.deep.equal([]);
  });

  it('let nobody look for work for a minor', () => {
    const job: Partial<Posting> = {
      kind: 'employment',
      lines: [{ name: '县城保洁岗位', unit: '人', quantity: 1, unitPriceFen: 0 }],
      arrangement,
    };
    expect(codes(job, rulesFor('employment'))).to.deep.equal([]);
    const minor = { ...job, arrangement: { ...arrangement, minor: true } };
    expect(codes(minor, rulesFor('employment'))).to.deep.equal(['/arrangement/minor MINOR_EMPLOYMENT']);
  });

  it('want for money its purpose and amount under the cap, whom it is paid to, and proof when that is somebody else', () => {
    const money: Partial<Posting> = {
      kind: 'money',
      lines: [{ name: '住院自付费用', unit: '笔', quantity: 1, unitPriceFen: 40_000 }],
      payee: { kind: 'recipient', proof: null },
    };
    const category = rulesFor('money', { capUnits: null });
    expect(codes(money, category)).to.deep.equal([]);
    expect(codes({ ...money, payee: null }, category)).to.deep.equal(['/payee PAYEE_REQUIRED']);
    expect(codes({ ...money, payee: { kind: 'hospital', proof: null } }, category)).to.deep.equal([
      '/payee/proof PAYEE_PROOF_REQUIRED',
    ]);
    expect(codes({ ...money, payee: { kind: 'hospital', proof: 'p9' } }, category)).to.deep.equal([]);
    const twice = { ...money, lines: [{ name: '住院自付费用', unit: '笔', quantity: 2, unitPriceFen: 40_000 }] };
    expect(codes(twice, category)).to.deep.equal(['/lines/0/quantity QUANTITY_OUT_OF_RANGE']);
    expect(codes({ payee: { kind: 'recipient', proof: null } })).to.deep.equal(['/payee PAYEE_NOT_ASKED']);
  });
});

describe('the limits of a household', () => {
  const before = {
    id: 'n1',
    title: '急需两床冬天的棉被',
    itemNames: ['棉被'],
    category: 'other',
    open: false,
    recent: true,
  };
  const policy = { openNeedsPerHousehold: 2 };

  it('let it ask for something else', () => {
    expect(
      householdFaults(posting, [{ ...before, title: '电压力锅一台', itemNames: ['压力锅'] }], policy),
    ).to.deep.equal([]);
  });

  it('stop the same request in other words', () => {
    expect(householdFaults(posting, [before], policy)[0]?.code).to.equal('DUPLICATE_NEED');
    expect(householdFaults(posting, [{ ...before, recent: false }], policy)).to.deep.equal([]);
  });

  it('are as strict about what is alike as the policy says', () => {
    const other = { ...before, title: '电压力锅一台', itemNames: ['压力锅'] };
    expect(householdFaults(posting, [before], { ...policy, duplicatePercent: 100 })).to.deep.equal([]);
    expect(householdFaults(posting, [other], { ...policy, duplicatePercent: 0 })[0]?.code).to.equal('DUPLICATE_NEED');
  });

  it('stop a second request of the same category in the window', () => {
    const other = { ...before, title: '电压力锅一台', itemNames: ['压力锅'], category: posting.category };
    expect(householdFaults(posting, [other], policy).map((f) => f.code)).to.deep.equal(['DUPLICATE_NEED']);
  });

  it('stop the request after the last one allowed', () => {
    const open = [1, 2].map((i) => ({
      ...before,
      id: `n${i}`,
      title: `电压力锅${i}`,
      itemNames: [],
      open: true,
      recent: false,
    }));
    expect(householdFaults(posting, open, policy).map((f) => f.code)).to.deep.equal(['TOO_MANY_OPEN_NEEDS']);
  });

  it('count all that an open need asks for, and of one that is over what was promised, sent or received', () => {
    const since = new Date('2026-01-01');
    const line = { quantity: 10, unitPriceFen: 100, held: 2, sent: 1, received: 3 };
    const counted = (stage: 'underReview' | 'matched' | 'closed', submittedAt: Date | null) =>
      countedFen({ stage, lines: [line], submittedAt }, since);
    expect(counted('underReview', new Date('2025-06-01'))).to.equal(1000);
    expect(counted('matched', new Date('2026-06-01'))).to.equal(600);
    expect(counted('closed', new Date('2025-06-01')), 'received before the period').to.equal(300);
    expect(counted('underReview', null), 'a draft').to.equal(0);
  });

  it('let no three open needs pass together what one could not', () => {
    const limited = { openNeedsPerHousehold: 9, receivedPerHousehold: { days: 365, fen: 500_000 } };
    const asked = { ...posting, lines: [{ name: '电视', quantity: 1, unitPriceFen: 490_000 }] };
    const other = { ...before, title: '电压力锅一台', itemNames: [], open: true, recent: false };
    expect(householdFaults(asked, [], limited), 'alone it is bounded by its cap').to.deep.equal([]);
    expect(householdFaults(asked, [{ ...other, countedFen: 10_000 }], limited)).to.deep.equal([]);
    expect(householdFaults(asked, [{ ...other, countedFen: 10_001 }], limited)).to.deep.equal([
      { code: 'RECEIVED_LIMIT', members: { receivedFen: 10_001, limitFen: 500_000 } },
    ]);
  });
});

describe('the rules for somebody who vouches', () => {
  const said = { text: '我住在隔壁，情况属实。', photos: ['p1', 'p2'] };

  it('are those of the policy, and the usual ones where it says nothing', () => {
    expect(endorsementFaults(said, rules)).to.deep.equal([]);
    const strict = { textLength: { min: 20, max: 50 }, photosAtMost: 1 };
    expect(endorsementFaults(said, rules, strict).map(({ code }) => code)).to.deep.equal([
      'DETAILS_LENGTH',
      'PHOTO_COUNT',
    ]);
    expect(endorsementFaults({ ...said, text: '属实' }, rules).map(({ code }) => code)).to.deep.equal([
      'DETAILS_LENGTH',
    ]);
  });
});
