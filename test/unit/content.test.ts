import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { findForbidden, findForbiddenWishes, type ForbiddenItems } from '../../domain/content/forbidden-items.ts';
import { findPersonalData, hasChinese, lengthOf } from '../../domain/content/text-rules.ts';
import { checkCharacter } from '../../domain/people/id-number.ts';

const items = JSON.parse(
  readFileSync(new URL('../../data/forbidden-items.json', import.meta.url), 'utf8'),
) as ForbiddenItems;
const kinds = (text: string): string[] => findPersonalData(text).map((f) => f.kind);
const groups = (text: string): string[] => findForbidden(text, items).map((f) => f.group);

describe('text length and language', () => {
  it('counts characters as people do, without outer space', () => {
    expect(lengthOf(' 两床棉被 ')).to.equal(4);
    expect(lengthOf('𠮷野家')).to.equal(3);
    expect(lengthOf('')).to.equal(0);
  });

  it('knows Chinese text, also with rare characters', () => {
    expect(['quilt', '12', '！', ''].map(hasChinese)).to.deep.equal([false, false, false, false]);
    expect(['棉被 2', '𠮷'].map(hasChinese)).to.deep.equal([true, true]);
  });
});

describe('personal data in free text', () => {
  it('finds a phone number however it is written', () => {
    for (const written of [
      '13900001234',
      '139 0000 1234',
      '139-0000-1234',
      '+86 13900001234',
      '86-139-0000-1234',
      '１３９００００１２３４',
      '1 3 9 0 0 0 0 1 2 3 4',
      '一三九零零零零一二三四',
      '幺三九〇〇〇〇幺二三四',
      '139\u200b0000\u200b1234',
      '0797-5712345',
    ]) {
      expect(kinds(`请联系${written}找我`), written).to.deep.equal(['phone']);
    }
  });

  it('finds an identity number, also with a slip in it', () => {
    for (const written of [
      '990735195601021239',
      '990735 19560102 1239',
      '99073519560102123x',
      '９９０７３５１９５６０１０２１２３Ｘ',
    ]) {
      expect(kinds(`身份证${written}。`), written).to.deep.equal(['idNumber']);
    }
  });

  it('finds bank cards by their check digit', () => {
    expect(kinds('打到6222 0212 3456 7890 128')).to.deep.equal(kinds('打到6222021234567890128'));
    expect(kinds('卡号4111 1111 1111 1111')).to.deep.equal(['bankCard']);
    expect(kinds('编号4111 1111 1111 1112')).to.deep.equal([]);
  });

  it('finds plates and messenger ids', () => {
    expect(kinds('车牌赣B·12345的车')).to.deep.equal(['plate']);
    expect(kinds('鄂QD12345')).to.deep.equal(['plate']);
    expect(kinds('加我微信：zhang_san88')).to.deep.equal(['messengerId']);
  });

  it('leaves ordinary numbers alone', () => {
    for (const text of [
      '2018年6月17日，我家6口人，去年收入3865元。',
      '尺码130 140 150各一件',
      '被子150x200厘米 2床，每床120元，共240元',
      '一九五六年生，今年七十岁，住三组',
      '鞋码36 37 38 39 40 41 42',
      '海拔1386米，离县城65公里',
      '微信里看到的，QQ也没有',
      '家里种了1.5亩稻谷、2.5亩玉米、0.8亩红薯',
    ]) {
      expect(kinds(text), text).to.deep.equal([]);
    }
  });

  it('points at the number in the text as it was given', () => {
    const text = '您好，电话１３９ ００００ １２３４谢谢';
    const [finding] = findPersonalData(text);
    expect(text.slice(finding?.index, (finding?.index ?? 0) + (finding?.length ?? 0))).to.equal(
      '１３９ ００００ １２３４',
    );
  });

  it('finds every well-made number wherever Chinese text surrounds it', () => {
    const phone = fc.stringMatching(/^1[3-9]\d{9}$/);
    const id = fc
      .tuple(
        fc.integer({ min: 110000, max: 999999 }),
        fc.integer({ min: 1930, max: 2024 }),
        fc.integer({ min: 100, max: 999 }),
      )
      .map(([region, year, n]) => `${region}${year}0615${n}`)
      .map((first) => first + checkCharacter(first));
    const around = fc.stringMatching(/^[老张家里有棉被冬天冷，。]{0,12}$/);
    fc.assert(fc.property(around, phone, around, (a, n, b) => kinds(a + n + b).join() === 'phone'));
    fc.assert(fc.property(around, id, around, (a, n, b) => kinds(a + n + b).join() === 'idNumber'));
  });

  it('never fails and never points outside, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (text) => {
        for (const f of findPersonalData(text)) {
          expect(f.index).to.be.at.least(0);
          expect(f.index + f.length).to.be.at.most(text.length);
        }
      }),
    );
  });
});

