import { expect } from 'chai';
import {
  LEVELS,
  codeAt,
  isAbove,
  isRegionCode,
  isWithin,
  levelAbove,
  levelOf,
  parentOf,
  pathOf,
} from '../../domain/region/region.ts';

const changle = '360735100223';

describe('region codes', () => {
  it('tells the level by the length', () => {
    expect(pathOf(changle).map(levelOf)).to.deep.equal(['province', 'city', 'county', 'township', 'village']);
  });

  it('gives the path from the province down to the region itself', () => {
    expect(pathOf(changle)).to.deep.equal(['36', '3607', '360735', '360735100', changle]);
    expect(pathOf('3607')).to.deep.equal(['36', '3607']);
  });

  it('refuses what is no code', () => {
    for (const bad of ['', '3', '360', '36073', '36073510022', '3607351002234', '36073X', ' 36', '３６']) {
      expect(isRegionCode(bad), bad).to.equal(false);
      expect(() => levelOf(bad), bad).to.throw(RangeError);
    }
  });

  it('knows who lies in whom', () => {
    expect(isWithin(changle, '360735')).to.equal(true);
    expect(isWithin(changle, changle)).to.equal(true);
    expect(isWithin('360735', changle)).to.equal(false);
    expect(isWithin(changle, '360781')).to.equal(false);
    expect(isWithin(changle, ''), 'an empty scope holds nothing').to.equal(false);
    expect(isWithin(changle, '3'), 'a prefix that is no region holds nothing').to.equal(false);
  });

  it('climbs level by level up to the province', () => {
    expect(LEVELS.map(levelAbove)).to.deep.equal(['township', 'county', 'city', 'province', null]);
    expect(isAbove('county', 'village')).to.equal(true);
    expect(isAbove('village', 'village')).to.equal(false);
    expect(parentOf(changle)).to.equal('360735100');
    expect(parentOf('36')).to.equal(null);
  });

  it('picks the code of a level from a path or a code', () => {
    expect(codeAt(pathOf(changle), 'county')).to.equal('360735');
    expect(codeAt(changle, 'city')).to.equal('3607');
    expect(codeAt('3607', 'county')).to.equal(null);
  });
});
