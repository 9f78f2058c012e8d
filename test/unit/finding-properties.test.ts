import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { FINDING_EVENT_TYPES } from '../../domain/finding/evolve.ts';
import { findingDecider } from '../../domain/finding/index.ts';
import { findingEventText } from '../../domain/finding/texts.ts';
import type { FindingPolicy, FindingSeed, FindingState } from '../../domain/finding/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { policyOf, type Policy } from '../../domain/policy.ts';
import * as people from '../support/people.ts';
import { playLife, type RandomCase } from '../support/random-case.ts';
import { CALENDAR, Story } from '../support/story.ts';

const read = (name: string): Policy =>
  JSON.parse(readFileSync(new URL(`../../data/policies/${name}.json`, import.meta.url), 'utf8')) as Policy;
const policies = ['default', 'demo'].map((name) => policyOf(read(name), 'finding'));
const { OPERATOR } = people;
const COLLEAGUE: Actor = { id: 'operator-2', role: 'operator' };
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');
const seed: FindingSeed = { kind: 'oldCase', about: 'need:x', regionPath: people.REGION_PATH };

const BY_SYSTEM = ['report', 'gone', 'foundAgain', 'park'];
function data(command: string, _state: FindingState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { outcome: 'odd', toAccountId: 7, reasonCode: 7 };
  if (command === 'assign') return { toAccountId: pick(2) === 0 ? OPERATOR.id : COLLEAGUE.id };
  if (command === 'settle') return { outcome: ['fixed', 'harmless', 'knownFault', 'duplicate'][pick(4)] ?? 'fixed' };
  return command === 'park' ? { reason: 'recording' } : { reasonCode: 'byMistake' };
}

const caseOf = (choice: number): RandomCase<FindingState, FindingPolicy> => ({
  decider: findingDecider,
  seed: seed as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0] as FindingPolicy, calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['cancel', 'park'],
  opening: [{ name: 'report', actor: SYSTEM, data: {} }],
  sender: (command, state, pick) =>
    BY_SYSTEM.includes(command) ? SYSTEM : pick(3) > 0 && state.ownerId === COLLEAGUE.id ? COLLEAGUE : OPERATOR,
  data,
});

const story = (): Story<FindingState, FindingPolicy> => {
  const told = new Story(findingDecider, policies[0] as FindingPolicy, seed as unknown as JsonObject);
  told.do('report', SYSTEM);
  return told;
};

describe('Any life of a finding', function () {
  this.timeout(120_000);

  it('stays on its table through 10,000 random lives, is settled by its owner only, and has words for all of it', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        playLife(caseOf(choice), choices, (before, after, events) => {
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
      { numRuns: 10_000 },
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
