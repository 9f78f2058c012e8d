import { expect } from 'chai';
import { createCategoryTree, type CategoryData } from '../../domain/category/category.ts';
import type { ForbiddenItems } from '../../domain/content/forbidden-items.ts';
import { lengthOf } from '../../domain/content/text-rules.ts';
import { householdFaults } from '../../domain/need/household-limits.ts';
import { amountOf, postingFaults } from '../../domain/need/posting.ts';
import { alikeAmong, contentFacts } from '../../domain/need/risk-facts.ts';
import { LEVELS_OF_BAND, riskOf, type RiskBand } from '../../domain/need/risk.ts';
import { needTable } from '../../domain/need/table.ts';
import { ageAt } from '../../domain/people/age.ts';
import { pathOf } from '../../domain/region/region.ts';
import {
  json,
  type SampleNeed,
  COUNTIES,
  needs,
  households,
  accountOf,
  policy,
  membersOf,
} from '../support/demo-data.ts';

const STORIES = [
  'delivered',
  'deliveredTownship',
  'twoReviewers',
  'returnedThenApproved',
  'refusedByCadre',
  'expiredUnmet',
  'partlyMatched',
  'withdrawn',
  'overdueTakeover',
  'disputed',
  'escalated',
  'takenDown',
  'cancelled',
  'pickup',
  'faceToFace',
  'claimLapsed',
  'standbyPromoted',
  'matchedByOffer',
  'editedAfterApproval',
  'appealed',
  'reopened',
  'paused',
  'widened',
  'challengeDismissed',
  'challengeUpheld',
];

const tree = createCategoryTree(json<CategoryData>('categories.json'));
const forbidden = json<ForbiddenItems>('forbidden-items.json');

/** The worst score that a sample can get: its household has posted all its needs before, its publisher is blameless. */
function riskBandOf(need: SampleNeed): RiskBand {
  const household = households.get(need.householdNumber) ?? {};
  const mine = needs.filter((n) => n.householdNumber === need.householdNumber && !('refusedAtPosting' in n.expect));
  const earlier = needs
    .filter((n) => n.key !== need.key && n.publisher === need.publisher && !('refusedAtPosting' in n.expect))
    .map((n) => ({ ...n, id: n.key, householdId: n.householdNumber, itemNames: n.lines.map((l) => l.name) }))
    .map((n) => ({ ...n, current: true }));
  const facts = {
    ...contentFacts(
      { ...need, amountFen: amountOf(need.lines) },
      tree.forPosting(need.category, pathOf(need.villageCode)),
      json<ForbiddenItems>('brand-words.json'),
    ),
    people: 1 + membersOf(household).length,
    photosReused: 0,
    registered: household['property'] === 'general' ? 0 : 1,
    postedBefore: mine.length - 1,
    alike: alikeAmong({ ...need, householdId: need.householdNumber }, earlier, policy.need).length,
    decided: 0,
    declined: 0,
  };
  if (policy.need.risk === undefined) throw new Error('the default policy gives no points');
  return riskOf(facts, policy.need, policy.need.risk).band;
}

/** What the posting rules say to a sample need at the end of the year in which it is told. */
function faultsOf(need: SampleNeed): string[] {
  const at = Date.parse('2026-11-24T00:00:00+08:00');
  const row = households.get(need.householdNumber) ?? {};
  const members = membersOf(row);
  const ages = members.map((m) => ageAt(m.birthDate, at));
  const category = tree.forPosting(need.category, pathOf(need.villageCode));
  const posting = { ...need, photos: need.photos.map((p) => p.photoSeed) };
  const found = postingFaults(posting, {
    ...policy.need,
    category,
    forbidden,
    concernsChild: ages.some((age) => age < 14),
    concernsMinor: ages.some((age) => age < 18),
    now: Date.now(),
    childNames: [],
    householdNames: [row['headName'] ?? '', ...members.map((m) => m.name)],
  });
  return [...new Set(found.map((f) => f.code))];
}

