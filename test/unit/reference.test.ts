import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { createPolicies, parsePolicy, UnknownPolicyError } from '../../infra/policies.ts';
import { loadReference } from '../../infra/reference.ts';

const reference = loadReference({ profile: 'test' });
const on = (date: string): number => Date.parse(`${date}T12:00:00+08:00`);
type Json = Record<string, Record<string, unknown>>;
const file = (name: string): Json =>
  JSON.parse(readFileSync(new URL(`../../data/policies/${name}.json`, import.meta.url), 'utf8')) as Json;

describe('reference data', () => {
  it('has all five levels above 长乐村', () => {
    const path = reference.regions.path('360735100223');
    expect(path.map((region) => region.level)).to.deep.equal(['province', 'city', 'county', 'township', 'village']);
    expect(path.at(-1)?.fullName).to.equal('江西省赣州市石城县琴江镇长乐村');
    expect(reference.regions.names(path.map((region) => region.code)).at(-1)).to.equal('长乐村');
  });

  it('lists what lies directly below, without abolished units, and the provinces at the top', () => {
    expect(reference.regions.children(null)).to.have.length(31);
    expect(reference.regions.children('360735').map((region) => region.name)).to.include('琴江镇');
    expect(reference.regions.children('3301').map((region) => region.name)).not.to.include('下城区');
    expect(reference.regions.find('330103')?.validTo).to.equal('2021-04-09');
  });

  it('leaves units out of names that only keep codes regular', () => {
    expect(reference.regions.names(['11', '1101', '110101'])).to.deep.equal(['北京市', '', '东城区']);
    expect(reference.regions.find('110101')?.fullName).to.equal('北京市东城区');
  });

  it('finds the nearest pair above, and none where there is none', () => {
    expect(reference.regions.partners('422801001001')).to.deep.equal(['3301']);
    expect(reference.regions.partners('53062')).to.deep.equal([]);
    expect(reference.regions.partners('530621')).to.deep.equal(['4419', '4420']);
    expect(reference.regions.partners('530102')).to.deep.equal(['31']);
    expect(reference.regions.partners('360735')).to.deep.equal([]);
    expect(reference.regions.path('999999')).to.deep.equal([]);
  });

  it('warns of a year whose holidays are unknown', () => {
    expect(reference.warnings(on('2025-06-01'))).to.deep.equal([]);
    expect(reference.warnings(on('2026-06-01')))
      .to.have.length(1)
      .and.to.match(/2027/);
    expect(reference.warnings(on('2031-06-01'))).to.have.length(2);
  });
});

describe('policies', () => {
  it('depend on the profile, and every version is found by its name', () => {
    expect(reference.currentPolicy(on('2026-03-01')).shared.time.workingDays).to.equal('calendar');
    const demo = loadReference({ profile: 'demo' });
    expect(demo.currentPolicy(on('2026-03-01')).shared.time.workingDays).to.equal('every');
    expect(demo.policyFor('2026-01').version).to.equal('2026-01');
    expect(() => demo.policyFor('nonsense')).to.throw(UnknownPolicyError);
  });

  it('change at the start of a Shanghai day', () => {
    const first = parsePolicy({ ...file('default'), validTo: '2026-07-01' }, 'a');
    const second = parsePolicy({ ...file('default'), version: '2026-07', validFrom: '2026-07-01' }, 'b');
    const { currentPolicy } = createPolicies([first, second], 'default');
    expect(currentPolicy(Date.parse('2026-06-30T15:59:59Z')).version).to.equal(first.version);
    expect(currentPolicy(Date.parse('2026-06-30T16:00:00Z')).version).to.equal('2026-07');
    expect(() => currentPolicy(on('2020-01-01'))).to.throw(UnknownPolicyError);
  });

  it('are refused with a deadline that no timer uses, without one that a timer needs, and out of order', () => {
    const policy = file('default');
    expect(() => parsePolicy({ ...policy, need: { ...policy['need'], napDays: 3 } }, 'x')).to.throw(/napDays/);
    const { returnedDays: _, ...without } = policy['need'] ?? {};
    expect(() => parsePolicy({ ...policy, need: without }, 'x')).to.throw(/returnedDays/);
    const hasty = { ...policy['pledge'], sentExpiryDays: 1 };
    expect(() => parsePolicy({ ...policy, pledge: hasty }, 'x')).to.throw(/sentVisitDays must be before/);
    const late = { ...policy['need'], outcomeDays: [7, 30, 500] };
    expect(() => parsePolicy({ ...policy, need: late }, 'x')).to.throw(/outcomeDays/);
  });
});
