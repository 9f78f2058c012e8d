import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createCategoryTree, type CategoryData } from '../../domain/category/category.ts';
import type { ForbiddenItems } from '../../domain/content/forbidden-items.ts';
import { lengthOf } from '../../domain/content/text-rules.ts';
import { isFaults, parseRegisterRow } from '../../domain/household/register-row.ts';
import type { NeedKind } from '../../domain/need/kind.ts';
import { householdFaults } from '../../domain/need/household-limits.ts';
import { amountOf, postingFaults, type Posting } from '../../domain/need/posting.ts';
import { alikeAmong, contentFacts } from '../../domain/need/risk-facts.ts';
import { LEVELS_OF_BAND, riskOf, type RiskBand } from '../../domain/need/risk.ts';
import { needTable } from '../../domain/need/table.ts';
import { ageAt } from '../../domain/people/age.ts';
import { birthDateOf, idNumberFault, isFictional } from '../../domain/people/id-number.ts';
import { isPhone } from '../../domain/people/phone.ts';
import type { Policy } from '../../domain/policy.ts';
import { isWithin, levelOf, pathOf } from '../../domain/region/region.ts';
import { storedRegions } from '../../infra/region-rows.ts';

const read = (path: string): string => readFileSync(new URL(`../../data/${path}`, import.meta.url), 'utf8');
const json = <T>(path: string): T => JSON.parse(read(path)) as T;

interface SampleNeed extends Omit<Posting, 'photos' | 'consent'> {
  key: string;
  villageCode: string;
  householdNumber: string;
  publisher: string;
  kind: NeedKind;
  lines: { name: string; unit: string; quantity: number; unitPriceFen: number; condition: string }[];
  photos: { photoSeed: string; caption: string }[];
  consent: { kind: string; reference: string; sensitive: boolean; guardian: boolean };
  expect:
    | { refusedAtPosting: string; why: string }
    | { story: string; stage: string; via: string[]; route: string[]; reason?: string };
}

interface Account {
  key: string;
  phone: string;
  name: string;
  idNumber: string;
  grants: { role: string; level?: string; regionCode?: string; householdNumber?: string }[];
}

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
const COUNTIES = ['360735', '360781', '420921', '431024', '621224', '422801'];

const needs = readdirSync(new URL('../../data/needs/', import.meta.url))
  .filter((name) => name.endsWith('.jsonl'))
  .flatMap((name) => read(`needs/${name}`).trim().split('\n'))
  .map((line) => JSON.parse(line) as SampleNeed);
const households = new Map(
  parse<Record<string, string>>(read('needs/households.csv'), { columns: true }).map((h) => [
    h['householdNumber'] ?? '',
    h,
  ]),
);
const { accounts } = json<{ accounts: Account[] }>('demo-accounts.json');
const accountOf = new Map(accounts.map((a) => [a.key, a]));
const policy = json<Policy>('policies/default.json');
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

const membersOf = (row: Record<string, string>): { relation: string; name: string; birthDate: string }[] =>
  (row['members'] ?? '')
    .split(';')
    .filter((m) => m !== '')
    .map((m) => {
      const [relation = '', name = '', birthDate = ''] = m.split('|');
      return { relation, name, birthDate };
    });

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
    householdNames: [row['headName'] ?? '', ...members.map((m) => m.name)],
  });
  return [...new Set(found.map((f) => f.code))];
}

describe('region data', () => {
  const rows = storedRegions();
  const byCode = new Map(rows.map((row) => [row.code, row]));

  it('holds every province, city and county once, parents before children', () => {
    expect(rows.filter((r) => r.level === 'province')).to.have.length(31);
    expect(rows.filter((r) => r.level === 'city')).to.have.length(342);
    expect(byCode.size).to.equal(rows.length);
    const seen = new Set<string>();
    for (const row of rows) {
      if (row.parent !== null) expect(seen.has(row.parent), `${row.code} under ${row.parent}`).to.equal(true);
      seen.add(row.code);
    }
  });

  it('names the village of the first village point in full', () => {
    expect(byCode.get('360735100223')?.fullName).to.equal('江西省赣州市石城县琴江镇长乐村');
  });

  it('leaves units without an administration out of full names', () => {
    expect(byCode.get('429004')?.fullName).to.equal('湖北省仙桃市');
    expect(byCode.get('110101')?.fullName).to.equal('北京市东城区');
    expect(byCode.get('441900')).to.include({ placeholder: true, fullName: '广东省东莞市' });
  });

  it('knows the villages of the six western counties and of the partner cities', () => {
    const villages = rows.filter((r) => r.level === 'village');
    for (const county of COUNTIES)
      expect(villages.filter((v) => isWithin(v.code, county)).length, county).to.be.above(100);
    for (const city of ['3301', '3702'])
      expect(
        villages.some((v) => isWithin(v.code, city)),
        city,
      ).to.equal(true);
  });

  it('keeps abolished units with their end and tells what a new one came from', () => {
    expect(byCode.get('330103')).to.deep.include({ validTo: '2021-04-09', predecessors: [] });
    expect(byCode.get('330114')).to.deep.include({ validFrom: '2021-04-09', predecessors: ['330104', '330109'] });
  });

  it('pairs only regions that it knows, the west not twice with the same east', () => {
    const { pairs } = json<{ pairs: { east: string; west: string }[] }>('regions/pairings.json');
    expect(pairs).to.have.length(28);
    for (const { east, west } of pairs) expect(byCode.has(east) && byCode.has(west), `${east} ${west}`).to.equal(true);
    expect(new Set(pairs.map((p) => `${p.east} ${p.west}`)).size).to.equal(pairs.length);
  });

  it('knows every place that needs, households and accounts name', () => {
    const places = [
      ...needs.map((n) => n.villageCode),
      ...[...households.values()].map((h) => h['villageCode'] ?? ''),
      ...accounts.flatMap((a) => a.grants.flatMap((g) => g.regionCode ?? [])),
    ];
    expect(places.filter((code) => !byCode.has(code))).to.deep.equal([]);
  });
});

