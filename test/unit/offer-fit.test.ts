import { expect } from 'chai';
import { fitOf, type NeedFacts, type OfferFacts } from '../../domain/offer/fit.ts';

const offered = (itemName: string): OfferFacts => ({
  ...{ category: 'bedding', itemName, condition: 'new', regionCode: null, left: 5 },
});
const wanted = (name: string): NeedFacts => ({
  ...{ category: 'bedding', regionPath: ['36'] },
  lines: [{ id: 'l1', name, condition: 'new', free: 2 }],
});

describe('What is offered', () => {
  it('fits what is named alike, as much alike as the policy says, or half where it says nothing', () => {
    const [thick, cotton] = [offered('加厚棉衣'), wanted('棉衣棉裤')];
    const { likeness = 0 } = fitOf(thick, cotton, { alikePercent: 0 }) ?? {};
    expect(likeness).to.be.within(0.1, 0.9);
    const percent = likeness * 100;
    expect(fitOf(thick, cotton, { alikePercent: percent })?.reasons).to.include('likeItem');
    expect(fitOf(thick, cotton, { alikePercent: percent + 1 })).to.equal(null);
    expect(fitOf(thick, cotton, {}) === null).to.equal(percent < 50);
    expect(fitOf(offered('棉衣'), wanted('加厚棉衣'), { alikePercent: 100 })?.reasons[0]).to.equal('sameItem');
  });
});
