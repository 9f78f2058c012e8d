import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { createCategoryTree, type CategoryData } from '../../domain/category/category.ts';
import { pathOf } from '../../domain/region/region.ts';

const tree = createCategoryTree(JSON.parse(readFileSync('data/categories.json', 'utf8')) as CategoryData);

describe('categories', () => {
  it('know their leaves, and every leaf of goods has a cap and a price band', () => {
    const leaves = tree.all.filter((c) => c.leaf);
    expect(leaves.length).to.be.greaterThan(20);
    expect(new Set(leaves.map((c) => c.kind))).to.have.keys(['goods', 'service', 'employment', 'money']);
    for (const leaf of leaves.filter((c) => c.kind === 'money')) expect(leaf.capFen, leaf.id).to.be.greaterThan(0);
    for (const leaf of leaves.filter((c) => c.kind === 'service' || c.kind === 'employment')) {
      expect(leaf.capUnits, leaf.id).to.be.greaterThan(0);
      expect([leaf.capFen, leaf.unitPriceFen], leaf.id).to.deep.equal([null, null]);
    }
    for (const leaf of leaves.filter((c) => c.kind === 'goods')) {
      expect(leaf.capFen, leaf.id).to.be.greaterThan(0);
      expect(leaf.unitPriceFen?.max, leaf.id).to.be.at.most(leaf.capFen ?? 0);
    }
    expect(tree.find('medical')?.leaf).to.equal(false);
    expect(tree.find('nonsense')).to.equal(null);
  });

  it('have their ids once', () => {
    expect(new Set(tree.all.map((c) => c.id)).size).to.equal(tree.all.length);
  });

  it('take the cap of the nearest region that has one of its own', () => {
    const cap = (region: string) => tree.forPosting('heating', pathOf(region))?.capFen;
    expect(cap('621224100200')).to.equal(150_000);
    expect(cap('360735100223')).to.equal(tree.find('heating')?.capFen);
    const times = (region: string) => tree.forPosting('hospital-transport', pathOf(region))?.capUnits;
    expect([times('621224100200'), times('360735100223')]).to.deep.equal([36, 24]);
  });

  it('know the price of a quilt by its name, and that of an unknown thing by its category', () => {
    const bedding = tree.forPosting('bedding', pathOf('360735100223'));
    expect(bedding?.bandOf('双人棉被').maxFen).to.equal(30_000);
    expect(bedding?.bandOf('凉席').maxFen).to.equal(tree.find('bedding')?.unitPriceFen?.max);
  });

  it('find everything below a category', () => {
    expect(tree.within('mobility-aids')).to.have.members(['mobility-aids', 'wheelchair', 'walking-aid']);
  });

  it('mark health as sensitive and education as meant for children', () => {
    expect(tree.find('wheelchair')?.sensitive).to.equal(true);
    expect(tree.find('books')?.forChildren).to.equal(true);
    expect(tree.find('bedding')?.sensitive).to.equal(false);
  });
});