describe('sample needs', () => {
  const posted = needs.filter((n) => !('refusedAtPosting' in n.expect));
  const refused = needs.filter((n) => 'refusedAtPosting' in n.expect);

  it('are at least 130, 120 of them to be posted, from all six counties, each with a key of its own', () => {
    expect(needs.length).to.be.at.least(130);
    expect(posted.length).to.be.at.least(120);
    expect(new Set(needs.map((n) => n.villageCode.slice(0, 6)))).to.have.keys(COUNTIES);
    expect(new Set(needs.map((n) => n.key)).size).to.equal(needs.length);
  });

  it('belong to a household of their village and to a publisher with an account', () => {
    for (const need of needs) {
      expect(households.get(need.householdNumber)?.['villageCode'], need.key).to.equal(need.villageCode);
      expect(accountOf.has(need.publisher), `${need.key}: ${need.publisher}`).to.equal(true);
    }
  });

  it('tell a story of their own in at least forty characters', () => {
    for (const need of needs) {
      expect(lengthOf(need.details), need.key).to.be.at.least(40);
      expect(need.photos.length, need.key).to.be.within(1, 2);
      expect(need.kind).to.equal('goods');
    }
    expect(new Set(needs.map((n) => n.details)).size).to.equal(needs.length);
    expect(new Set(posted.map((n) => n.title)).size).to.equal(posted.length);
  });

  it('break no rule when they are to be posted', () => {
    expect(posted.map((n) => [n.key, ...faultsOf(n)]).filter((found) => found.length > 1)).to.deep.equal([]);
  });

  it('break exactly the rule they name when they are to be refused', () => {
    const named = refused.map((n) => [n.key, 'refusedAtPosting' in n.expect ? n.expect.refusedAtPosting : '']);
    expect(refused.map((n) => [n.key, ...faultsOf(n)])).to.deep.equal(named);
    expect(refused.length).to.be.at.least(12);
    const groups = refused.map((n) => ('why' in n.expect ? n.expect.why : '')).join(' ');
    for (const kind of [
      'alcohol',
      'tobacco',
      'treadmill',
      'jacket',
      'pet',
      'power bank',
      'motorbike',
      'phone',
      'drug',
      'live',
    ]) {
      expect(groups, kind).to.contain(kind);
    }
  });

  it('keep a household within its limits in the order of the file', () => {
    const before = new Map<string, SampleNeed[]>();
    for (const need of posted) {
      const own = before.get(need.householdNumber) ?? [];
      const known = own.map((n) => ({
        id: n.key,
        title: n.title,
        itemNames: n.lines.map((l) => l.name),
        category: n.category,
        open: true,
        countedFen: amountOf(n.lines),
        recent: true,
      }));
      expect(householdFaults(need, known, policy.need), need.key).to.deep.equal([]);
      before.set(need.householdNumber, [...own, need]);
    }
  });

  it('follow a route that their risk and the cadres of the village give', () => {
    for (const need of posted) {
      if (!('route' in need.expect)) continue;
      const eligible = [1, 2]
        .map((n) => `cadre-${need.villageCode}-${n}`)
        .filter((key) => accountOf.has(key) && key !== need.publisher);
      const levels = LEVELS_OF_BAND[riskBandOf(need)];
      const route = [
        ...(eligible.length > 0 ? ['village'] : []),
        ...(levels.includes('township') || eligible.length === 0 ? ['township'] : []),
        ...(levels.includes('county') ? ['county'] : []),
      ];
      expect(need.expect.route, need.key).to.deep.equal(route);
      if (need.expect.story === 'deliveredTownship') expect(route, need.key).to.include('township');
    }
  });

  it('end in every way that a need can end, through stages that exist and may follow each other', () => {
    const counts = new Map(STORIES.map((story) => [story, 0]));
    for (const { key, expect: expected } of posted) {
      if (!('story' in expected)) continue;
      expect(counts.has(expected.story), `${key}: ${expected.story}`).to.equal(true);
      counts.set(expected.story, (counts.get(expected.story) ?? 0) + 1);
      const path = [needTable.first, ...expected.via, expected.stage];
      path.slice(1).forEach((stage, i) => {
        const rule = needTable.stages[path[i] ?? ''];
        const targets = [
          ...Object.values(rule?.commands ?? {}).flatMap((c) => c.to),
          ...Object.values(rule?.clock ?? {}).flat(),
        ];
        expect(targets, `${key}: ${path[i]} → ${stage}`).to.include(stage);
      });
      if (expected.reason !== undefined) expect(lengthOf(expected.reason), key).to.be.within(5, 100);
    }
    for (const [story, count] of counts) expect(count, story).to.be.at.least(2);
  });

  it('cost about as much as real ones: half of them below 350 yuan, a few above a thousand', () => {
    const yuan = posted.map((n) => amountOf(n.lines) / 100).sort((a, b) => a - b);
    expect(yuan[Math.floor(yuan.length / 2)]).to.be.within(140, 350);
    expect(yuan.at(-1)).to.be.above(1000);
  });
});
