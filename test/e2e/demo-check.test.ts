import { expect } from 'chai';
import { describe, it } from 'mocha';
import { faultOf, type TimelineItem } from '../../scripts/demo/check.ts';
import { createLanes } from '../../scripts/demo/lanes.ts';
import { compare } from '../../scripts/demo/usage.ts';
import type { ExpectedStory } from '../../scripts/demo/sample.ts';

const timeline = (...types: string[]): TimelineItem[] =>
  types.map((type, i) => ({ seq: i + 1, at: new Date(i * 1000).toISOString(), type }));

const expected: ExpectedStory = {
  story: 'withdrawn',
  stage: 'withdrawn',
  via: ['submitted', 'underReview', 'published'],
  route: ['village', 'township'],
};
const right = ['needSubmitted', 'reviewStarted', 'reviewApproved', 'reviewPassedOn', 'needPublished', 'needWithdrawn'];

describe('the check at the end of the demo', () => {
  it('finds nothing wrong with a need that went the way it must', () => {
    expect(faultOf(expected, timeline(...right), ['village', 'township'])).to.equal(null);
  });

  it('finds a wrong end, a detour, a wrong route and a missing event', () => {
    const events = timeline(...right);
    expect(faultOf(expected, events.slice(0, -1), ['village', 'township'])).to.contain('it must go');
    const detour = timeline('needSubmitted', 'reviewStarted', 'reviewReturned', 'needPublished', 'needWithdrawn');
    expect(faultOf(expected, detour, ['village', 'township'])).to.contain('returned');
    expect(faultOf(expected, events, ['village'])).to.contain('it must be by village, township');
    const further = ['village', 'township', 'county'] as const;
    expect(faultOf(expected, events, further)).to.contain('it must be by village, township');
    expect(faultOf(expected, events, further, true), 'asked for before').to.equal(null);
    const missing = events.filter(({ type }) => type !== 'reviewApproved');
    expect(faultOf(expected, missing, ['village', 'township'])).to.contain('event 3 is missing');
  });
});

describe('the count of used operations', () => {
  const operation = (operationId: string) => ({ operationId });
  const document = {
    paths: {
      '/v1/accounts/lookup': { post: operation('lookUp') },
      '/v1/accounts/{accountId}': { get: operation('getAccount'), post: operation('changeAccount') },
      '/v1/ledger.csv': { get: operation('csv') },
      '/v1/needs/{needId}/pin': { post: operation('pin') },
    },
  };

  it('knows an operation by method and path, the plainer path first', () => {
    const used = new Set([
      'POST /v1/accounts/lookup',
      'GET /v1/accounts/7',
      'POST /v1/needs/7/pin',
      'GET /v1/ledgerxcsv',
    ]);
    const unused = ['changeAccount', 'csv'];
    expect(compare(document, used)).to.deep.equal({ total: 5, used: 3, refused: [], unused });
  });

  it('tells what was only ever refused apart from what nobody asked for', () => {
    const refused = new Set(['POST /v1/accounts/7', 'POST /v1/needs/8/pin']);
    const { refused: only, unused } = compare(document, new Set(['POST /v1/needs/7/pin']), refused);
    expect(only).to.deep.equal(['changeAccount']);
    expect(unused).to.deep.equal(['lookUp', 'getAccount', 'csv']);
  });
});

describe('lanes', () => {
  it('let one who comes back from waiting in before those who have not begun', async () => {
    const lanes = createLanes(1);
    const order: string[] = [];
    let wake = (): void => undefined;
    const waiting = new Promise<void>((resolve) => (wake = resolve));
    const story = async (name: string, work: () => Promise<void>): Promise<void> => {
      await lanes.run(work);
      order.push(name);
    };
    await Promise.all([
      story('first', () => lanes.away(() => waiting)),
      story('second', () => Promise.resolve(wake())),
      story('third', () => Promise.resolve()),
    ]);
    expect(order).to.deep.equal(['second', 'first', 'third']);
  });

  it('begin little that is new while the machine is busy, and all of it in the end', async () => {
    let busy = true;
    const lanes = createLanes(8, () => busy);
    const ends: (() => void)[] = [];
    const stories = Array.from({ length: 6 }, () =>
      lanes.run(() => new Promise<void>((resolve) => ends.push(resolve))),
    );
    const moment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
    await moment();
    expect(ends).to.have.length(2);
    busy = false;
    ends[0]?.();
    await moment();
    expect(ends).to.have.length(6);
    for (const end of ends) end();
    await Promise.all(stories);
  });
});
