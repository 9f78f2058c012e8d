import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { APPLICATION_EVENT_TYPES } from '../../domain/application/evolve.ts';
import { applicationDecider } from '../../domain/application/index.ts';
import type { ApplicationPolicy, ApplicationSeed, ApplicationState } from '../../domain/application/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { policyOf, type Policy } from '../../domain/policy.ts';
import { isAbove, levelOf } from '../../domain/region/region.ts';
import * as people from '../support/people.ts';
import { playLife, type RandomCase } from '../support/random-case.ts';
import { CALENDAR } from '../support/story.ts';

const read = (name: string): Policy =>
  JSON.parse(readFileSync(new URL(`../../data/policies/${name}.json`, import.meta.url), 'utf8')) as Policy;
const policies = ['default', 'demo'].map((name) => policyOf(read(name), 'application'));
const { CADRES, OPERATOR, REGION_PATH } = people;
const actors: Actor[] = Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string');

/** An office of any level; sometimes a cadre above it is the applicant. */
function seedOf(choice: number): ApplicationSeed {
  const regionPath = REGION_PATH.slice(0, 1 + (choice % REGION_PATH.length));
  const regionCode = regionPath.at(-1) ?? '36';
  const applicantId = choice % 4 === 0 ? CADRES.county.id : 'applicant';
  return { applicantId, level: levelOf(regionCode), regionCode, regionPath };
}

function sender(command: string, { applicantId, review }: ApplicationState): Actor | null {
  if (['submit', 'withdraw'].includes(command)) return { id: applicantId, role: 'person' };
  if (['routed', 'park'].includes(command)) return SYSTEM;
  if (['resume', 'retry', 'skip', 'cancel', 'reassign'].includes(command)) return OPERATOR;
  if (review === null) return null;
  return review.level === 'operator' ? OPERATOR : CADRES[review.level];
}

function data(command: string, _state: ApplicationState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { reasonCode: 7, eligible: [] };
  if (command === 'routed') return { eligible: Object.fromEntries(Object.keys(CADRES).map((l) => [l, pick(3) > 0])) };
  if (command === 'park')
    return { reason: 'effect:routeApplication', reaction: { effect: 'routeApplication', args: {} } };
  if (command === 'reassign') return { level: ['township', 'county', 'province', 'operator'][pick(4)] ?? 'city' };
  return { reasonCode: 'notKnownHere' };
}

const caseOf = (choice: number): RandomCase<ApplicationState, ApplicationPolicy> => ({
  decider: applicationDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0] as ApplicationPolicy, calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['withdraw', 'cancel', 'park', 'approve', 'refuse'],
  sender,
  data,
});

describe('Any life of an application', function () {
  this.timeout(120_000);

  it('stays on its table through 20,000 random lives; only who is above the office decides, never on himself', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 30, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(caseOf(choice), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
          const level = after.review?.level;
          if (level !== undefined && level !== 'operator' && !isAbove(level, after.level)) throw new Error('not above');
        });
        const { decidedBy, applicantId, level, stage } = file.state;
        if ((decidedBy !== null) !== ['approved', 'refused'].includes(stage)) throw new Error(`${stage}: decided?`);
        if (decidedBy?.id === applicantId) throw new Error('decided on his own application');
        if (decidedBy !== null && decidedBy.level !== 'operator' && !isAbove(decidedBy.level, level)) {
          throw new Error('decided from below');
        }
        const ends = events.filter(({ type }) => type === 'applicationApproved' || type === 'applicationRefused');
        if (ends.length > 1) throw new Error('decided twice');
      }),
      { numRuns: 20_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(applicationDecider.table.stages).filter((stage) => stage !== 'draft'),
    );
    // `draft` has no clock before its first event, so nothing lapses there: the same event comes from `withdraw`.
    expect([...seen]).to.include.members(APPLICATION_EVENT_TYPES);
  });
});
