import { expect } from 'chai';
import fc from 'fast-check';
import { similarity } from '../../domain/search/similarity.ts';
import { readingsOf, searchTerms, textTerms, type Searchable } from '../../domain/search/terms.ts';
import { tokenizer } from '../../infra/search.ts';

const quilt: Searchable = {
  title: '冬天需要两床棉被',
  itemNames: ['棉被', 'LED台灯'],
  placeNames: ['江西省', '赣州市', '石城县', '琴江镇', '长乐村'],
};

const finds = (query: string, record: Searchable): boolean => {
  const terms = new Set(searchTerms(record, tokenizer));
  return readingsOf(query, tokenizer).some((r) => r.terms.every((t) => terms.has(t)) && r.verify(record));
};

describe('text search', () => {
  it('finds a need by a word of its title, an item or a place', () => {
    for (const query of ['棉被', '台灯', '石城县', '长乐', '被', 'led', 'ＬＥＤ'])
      expect(finds(query, quilt), query).to.equal(true);
  });

  it('finds it by several words in any order', () => {
    expect(finds('石城 棉被', quilt)).to.equal(true);
    expect(finds('棉被冬天', quilt)).to.equal(true);
    expect(finds('棉被 洗衣机', quilt)).to.equal(false);
  });

  it('finds it by pinyin initials', () => {
    for (const query of ['mb', 'scx', 'clc']) expect(finds(query, quilt), query).to.equal(true);
    expect(finds('xyj', quilt)).to.equal(false);
  });

  it('does not join characters that stand in different texts', () => {
    expect(finds('被棉', quilt)).to.equal(false);
  });

  it('has nothing to look for in blanks and punctuation', () => {
    expect(readingsOf('  ，。!$^&*()', tokenizer)).to.deep.equal([]);
  });

  it('takes any text without failing, and finds every text by a piece of itself', () => {
    const han = fc.string({
      unit: fc.constantFrom(...'冬天需要两床棉被石城县长乐村台灯'),
      minLength: 2,
      maxLength: 20,
    });
    fc.assert(fc.property(fc.string(), (text) => Array.isArray(readingsOf(text, tokenizer))));
    fc.assert(
      fc.property(han, fc.nat(18), (title, at) => {
        const piece = title.slice(at % (title.length - 1), (at % (title.length - 1)) + 2);
        return finds(piece, { title, itemNames: [], placeNames: [] });
      }),
    );
  });

  it('keeps single characters and pairs of Chinese, and Latin words whole', () => {
    expect(textTerms('棉被 LED')).to.have.members(['棉', '被', '棉被', 'led']);
  });
});

describe('likeness of requests', () => {
  it('is 1 for the same and 0 for unlike texts, and does not depend on the order', () => {
    expect(similarity('两床棉被', '两床棉被')).to.equal(1);
    expect(similarity('两床棉被', '电压力锅')).to.equal(0);
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => similarity(a, b) === similarity(b, a)));
  });
});
