import { expect } from 'chai';
import { audienceKey, audiencesOf } from '../../domain/need/audience.ts';
import type { Tier } from '../../domain/need/types.ts';
import { whyNeedSentence, whyNeedWaits } from '../../domain/need/why-waiting.ts';
import { eventText } from '../../domain/need/timeline.ts';
import { loadRegions } from '../../infra/regions.ts';
import { COUNTY, PUBLISHER, REGION_PATH } from '../support/people.ts';
import { publishedNeed, submittedNeed, type NeedStory } from '../support/story.ts';

const REASON = { reasonCode: 'notAtHome' };
const regions = loadRegions();
const sees = (need: NeedStory, home: string): boolean =>
  audiencesOf([home], regions.partnersWest).includes(audienceKey(need.state));

/** A village of 恩施, which Hangzhou supports. */
const ENSHI = ['42', '4228', '422801', '422801103', '422801103210'];
const ofEnshi = (): NeedStory => {
  const village = ENSHI.at(-1) ?? '';
  const need = submittedNeed({ regionPath: ENSHI, pairedRegion: regions.pairedRegion(village) });
  need.do('approve', { id: 'cadre', role: 'cadre', level: 'village', regionCode: village });
  return need;
};

describe('A need: its audience', () => {
  it('widens from the township over county and paired city to the nation, after five days each', () => {
    const need = ofEnshi();
    const tiers: (Tier | undefined)[] = [need.state.tier];
    for (let i = 0; i < 3; i += 1) {
      expect(need.daysTo('widen')).to.equal(5);
      need.tickUntil('widen');
      tiers.push(need.state.tier);
    }
    expect(tiers).to.deep.equal(['township', 'county', 'paired', 'nation']);
    expect(need.state.clock).to.have.all.keys('expire');
    expect(need.daysTo('expire')).to.equal(25);
  });

  it('widens after two days when it is urgent, and skips the pair where there is none', () => {
    const need = publishedNeed({ urgency: 'urgent' });
    expect(need.daysTo('widen')).to.equal(2);
    need.tickUntil('widen');
    need.tickUntil('widen');
    expect(need.state.tier).to.equal('nation');
  });

  it('is seen by those of the tier and of those before, and by nobody else', () => {
    const need = ofEnshi();
    const homes = ['422801103210', '422801103', '422801001', '422801', '3301', '330106', '3302', '11', '360735'];
    const who = (): string[] => homes.filter((home) => sees(need, home));
    expect(who()).to.deep.equal(['422801103210', '422801103']);
    need.tickUntil('widen');
    expect(who()).to.deep.equal(['422801103210', '422801103', '422801001', '422801']);
    need.tickUntil('widen');
    expect(who()).to.deep.equal(['422801103210', '422801103', '422801001', '422801', '3301', '330106']);
    expect(audiencesOf([], regions.partnersWest)).to.not.include(audienceKey(need.state));
    need.tickUntil('widen');
    expect(who()).to.deep.equal(homes);
    expect(audiencesOf([], regions.partnersWest)).to.include(audienceKey(need.state));
  });

  it('keeps the rest of its window while it is not published', () => {
    const need = publishedNeed();
    need.wait(2).do('pause', PUBLISHER, REASON);
    need.wait(9).do('unpause', PUBLISHER);
    expect(need.daysTo('widen')).to.equal(3);
    need.wait(1);
    need.tally('all', 'none', 'none');
    need.wait(4);
    need.tally('part', 'none', 'none');
    expect([need.state.tier, need.daysTo('widen')]).to.deep.equal(['township', 2]);
    need.do('renew', PUBLISHER);
    expect(need.daysTo('widen')).to.equal(2);
    need.do('takeDown', COUNTY, REASON);
    need.do('restore', COUNTY);
    expect([need.state.tier, need.daysTo('widen')]).to.deep.equal(['township', 2]);
  });

  it('is the whole country at once under a policy without windows', () => {
    const need = publishedNeed({}, { widenDays: undefined });
    expect(need.state.tier).to.equal(undefined);
    expect(audienceKey(need.state)).to.equal('nation');
    expect(need.state.clock).to.have.all.keys('expire');
    expect(whyNeedWaits(need.state).code).to.equal('published');
  });

  it('tells those who wait for it', () => {
    const need = publishedNeed();
    expect(whyNeedSentence(whyNeedWaits(need.state))).to.match(/本村和本乡镇.*扩大公开范围/);
    need.tickUntil('widen');
    expect(whyNeedSentence(whyNeedWaits(need.state))).to.include('全县');
    const told = need.events.map(({ type, data }) => eventText('need', type, data, 'parcel'));
    expect(told).to.include.members(['已向本村和本乡镇公开', '公开范围扩大到全县']);
    expect(REGION_PATH).to.include(audienceKey(need.state));
  });
});