describe('household register', () => {
  it('has at least 110 households with fictional people and valid numbers', () => {
    expect(households.size).to.be.at.least(110);
    const ids = new Set<string>();
    for (const [number, row] of households) {
      const id = row['headIdNumber'] ?? '';
      ids.add(id);
      expect(number.slice(0, 12), number).to.equal(row['villageCode']);
      expect(idNumberFault(id), id).to.equal(null);
      expect(isFictional(id), id).to.equal(true);
      expect(isPhone(row['phone'] ?? ''), number).to.equal(true);
      expect(Number.isInteger(Number(row['incomePerCapitaYuan'])), number).to.equal(true);
      for (const m of membersOf(row)) expect(m.birthDate, m.name).to.match(/^\d{4}-\d{2}-\d{2}$/);
    }
    expect(ids.size).to.equal(households.size);
  });

  it('is accepted row by row by the import', () => {
    const villages = new Set(needs.map((n) => n.villageCode));
    const known = (code: string): boolean => villages.has(code);
    const context = { isVillage: known, isRegion: known, scope: null, allowFictional: true };
    for (const [number, row] of households) {
      const parsed = parseRegisterRow((column) => row[column] ?? '', context);
      expect(isFaults(parsed) ? parsed : [], number).to.deep.equal([]);
    }
  });

  it('agrees with the head’s account in name, ID number and phone', () => {
    for (const [number, row] of households) {
      const account = accountOf.get(`household-${number}`);
      expect(account, number).to.include({ name: row['headName'], idNumber: row['headIdNumber'], phone: row['phone'] });
    }
  });
});

describe('demo accounts', () => {
  it('are fictional, with keys, phones and ID numbers of their own', () => {
    for (const field of ['key', 'phone', 'idNumber'] as const) {
      expect(new Set(accounts.map((a) => a[field])).size, field).to.equal(accounts.length);
    }
    for (const a of accounts) {
      expect(a.phone, a.key).to.match(/^139000\d{5}$/);
      expect(idNumberFault(a.idNumber), a.key).to.equal(null);
      expect(isFictional(a.idNumber), a.key).to.equal(true);
      expect(birthDateOf(a.idNumber), a.key).to.not.equal(null);
    }
  });

  it('have grants whose level fits the region', () => {
    for (const grant of accounts.flatMap((a) => a.grants)) {
      if (grant.level !== undefined) expect(levelOf(grant.regionCode ?? '')).to.equal(grant.level);
    }
  });

  it('staff every place that is used, but for one village without and two with a single cadre', () => {
    const count = (role: string, region: string): number =>
      accounts.filter((a) => a.grants.some((g) => g.role === role && g.regionCode === region)).length;
    const villages = [...new Set(needs.map((n) => n.villageCode))];
    const byCount = (n: number): string[] => villages.filter((v) => count('cadre', v) === n);
    expect(byCount(0)).to.have.length(1);
    expect(byCount(1)).to.have.length(2);
    for (const village of villages) {
      expect(count('pointKeeper', village), village).to.equal(1);
      for (const above of pathOf(village).slice(0, -1)) expect(count('cadre', above), above).to.be.at.least(1);
    }
    for (const village of byCount(1)) {
      expect(
        needs.some((n) => n.publisher === `cadre-${village}-1`),
        'its only cadre posts',
      ).to.equal(true);
    }
    expect(accounts.filter((a) => a.grants.some((g) => g.role === 'donor'))).to.have.length(20);
  });
});

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

describe('documents of the data', () => {
  it('explain every column of the register', () => {
    const guide = read('needs/README.md');
    const [first] = households.values();
    for (const column of Object.keys(first ?? {})) expect(guide, column).to.contain(`\`${column}\``);
  });

  it('give the demo the same rules as the default policy, only faster', () => {
    const demo = json<Policy>('policies/demo.json');
    for (const part of ['shared', 'need', 'pledge'] as const) expect(demo[part]).to.have.all.keys(policy[part]);
    for (const same of [
      'townshipReviewAboveFen',
      'titleLength',
      'detailsLength',
      'photos',
      'openNeedsPerHousehold',
      'risk',
    ] as const) {
      expect(demo.need[same], same).to.deep.equal(policy.need[same]);
    }
    expect(existsSync(new URL('../../data/calendar.json', import.meta.url))).to.equal(true);
  });
});
