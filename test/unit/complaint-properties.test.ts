import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { COMPLAINT_EVENT_TYPES } from '../../domain/complaint/evolve.ts';
import { complaintDecider } from '../../domain/complaint/index.ts';
import type { ComplaintPolicy, ComplaintSeed, ComplaintState } from '../../domain/complaint/types.ts';
import { SYSTEM, type Actor, type JsonObject } from '../../domain/kernel/types.ts';
import { policyOf, type Policy } from '../../domain/policy.ts';
import { isAbove, LEVELS } from '../../domain/region/region.ts';
import * as people from '../support/people.ts';
import { playLife, type RandomCase } from '../support/random-case.ts';
import { CALENDAR } from '../support/story.ts';

const read = (name: string): Policy =>
  JSON.parse(readFileSync(new URL(`../../data/policies/${name}.json`, import.meta.url), 'utf8')) as Policy;
const policies = ['default', 'demo'].map((name) => policyOf(read(name), 'complaint'));
const { CADRES, OPERATOR, REGION_PATH } = people;
const OTHER_OPERATOR: Actor = { id: 'another operator', role: 'operator' };
const actors: Actor[] = [
  OTHER_OPERATOR,
  ...Object.values(people).filter((p): p is Actor => 'role' in p && typeof p.role === 'string'),
];

/** Sometimes about the very people who would handle it, sometimes by one of them. */
function seedOf(choice: number): ComplaintSeed {
  const all = Object.values(CADRES);
  const partOf = choice % 6 === 5 ? null : (LEVELS[choice % 5] ?? null);
  const accused = [all[choice % 5], all[(choice >> 3) % 5], choice % 7 === 0 ? OPERATOR : undefined];
  const complainantId = choice % 4 === 0 ? (all[(choice >> 5) % 5]?.id ?? '') : 'complainant';
  return {
    complainantId,
    about: choice % 3 === 0 ? 'score' : 'need',
    subjectId: 'need-1',
    accusedIds: accused.flatMap((a) => (a === undefined || a.id === complainantId ? [] : [a.id])),
    partOf,
    regionPath: REGION_PATH,
  };
}

function sender(
  command: string,
  { complainantId, handling }: ComplaintState,
  pick: (below: number) => number,
): Actor | null {
  if (['submit', 'withdraw', 'object'].includes(command)) return { id: complainantId, role: 'person' };
  if (['routed', 'park'].includes(command)) return SYSTEM;
  if (['resume', 'retry', 'skip', 'cancel'].includes(command)) return OPERATOR;
  if (handling === null) return null;
  if (handling.level === 'operator') return pick(2) === 0 ? OPERATOR : OTHER_OPERATOR;
  // Half of the time somebody else of the same level, whom it is not about.
  const own = CADRES[handling.level];
  return pick(2) === 0 ? own : { ...own, id: `another ${own.id}` };
}

function data(command: string, _state: ComplaintState, pick: (below: number) => number): JsonObject {
  if (pick(20) === 0) return { reasonCode: 7, measure: [], eligible: [] };
  if (command === 'routed') return { eligible: Object.fromEntries(Object.keys(CADRES).map((l) => [l, pick(3) > 0])) };
  if (command === 'park') return { reason: 'effect:routeComplaint', reaction: { effect: 'routeComplaint', args: {} } };
  if (command === 'uphold') return { measure: 'cadreWarned', ...(pick(3) === 0 && { correction: pick(200) - 100 }) };
  return { reasonCode: 'notFounded' };
}

const caseOf = (choice: number): RandomCase<ComplaintState, ComplaintPolicy> => ({
  decider: complaintDecider,
  seed: seedOf(choice) as unknown as JsonObject,
  context: { policy: policies[choice % 5 === 0 ? 1 : 0] as ComplaintPolicy, calendar: CALENDAR },
  actors,
  first: 'draft',
  rare: ['withdraw', 'cancel', 'park'],
  sender,
  data,
});

describe('Any life of a complaint', function () {
  this.timeout(120_000);

  it('stays on its table through 10,000 random lives; nobody handles what is about him or what he said himself', () => {
    const reached = new Set<string>();
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 8, maxLength: 36, size: 'max' }), (choice, choices) => {
        const { file, events } = playLife(caseOf(choice), choices, (_before, after, news) => {
          reached.add(after.stage);
          for (const event of news) seen.add(event.type);
          const level = after.handling?.level;
          const { partOf } = after;
          if (level === undefined || level === 'operator') return;
          if (partOf === null || !isAbove(level, partOf)) throw new Error(`${level} is not above ${partOf ?? 'all'}`);
        });
        const { accusedIds, complainantId } = file.state;
        const decisions = events.filter(({ type }) => type === 'complaintUpheld' || type === 'complaintDismissed');
        for (const { actor } of decisions) {
          if (accusedIds.includes(actor.id)) throw new Error('decided by one whom it is about');
          if (actor.id === complainantId) throw new Error('decided by the complainant');
        }
        if (decisions.length > 2) throw new Error('decided a third time');
        const [first, second] = decisions;
        if (second !== undefined && first?.actor.id === second.actor.id) throw new Error('his own decision again');
        if (events.filter(({ type }) => type === 'complaintObjected').length > 1) throw new Error('objected twice');
      }),
      { numRuns: 10_000 },
    );
    expect([...reached]).to.include.members(
      Object.keys(complaintDecider.table.stages).filter((stage) => stage !== 'draft'),
    );
    expect([...seen]).to.include.members(COMPLAINT_EVENT_TYPES);
  });
});
