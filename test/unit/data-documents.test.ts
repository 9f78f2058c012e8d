import { expect } from 'chai';
import { existsSync } from 'node:fs';
import type { Policy } from '../../domain/policy.ts';
import { read, json, households, policy } from '../support/demo-data.ts';

describe('documents of the data', () => {
  it('explain every column of the register', () => {
    const guide = read('needs/README.md');
    const [first] = households.values();
    for (const column of Object.keys(first ?? {})) expect(guide, column).to.contain(`\`${column}\``);
  });

  it('give the demo the same rules as the default policy, only faster', () => {
    const demo = json<Policy>('policies/demo.json');
    for (const part of ['shared', 'need', 'pledge'] as const) expect(demo[part]).to.have.all.keys(policy[part]);
    for (const same of [
      'townshipReviewAboveFen',
      'titleLength',
      'detailsLength',
      'photos',
      'openNeedsPerHousehold',
      'risk',
    ] as const) {
      expect(demo.need[same], same).to.deep.equal(policy.need[same]);
    }
    expect(existsSync(new URL('../../data/calendar.json', import.meta.url))).to.equal(true);
  });
});
