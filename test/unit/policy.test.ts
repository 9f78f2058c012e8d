import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import type { Policy } from '../../domain/policy.ts';
import { checkPolicy } from '../../domain/policy/check.ts';
import { policySchema } from '../../infra/policy-schema.ts';

const read = (name: string): Policy =>
  JSON.parse(readFileSync(new URL(`../../data/policies/${name}.json`, import.meta.url), 'utf8')) as Policy;

describe('A policy', () => {
  for (const name of ['default', 'demo']) {
    it(`${name} names a use for each of its numbers`, () => {
      expect(() => checkPolicy(read(name))).not.to.throw();
    });
  }

  it('with a deadline that no timer uses is refused', () => {
    const policy = read('default');
    const need = { ...policy.need, napDays: 3 };
    expect(() => checkPolicy({ ...policy, need })).to.throw('nothing uses need.napDays');
  });

  it('with a deadline missing, or of no length, is refused with every fault named', () => {
    const policy = read('default');
    const { returnedDays: _gone, ...rest } = policy.need;
    const need = { ...rest, outcomeDays: [7, 0], lifetimeDays: { urgent: 30, normal: -1, low: 50 } };
    expect(() => checkPolicy({ ...policy, need: need as unknown as Policy['need'] })).to.throw(
      /need\.returnedDays is missing; need\.lifetimeDays must be above 0; need\.outcomeDays must be above 0/,
    );
  });

  it('that was published before a value came holds without it: whatever its shape may leave out', () => {
    const policy = read('default');
    const left: string[] = [];
    for (const [part, values] of Object.entries(policy)) {
      if (typeof values !== 'object' || values === null) continue;
      const { error } = policySchema.safeParse({ ...policy, [part]: {} });
      const needed = new Set(error?.issues.map(({ path }) => path[1]));
      const kept = Object.entries(values as object).filter(([value]) => needed.has(value));
      const older = policySchema.parse({ ...policy, [part]: Object.fromEntries(kept) });
      expect(() => checkPolicy(older)).not.to.throw();
      left.push(...Object.keys(values as object).filter((value) => !needed.has(value)));
    }
    expect(left).to.include.members(['previewFirst', 'draftDays', 'visitTask', 'proposalDays']);
  });

  it('reminds before it visits, and visits before it gives up', () => {
    for (const { pledge } of [read('default'), read('demo')]) {
      expect(pledge.sentReminderDays).to.be.below(pledge.sentVisitDays);
      expect(pledge.sentVisitDays).to.be.below(pledge.sentExpiryDays);
      expect(pledge.pointReminderDays).to.be.below(pledge.pointVisitDays);
      expect(pledge.pointVisitDays).to.be.below(pledge.pointExpiryDays);
    }
  });
});
