import { expect } from 'chai';
import { postingRulesFor } from '../../api/routes/need/content.ts';
import { childrenMeant, mentionsChild } from '../../domain/need/child-words.ts';
import { loadReference } from '../../infra/reference.ts';

const reference = loadReference({ profile: 'test' });
const NOW = Date.UTC(2026, 10, 23);

describe('A text that asks for a child', () => {
  it('names one, or an age', () => {
    for (const text of [
      '给女儿买件棉衣，她今年七岁',
      '孙女的雨鞋破了',
      '7岁的妹妹',
      '十七岁',
      '七八岁',
      '两个孩子',
      '童鞋',
    ]) {
      expect(mentionsChild(text), text).to.equal(true);
    }
    for (const text of [
      '我今年七十五岁',
      '八十岁的母亲',
      '老两口都六十多岁了',
      '一百零三岁',
      '65岁',
      '十八岁',
      '二十岁',
    ]) {
      expect(mentionsChild(text), text).to.equal(false);
    }
  });

  it('concerns those under 14 and under 18 of the household, whatever it is for', () => {
    const coat = ['女儿七岁，想要一件棉衣'];
    expect(childrenMeant(false, coat, [40, 7])).to.deep.equal({ concernsChild: true, concernsMinor: true });
    expect(childrenMeant(false, coat, [40, 16])).to.deep.equal({ concernsChild: false, concernsMinor: true });
    expect(childrenMeant(false, ['想要一床棉被'], [40, 7])).to.deep.equal({
      concernsChild: false,
      concernsMinor: false,
    });
    expect(childrenMeant(true, ['想要一个书包'], [40, 7]).concernsChild).to.equal(true);
  });

  it('asks for the guardian’s consent to a coat for a girl of seven, as to a schoolbag', () => {
    const ordinary = {
      idNumber: '',
      phone: null,
      education: 'primary',
      health: 'healthy',
      labour: 'ordinary',
    } as const;
    const head = { name: '赖秀英', birthDate: '1960-05-12', ...ordinary };
    const girl = { relation: 'granddaughter', name: '赖小妹', birthDate: '2019-03-01', ...ordinary } as const;
    const path = ['36', '3607', '360735', '360735100', '360735100223'];
    const asked = { category: 'winter-clothing', details: '孙女七岁，个子长得快，去年的棉衣短了一截。' };
    const concerns = (change: object) => {
      const household = { head, members: [girl] } as never;
      return postingRulesFor(reference, household, path, { ...asked, ...change }, NOW).concernsChild;
    };
    expect(concerns({})).to.equal(true);
    expect(concerns({ details: '我今年六十六岁，棉衣穿了十年，已经不保暖。' })).to.equal(false);
    expect(concerns({ details: '', category: 'schoolbag-stationery' })).to.equal(true);
  });
});
