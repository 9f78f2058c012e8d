import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CERTIFICATION_EVENT_TYPES } from '../../domain/certification/evolve.ts';
import { certificationDecider } from '../../domain/certification/index.ts';
import type { CertificationPolicy, CertificationSeed, CertificationState } from '../../domain/certification/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { policyOf, type Policy } from '../../domain/policy.ts';
import * as people from '../support/people.ts';
import { playLife, type RandomCase } from '../support/random-case.ts';
import { CALENDAR } from '../support/story.ts';

const read = (name: string): Policy =>
  JSON.parse(readFileSync(new URL(`../../data/policies/${name}.json`, import.meta.url), 'utf8')) as Policy;
const policies = ['default', 'demo'].map((name) => policyOf(read(name), 'certification'));
const { CADRES, OPERATOR, REGION_PATH } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');

/** Somebody of the township; sometimes one of its cadres, or of the household of one who stands in there. */
const seedOf = (choice: number): CertificationSeed => ({
  applicantId: choice % 4 === 0 ? CADRES.township.id : 'applicant',
  ...(choice % 3 === 0 && { householdId: 'household-1' }),
  regionPath: REGION_PATH.slice(0, -1),
});

function sender(
  command: string,
  { applicantId, review }: CertificationState,
  pick: (below: number) => number,
): Actor | null {
  if (['submit', 'withdraw'].includes(command)) return { id: applicantId, role: 'person' };
  if (['routed', 'park'].includes(command)) return SYSTEM;
  if (['resume', 'retry', 'skip', 'cancel', 'reassign'].includes(command)) return OPERATOR;
  if (review === null) return null;
  const reviewer = review.level === 'operator' ? OPERATOR : CADRES[review.level];
  return pick(8) === 0 ? { ...reviewer, householdId: 'household-1' } : reviewer;
}

function data(command: string, _state: CertificationState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { reasonCode: 7, eligible: [] };
  if (command === 'routed') return { eligible: Object.fromEntries(Object.keys(CADRES).map((l) => [l, pick(3) > 0])) };
  if (command === 'park')
    return { reason: 'effect:routeCertification', reaction: { effect: 'routeCertification', args: {} } };
  if (command === 'reassign') return { level: ['village', 'township', 'county', 'operator'][pick(4)] ?? 'city' };
  return { reasonCode: 'notKnownHere' };
}

const caseOf = (choice: number): RandomCase<CertificationState, CertificationPolicy> => ({
  decider: certificationDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0] as CertificationPolicy, calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['withdraw', 'cancel', 'park', 'approve', 'refuse'],
  sender,
  data,
});

describe('Any life of a certification', function () {
  this.timeout(120_000);

  it('stays on its table through 20,000 random lives; a township or above decides, never on its own people', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(caseOf(choice), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
          if (after.review?.level === 'village') throw new Error('a village decides');
        });
        const { decidedBy, applicantId, householdId, stage } = file.state;
        if ((decidedBy !== null) !== ['approved', 'refused'].includes(stage)) throw new Error(`${stage}: decided?`);
        if (decidedBy?.id === applicantId) throw new Error('decided on himself');
        const ends = events.filter(({ type }) => type === 'certificationApproved' || type === 'certificationRefused');
        if (ends.length > 1) throw new Error('decided twice');
        const family = ends.some(({ actor }) => householdId !== undefined && actor.householdId === householdId);
        if (family) throw new Error('decided on his own household');
      }),
      { numRuns: 20_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(certificationDecider.table.stages).filter((stage) => stage !== 'draft'),
    );
    // `draft` has no clock before its first event, so nothing lapses there: the same event comes from `withdraw`.
    expect([...seen]).to.include.members(CERTIFICATION_EVENT_TYPES);
  });
});
