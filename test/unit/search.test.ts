import { expect } from 'chai';
import fc from 'fast-check';
import { similarity } from '../../domain/search/similarity.ts';
import { normaliseText, readingsOf, searchTerms, textTerms, type Searchable } from '../../domain/search/terms.ts';
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

  it('finds it by single characters, also of places, and by places written in one go', () => {
    for (const query of ['县', '床', '城县琴江', '江西省石城县', '长乐村 被', 'ed', 'd台', 'L'])
      expect(finds(query, quilt), query).to.equal(true);
  });

  it('knows each reading of a character, and mixes initials with words', () => {
    const record = { title: '重庆来的2.5kg大米', itemNames: ['蔚县小米'], placeNames: ['重庆市', '长寿区'] };
    for (const query of ['cqs', 'zqs', 'wxxm', 'yxxm', 'csq', 'zsq', 'cqs 大米', '2.5KG', '5k', 'dm cs', 'kg大'])
      expect(finds(query, record), query).to.equal(true);
    expect(finds('cqs 棉被', record)).to.equal(false);
  });

  it('takes any text without failing', () => {
    const anything = fc.array(fc.nat(0x10ffff)).map((points) => String.fromCodePoint(...points));
    fc.assert(fc.property(anything, (text) => Array.isArray(readingsOf(text, tokenizer))));
  });

  it('finds every text by every piece of itself that has a letter or a digit', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.nat(), fc.integer({ min: 1, max: 12 }), (record, which, at, length) => {
        const piece = pieceOf(record, which, at, length);
        fc.pre(/[\p{L}\p{N}\p{M}]/u.test(piece));
        return finds(piece, record);
      }),
      { numRuns: 3_000 },
    );
  });

  it('finds every text by the initials of neighbouring characters, however they are read', () => {
    fc.assert(
      fc.property(records, fc.nat(), fc.nat(), fc.nat(), (record, which, at, choice) => {
        const texts = [record.title, ...record.itemNames, record.placeNames.join('')];
        const initials = tokenizer.initials(normaliseText(texts[which % texts.length] ?? ''));
        const from = at % Math.max(1, initials.length - 1);
        const letters = initials.slice(from, from + 2 + (choice % 5)).map((l) => l[choice % l.length] ?? '');
        fc.pre(letters.length > 1 && !letters.includes(''));
        return finds(letters.join(''), record);
      }),
      { numRuns: 1_000 },
    );
  });

  it('keeps every character and pair, of whatever script', () => {
    expect(textTerms('棉被 LED')).to.have.members(['棉', '被', '棉被', 'l', 'e', 'd', 'le', 'ed']);
  });
});

const unit = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...'冬天需要两床棉被石城县长乐村重庆台灯蔚大米行单厦门') },
  { weight: 3, arbitrary: fc.constantFrom(...'aZ9LEDＬ５ｋ㎏½é𠮷ßΣкかﾊﾟ') },
  { weight: 2, arbitrary: fc.constantFrom(...' ，。-·（）+😀\u3000') },
);
const words = fc.string({ unit, minLength: 1, maxLength: 20 });
const records = fc.record({
  title: words,
  itemNames: fc.array(words, { maxLength: 3 }),
  placeNames: fc.array(words, { maxLength: 5 }),
});

function pieceOf({ title, itemNames, placeNames }: Searchable, which: number, at: number, length: number): string {
  const texts = [title, ...itemNames, placeNames.join('')];
  const characters = [...normaliseText(texts[which % texts.length] ?? '')];
  const from = at % Math.max(1, characters.length);
  return characters.slice(from, from + length).join('');
}

describe('likeness of requests', () => {
  it('is 1 for the same and 0 for unlike texts, and does not depend on the order', () => {
    expect(similarity('两床棉被', '两床棉被')).to.equal(1);
    expect(similarity('两床棉被', '电压力锅')).to.equal(0);
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => similarity(a, b) === similarity(b, a)));
  });
});
