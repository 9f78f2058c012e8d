import { expect } from 'chai';
import fc from 'fast-check';
import { rankDonors } from '../../domain/matching/donors.ts';
import { createPool, type Pool } from '../../domain/matching/pool.ts';
import { countyCap, rank, rankAll } from '../../domain/matching/rank.ts';
import { reasonsForDonor, reasonsForPublisher } from '../../domain/matching/reasons.ts';
import { exposureAmong, fitReasons, scoreNeed } from '../../domain/matching/score.ts';
import type { Candidate, DonorProfile } from '../../domain/matching/types.ts';

const NOW = Date.UTC(2026, 10, 25);
const DAY = 86_400_000;
const NOBODY: DonorProfile = { regions: [], paired: [], gave: {}, offers: [], usualFen: null };
const EVEN = { seldomSeen: () => false };
const COUNTIES = ['360735', '360781', '420921', '431024', '621224', '422801'];

let made = 0;
const need = (change: Partial<Candidate> = {}): Candidate => {
  made += 1;
  const county = change.county ?? COUNTIES[made % COUNTIES.length] ?? '';
  return {
    id: `need-${String(made).padStart(6, '0')}`,
    audience: 'nation',
    category: 'bedding',
    family: 'goods',
    county,
    village: `${county}100201`,
    urgency: 'normal',
    publishedAt: NOW - 3 * DAY,
    expiresAt: NOW + 30 * DAY,
    free: 2,
    restFen: 12_000,
    begun: false,
    helpedBefore: true,
    shown: 0,
    ...change,
  };
};

const poolOf = (needs: readonly Candidate[]): Pool => {
  const pool = createPool();
  for (const one of needs) pool.put(one);
  return pool;
};

const codesFor = (candidate: Candidate, donor: Partial<DonorProfile> = {}): string[] =>
  scoreNeed(candidate, { ...NOBODY, ...donor }, EVEN, NOW).reasons.map(({ code }) => code);

describe('suggestions for a donor', () => {
  it('say why, the weightiest reason first', () => {
    const candidate = need({ county: '360735', village: '360735100223', urgency: 'urgent', helpedBefore: false });
    const donor = { ...NOBODY, regions: ['360735100223'], gave: { bedding: 3 }, usualFen: 10_000 };
    const { reasons } = scoreNeed(candidate, donor, EVEN, NOW);
    expect(reasonsForDonor(reasons)).to.deep.equal([
      { code: 'sameVillage', text: '就在您所在的村' },
      { code: 'gaveLike', text: '您以前帮助过同类求助（3次）' },
      { code: 'urgent', text: '情况紧急' },
      { code: 'neverHelped', text: '这户人家还没有收到过帮扶' },
    ]);
  });

  it('follow the region’s path and the east–west partnership', () => {
    const enshi = need({ county: '422801', village: '422801001001' });
    expect(codesFor(enshi, { regions: ['330106'], paired: ['4228', '5226'] })).to.include('paired');
    expect(codesFor(enshi, { regions: ['4228'] }))
      .to.include('sameCity')
      .and.not.include('sameCounty');
    expect(codesFor(enshi, { regions: ['422801001'] })).to.include('sameTownship');
    expect(codesFor(enshi, { regions: ['11'] })).to.deep.equal(['waiting']);
  });

  it('know what is offered, given and alike', () => {
    const candidate = need();
    expect(codesFor(candidate, { offers: ['bedding'], gave: { bedding: 2 } })[0]).to.equal('offered');
    expect(codesFor(candidate, { gave: { goods: 1 } })).to.include('gaveAlike');
    expect(codesFor(need({ begun: true, free: 1 }))).to.include('lastUnits');
    expect(codesFor(candidate, { usualFen: 100_000 })).not.to.include('fits');
  });

  it('of an offer’s fit count among the others, and every code has words', () => {
    const [one, two] = [need(), need()];
    const of = fitReasons({ lines: [], likeness: 1, reasons: ['sameItem', 'coversAll', 'regionNamed'] });
    const options = { now: NOW, count: 1, pages: 2, exposure: exposureAmong([one, two]) };
    const more = ({ id }: Candidate) => (id === two.id ? of : []);
    const ranked = rankAll([one, two], NOBODY, { ...options, more });
    expect(ranked.map(({ need: { id } }) => id)).to.deep.equal([two.id, one.id]);
    expect(reasonsForDonor(of)).to.have.length(3);
    expect(reasonsForPublisher(of)).to.have.length(3);
  });

  it('bring forward who waits longer, is in need more, or was never helped', () => {
    const plain = need();
    for (const better of [
      need({ publishedAt: NOW - 20 * DAY }),
      need({ urgency: 'urgent' }),
      need({ helpedBefore: false }),
    ]) {
      expect(rank([plain, better], NOBODY, { now: NOW, count: 2, exposure: EVEN })[0]?.need.id).to.equal(better.id);
    }
  });

  it('bring forward a village that is shown less than half as often as others', () => {
    const seen = Array.from({ length: 4 }, () => need({ county: '360735', shown: 20 }));
    const unseen = need({ county: '621224', publishedAt: NOW });
    const pool = poolOf([...seen, unseen]);
    expect([pool.seldomSeen(unseen.village), pool.seldomSeen(seen[0]?.village ?? '')]).to.deep.equal([true, false]);
    pool.shown(unseen.id, 30);
    expect(pool.seldomSeen(unseen.village)).to.equal(false);
  });

  it('are not filled by one county while others have something, and are when only it has', () => {
    const here = Array.from({ length: 60 }, () => need({ county: '360735', urgency: 'urgent' }));
    const elsewhere = Array.from({ length: 60 }, () => need({ county: COUNTIES[1 + (made % 5)] ?? '' }));
    const page = rank([...here, ...elsewhere], NOBODY, { now: NOW, count: 20, exposure: EVEN });
    expect(page.filter(({ need: { county } }) => county === '360735')).to.have.length(countyCap(20));
    expect(rank(here, NOBODY, { now: NOW, count: 20, exposure: EVEN })).to.have.length(20);
  });

  it('leave a tenth of the page to what was shown least', () => {
    const known = Array.from({ length: 40 }, () => need({ urgency: 'urgent', shown: 9 }));
    const unseen = need({ publishedAt: NOW });
    const page = rank([...known, unseen], NOBODY, { now: NOW, count: 20, exposure: EVEN });
    expect(page.find((s) => s.need.id === unseen.id)?.reasons.at(-1)?.code).to.equal('seldomShown');
  });

  it('show every open need to somebody sooner or later', () => {
    // 600 alike but one by one younger, so that by score alone the youngest would never come.
    const pool = poolOf(Array.from({ length: 600 }, (_, i) => need({ publishedAt: NOW - 30 * DAY + i * 60_000 })));
    const never = new Set<string>();
    for (let i = 1; i <= 600; i += 1) never.add(`need-${String(made - 600 + i).padStart(6, '0')}`);
    let calls = 0;
    for (; never.size > 0 && calls < 1_000; calls += 1) {
      const page = rank(pool.candidates(NOBODY, ['nation'], NOW), NOBODY, { now: NOW, count: 20, exposure: pool });
      for (const { need: shown } of page) {
        pool.shown(shown.id);
        never.delete(shown.id);
      }
    }
    expect(never.size, `after ${calls} pages`).to.equal(0);
  });
});