describe('forbidden items', () => {
  it('are found in titles and item names', () => {
    expect(groups('过年想要两箱白酒')).to.include('alcohol');
    expect(groups('中华香烟一条')).to.deep.equal(['tobacco']);
    expect(groups('家用跑步机')).to.deep.equal(['fitness']);
    expect(groups('小狗一只')).to.deep.equal(['pet']);
    expect(groups('充电宝20000毫安')).to.deep.equal(['gadget']);
    expect(groups('耐克羽绒服')).to.deep.equal(['brandedClothing']);
    expect(groups('二手摩托车')).to.deep.equal(['vehicle']);
    expect(groups('鸡苗100只')).to.deep.equal(['liveAnimal']);
    expect(groups('硝苯地平缓释片')).to.deep.equal(['prescriptionDrug']);
    expect(groups('24寸拉杆箱')).to.deep.equal(['luggage']);
    expect(groups('lv钱包')).to.deep.equal(['luxury']);
  });

  it('are found through blanks, width and case', () => {
    expect(groups('白 酒')).to.deep.equal(['alcohol']);
    expect(groups('ＮＩＫＥ球鞋')).to.deep.equal(['brandedClothing']);
    expect(groups('充\u200b电 宝')).to.deep.equal(['gadget']);
  });

  it('are not seen where the same characters mean something else', () => {
    for (const text of [
      '75%酒精消毒液',
      '轮椅一辆',
      '电动轮椅',
      '吸油烟机',
      '柴火灶烟囱',
      '无烟炉',
      '狗脑村老人护理垫',
      '猫石坳小学书包',
      '酒泉来的棉被',
      '摩托车头盔',
      '汽车站旁村点的雨衣',
      '手推车',
      '胰岛素冷藏盒',
      '鸡苗饲料',
      '雨披 XLV 号',
      '农药喷雾器',
      '山羊绒毯',
    ]) {
      expect(groups(text), text).to.deep.equal([]);
    }
  });

  it('are told from a story that only mentions them', () => {
    for (const story of [
      '丈夫生前酗酒，家里欠了债，现在只想要一床棉被。',
      '去年被狗咬伤，骑摩托车去镇上打的针。',
      '孩子不要名牌，能保暖就行。',
      '希望他不再喝酒。',
    ]) {
      expect(findForbiddenWishes(story, items), story).to.deep.equal([]);
    }
    expect(findForbiddenWishes('棉被两床。另外想要两条香烟招待客人。', items).map((f) => f.group)).to.deep.equal([
      'tobacco',
    ]);
  });

  it('are shown where they stand', () => {
    const text = '过年的 白 酒 两箱';
    const [finding] = findForbidden(text, items);
    expect(text.slice(finding?.index).startsWith('酒')).to.equal(true);
    const wish = '被子两床，想要一个充电宝';
    const [second] = findForbiddenWishes(wish, items);
    expect(wish.slice(second?.index)).to.equal('充电宝');
  });

  it('are found wherever Chinese text that allows nothing surrounds them, in any case', () => {
    const around = fc.stringMatching(/^[我家需要一个新的]{0,8}$/);
    const word = fc.constantFrom(...items.groups.flatMap((g) => g.words));
    fc.assert(
      fc.property(around, word, around, fc.boolean(), (a, w, b, upper) => {
        const text = `${a}${upper ? w.toUpperCase() : w}${b}`;
        expect(findForbidden(text, items).length, text).to.be.at.least(1);
      }),
    );
  });

  it('have a group, a reason and no word that an exception of its own swallows', () => {
    const ids = items.groups.map((g) => g.id);
    expect(new Set(ids).size).to.equal(ids.length);
    for (const group of items.groups) {
      expect(group.reason, group.id).to.match(/\p{Script=Han}/u);
      for (const phrase of group.allow) expect(group.words, `${group.id} ${phrase}`).to.not.include(phrase);
    }
  });
});
