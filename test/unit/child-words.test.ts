import { expect } from 'chai';
import { childrenMeant, mentionsChild } from '../../domain/need/child-words.ts';

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
});