describe('the pool of open needs', () => {
  it('never hands out what is closed, over, taken or for others, whatever came and went', () => {
    const anyNeed = fc.record({
      id: fc.integer({ min: 0, max: 30 }).map((n) => `n${n}`),
      audience: fc.constantFrom('nation', '360735', '360735100', 'paired:4228'),
      category: fc.constantFrom('bedding', 'food'),
      county: fc.constantFrom(...COUNTIES),
      urgency: fc.constantFrom('urgent', 'normal', 'low'),
      publishedAt: fc.integer({ min: NOW - 40 * DAY, max: NOW }),
      expiresAt: fc.integer({ min: NOW - 2 * DAY, max: NOW + 9 * DAY }),
      free: fc.integer({ min: 0, max: 3 }),
      helpedBefore: fc.boolean(),
    });
    const step = fc.oneof(
      anyNeed.map((change) => ({ put: need({ ...change, village: `${change.county}100201` }) })),
      fc.integer({ min: 0, max: 30 }).map((n) => ({ remove: `n${n}` })),
    );
    const donor = { ...NOBODY, regions: ['360735100223'], gave: { bedding: 1 }, paired: ['4228'] };
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
        const pool = createPool();
        const open = new Map<string, Candidate>();
        for (const one of steps) {
          if ('put' in one) {
            pool.put(one.put);
            open.set(one.put.id, one.put);
          } else {
            pool.remove(one.remove);
            open.delete(one.remove);
          }
        }
        expect(pool.size).to.equal(open.size);
        const audiences = ['nation', '360735100'];
        const wanted = [...open.values()].filter(
          ({ audience, free, expiresAt }) => audiences.includes(audience) && free > 0 && expiresAt > NOW,
        );
        const found = [...pool.candidates(donor, audiences, NOW)];
        // Few enough here that everything open to him is found, and nothing else.
        expect(found.map(({ id }) => id).sort()).to.deep.equal(wanted.map(({ id }) => id).sort());
      }),
      { numRuns: 300 },
    );
  });

  it('keeps what it counted when a need changes, and forgets it with the need', () => {
    const first = need();
    const pool = poolOf([first]);
    pool.shown(first.id, 7);
    pool.put({ ...first, free: 1 });
    pool.put({ ...first, urgency: 'urgent' });
    expect(pool.get(first.id)).to.deep.include({ shown: 7, urgency: 'urgent' });
    pool.remove(first.id);
    expect([pool.size, pool.candidates(NOBODY, ['nation'], NOW).size]).to.deep.equal([0, 0]);
  });
});

describe('suggestions of donors', () => {
  const donor = (id: string, change: Partial<DonorProfile>) => ({ ...NOBODY, id, ...change });
  const quilt = { category: 'bedding', family: 'goods', village: '422801001001' };

  it('name only who has to do with what is needed, the nearest of those who gave it first', () => {
    const ranked = rankDonors(
      quilt,
      [
        donor('books', { gave: { books: 9 } }),
        donor('alike', { gave: { goods: 1 } }),
        donor('far', { gave: { bedding: 1 } }),
        donor('paired', { gave: { bedding: 1 }, regions: ['3301'], paired: ['4228'] }),
        donor('offers', { offers: ['bedding'] }),
      ],
      10,
    );
    expect(ranked.map(({ donor: { id } }) => id)).to.deep.equal(['offers', 'paired', 'far', 'alike']);
    expect(reasonsForPublisher(ranked[1]?.reasons ?? []).map(({ text }) => text)).to.deep.equal([
      '捐助过同类求助（1次）',
      '来自对口帮扶的东部地区',
    ]);
  });
});
