import fc from 'fast-check';
import { expect } from 'chai';
import { FINDING_EVENT_TYPES } from '../../domain/finding/evolve.ts';
import { findingDecider } from '../../domain/finding/index.ts';
import { findingEventText } from '../../domain/finding/texts.ts';
import type { FindingPolicy, FindingState } from '../../domain/finding/types.ts';
import { SYSTEM, type JsonObject } from '../../domain/kernel/types.ts';
import { OPERATOR } from '../support/people.ts';
import { realPolicies } from '../support/policies.ts';
import { playLife } from '../support/random-case.ts';
import { COLLEAGUE, FINDING_SEED, randomFinding } from '../support/random-finding.ts';
import { Story } from '../support/story.ts';

const story = (): Story<FindingState, FindingPolicy> => {
  const told = new Story(findingDecider, realPolicies('finding')[0], FINDING_SEED as unknown as JsonObject);
  told.do('report', SYSTEM);
  return told;
};

describe('Any life of a finding', function () {
  this.timeout(120_000);

  it('stays on its table through 6,000 random lives, is settled by its owner only, and has words for all of it', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        playLife(randomFinding(choice), choices, (before, after, events) => {
          reached.add(after.stage);
          for (const { type, actor } of events) {
            seen.add(type);
            const bySomebody = type === 'findingSettled' && actor.role === 'operator';
            if (bySomebody && before.ownerId !== null && before.ownerId !== actor.id) throw new Error('not the owner');
          }
          if (after.stage === 'taken' && after.ownerId === null) throw new Error('taken by nobody');
          if (after.stage === 'open' && after.ownerId !== null) throw new Error('open, but owned');
          if ((after.stage === 'settled') !== (after.outcome !== null) && !['closed', 'parked'].includes(after.stage))
            if (after.stage !== 'cancelled') throw new Error(`${after.stage} with ${after.outcome ?? 'no'} outcome`);
        });
      }),
      { numRuns: 6_000 },
    );
    expect([...reached]).to.include.members(Object.keys(findingDecider.table.stages).filter((s) => s !== 'draft'));
    // Every life begins with the report, before the first look.
    expect([...seen, 'findingReported']).to.include.members(FINDING_EVENT_TYPES);
    for (const type of FINDING_EVENT_TYPES) expect(findingEventText(type, {}), type).to.match(/\p{Script=Han}/u);
  });

  it('is taken, handed over and settled; only its owner settles it', () => {
    const finding = story();
    expect(finding.do('take', OPERATOR)).to.equal('taken');
    expect(finding.refused('settle', COLLEAGUE, { outcome: 'fixed' })).to.equal('ASSIGNED_TO_ANOTHER');
    finding.do('assign', OPERATOR, { toAccountId: COLLEAGUE.id });
    expect(finding.do('settle', COLLEAGUE, { outcome: 'fixed' })).to.equal('settled');
    expect(finding.state).to.include({ outcome: 'fixed', settledBy: COLLEAGUE.id, ownerId: COLLEAGUE.id });
  });

  it('reminds all operators while nobody has taken it, then its owner, and never ends by that', () => {
    const finding = story();
    for (let i = 0; i < 3; i += 1) expect(finding.tick()).to.equal('remindOwner');
    finding.do('take', OPERATOR);
    expect(finding.tick()).to.equal('remindOwner');
    expect([finding.stage, finding.state.reminders]).to.deep.equal(['taken', 4]);
  });

  it('is open again when it is found again, but not at once; what is closed stays closed', () => {
    const finding = story();
    finding.do('settle', OPERATOR, { outcome: 'harmless' });
    expect(finding.do('foundAgain', SYSTEM)).to.equal('settled');
    finding.wait(2);
    expect(finding.do('foundAgain', SYSTEM)).to.equal('open');
    expect(finding.state).to.include({ reopened: 1, outcome: null, ownerId: null });
    expect(finding.do('gone', SYSTEM)).to.equal('settled');
    expect(finding.tickUntil('close')).to.equal('closed');
    expect(finding.refused('foundAgain', SYSTEM)).to.equal('CASE_CLOSED');
  });
});
