import { expect } from 'chai';
import { isWithin } from '../../domain/region/region.ts';
import { storedRegions } from '../../infra/region-rows.ts';
import { json, COUNTIES, needs, households, accounts } from '../support/demo-data.ts';

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
