import { expect } from 'chai';
import fc from 'fast-check';
import { isOwn, reaches, scopeFilter, scopeOf, type Placed } from '../../domain/access/scope.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import { pathOf } from '../../domain/region/region.ts';

const VILLAGES = ['360735100223', '360735100201', '360735101001', '360781001001', '420921100201'];
const place = fc.constantFrom(...VILLAGES);
const anyRegion = place.chain((village) => fc.constantFrom(...pathOf(village)));
const people = ['a', 'b', 'c'] as const;

const actor: fc.Arbitrary<Actor> = fc.record(
  {
    id: fc.constantFrom(...people),
    role: fc.constantFrom('household', 'donor', 'helper', 'cadre', 'pointKeeper', 'aidUnit', 'operator', 'person'),
    regionCode: anyRegion,
    level: fc.constantFrom('township', 'county', 'city'),
    householdId: fc.constantFrom('h1', 'h2'),
    standsInFor: fc.constantFrom(...people),
  },
  { requiredKeys: ['id', 'role'] },
);

const record: fc.Arbitrary<Placed> = fc.record({
  stage: fc.constantFrom('published', 'handedOff'),
  regionPath: place.map(pathOf),
  publisherId: fc.constantFrom(...people),
  donorId: fc.constantFrom(...people),
  helperId: fc.constantFrom(...people),
  applicantId: fc.constantFrom(...people),
  giverId: fc.constantFrom(...people),
  receiverId: fc.constantFrom(...people),
  complainantId: fc.constantFrom(...people),
  accusedIds: fc.subarray([...people]),
  householdId: fc.constantFrom('h1', 'h2'),
  reviewLevel: fc.constantFrom('township', 'county', null),
  decidedBy: fc.constantFrom({ level: 'township' }, { level: 'city' }, null),
});

/** What MongoDB does with the filters that `scopeFilter` makes. */
function matches(filter: Record<string, unknown>, r: Record<string, unknown>): boolean {
  return Object.entries(filter).every(([key, want]) => {
    if (key === '$or') return (want as Record<string, unknown>[]).some((f) => matches(f, r));
    const has = key === 'decidedBy.level' ? (r['decidedBy'] as { level: string } | null)?.level : r[key];
    if (isNoneOf(want)) return !want.$nin.some((id) => (has as readonly string[]).includes(id));
    if (typeof want === 'object') return false; // { $in: [] }
    return Array.isArray(has) ? has.includes(want) : has === want;
  });
}

const isNoneOf = (want: unknown): want is { $nin: readonly string[] } =>
  typeof want === 'object' && want !== null && '$nin' in want;

describe('scope', () => {
  const kinds = fc.constantFrom(
    'need',
    'pledge',
    'application',
    'handover',
    'household',
    'case',
    'complaint',
    'certification',
    'offer',
    'sponsorship',
    'finding',
  );

  it('means the same in the database query and in memory', () => {
    fc.assert(
      fc.property(actor, record, kinds, (a, r, kind) => {
        const scope = scopeOf(a, kind);
        return reaches(scope, r) === matches(scopeFilter(scope), { ...r });
      }),
      { numRuns: 2000 },
    );
  });

  it('never reaches outside the region of a cadre except to his own records', () => {
    fc.assert(
      fc.property(actor, record, (a, r) => {
        if (a.role !== 'cadre' || a.regionCode === undefined) return;
        if (!reaches(scopeOf(a, 'need'), r)) return;
        expect(
          r.regionPath.includes(a.regionCode) || r.publisherId === a.id || r.householdId === a.householdId,
        ).to.equal(true);
      }),
    );
  });

  it('gives a finding to operators alone, and an offer or a sponsorship to who made it and the staff of its place', () => {
    fc.assert(
      fc.property(actor, record, fc.constantFrom('offer', 'sponsorship', 'finding'), (a, r, kind) => {
        const own = kind !== 'finding' && r.donorId === a.id;
        const staff = a.role === 'cadre' && a.regionCode !== undefined && r.regionPath.includes(a.regionCode);
        const expected = a.role === 'operator' || own || (kind !== 'finding' && staff);
        expect(reaches(scopeOf(a, kind), r), `${a.role} ${kind}`).to.equal(expected);
      }),
    );
  });

  it('gives a helper the needs of the households he helps, and nobody else by that', () => {
    fc.assert(
      fc.property(actor, record, (a, r) => {
        const as = { ...a, id: 'helper' };
        const other = { ...r, publisherId: 'a', helperId: 'helper' };
        const expected = as.role === 'helper' || reaches(scopeOf(as, 'need'), { ...other, helperId: 'b' });
        expect(reaches(scopeOf(as, 'need'), other), as.role).to.equal(expected);
      }),
    );
  });

  it('gives donors nothing of needs they did not post, and everybody without a region nothing by region', () => {
    const donor: Actor = { id: 'x', role: 'donor' };
    fc.assert(fc.property(record, (r) => !reaches(scopeOf(donor, 'need'), r)));
    fc.assert(fc.property(record, (r) => !reaches(scopeOf({ id: 'x', role: 'cadre' }, 'need'), r)));
    expect(scopeFilter(scopeOf(donor, 'case'))).to.deep.equal({ _id: { $in: [] } });
  });

  it('never gives a complaint to those whom it is about, nor to who stands in for them', () => {
    fc.assert(
      fc.property(actor, record, (a, r) => {
        const about = [a.id, a.standsInFor].some((id) => id !== undefined && r.accusedIds?.includes(id));
        if (about) expect(reaches(scopeOf(a, 'complaint'), r)).to.equal(r.complainantId === a.id);
      }),
    );
  });

  it('is the whole country for operators only', () => {
    fc.assert(
      fc.property(
        actor,
        kinds,
        (a, kind) =>
          kind === 'complaint' || (a.role === 'operator') === (JSON.stringify(scopeFilter(scopeOf(a, kind))) === '{}'),
      ),
    );
  });

  it('gives somebody’s papers to the level that decides or has decided, and to nobody else of the region', () => {
    fc.assert(
      fc.property(actor, record, (a, r) => {
        if (a.role === 'operator' || !reaches(scopeOf(a, 'certification'), r) || r.applicantId === a.id) return;
        expect(a.role).to.equal('cadre');
        expect([r.reviewLevel, r.decidedBy?.level]).to.include(a.level);
        expect(r.regionPath).to.include(a.regionCode);
      }),
    );
  });

  it('knows what is somebody’s own posting or household', () => {
    const need = { publisherId: 'a', householdId: 'h1' };
    expect(isOwn({ id: 'a', role: 'cadre' }, need)).to.equal(true);
    expect(isOwn({ id: 'b', role: 'cadre', householdId: 'h1' }, need)).to.equal(true);
    expect(isOwn({ id: 'b', role: 'cadre' }, need)).to.equal(false);
  });
});
