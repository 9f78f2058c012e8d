import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import fc from 'fast-check';
import { applicationDecider } from '../../domain/application/index.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { handle, openFile, type CaseFile } from '../../domain/kernel/case-file.ts';
import type { Actor, CalendarData, CaseState, Command, Json, JsonObject } from '../../domain/kernel/types.ts';
import { CLOCK, SYSTEM } from '../../domain/kernel/types.ts';
import { policyOf, timersOf, type Policy, type PolicyPart } from '../../domain/policy.ts';
import { addDays, addWorkingDays, DAY_MS, workingDaysBetween } from '../../domain/time/calendar.ts';
import * as people from '../support/people.ts';
import { scaledPolicy } from '../support/policies.ts';
import { playLife } from '../support/random-case.ts';
import { RANDOM_CASES } from '../support/random-cases.ts';
import { submittedNeed } from '../support/story.ts';

const read = <T>(file: string): T =>
  JSON.parse(readFileSync(new URL(`../../data/${file}`, import.meta.url), 'utf8')) as T;
const calendar = read<CalendarData>('calendar.json');
const policy = policyOf(read<Policy>('policies/default.json'), 'pledge');
const START = Date.parse('2026-03-02T10:00:00+08:00');

/** A pledge and a clock that is set by hand. */
function pledge() {
  const decider = CASE_DECIDERS['pledge']!;
  const seed = {
    ...{ needId: 'need-1', donorId: people.DONOR.id, publisherId: people.PUBLISHER.id, householdId: 'household-1' },
    ...{ regionPath: people.REGION_PATH, category: 'quilt', urgency: 2, delivery: 'villagePoint', marks: [] },
    lines: [{ lineId: 'l1', quantity: 2 }],
  };
  let file: CaseFile = openFile(decider, 'case-1', seed);
  let now = START;
  let own = policy;
  let sent = 0;
  const send = (name: string, actor: Actor, data: JsonObject = {}) => {
    const command: Command = { id: `${name}-${(sent += 1)}`, name, actor, data };
    const handled = handle(decider, file, command, { now, policy: own, calendar });
    file = handled.file;
    return handled;
  };
  return {
    send,
    at: (days: number) => void (now = START + days * DAY_MS),
    migrate(to: typeof policy, actor: Actor = people.OPERATOR) {
      const handled = send('migratePolicy', actor, { policy: to as unknown as Json });
      if (handled.outcome.status === 'applied') own = to;
      return handled.outcome;
    },
    get state(): CaseState {
      return file.state;
    },
  };
}

describe('A running case that goes over to another policy', () => {
  const longer = scaledPolicy(policy, 2);
  const shorter = scaledPolicy(policy, 0.5);

  it('counts its deadlines from where they began, under the new numbers', () => {
    const one = pledge();
    one.send('hold', people.DONOR);
    one.at(1);
    expect(one.migrate(longer).status).to.equal('applied');
    expect(one.state.clock).to.deep.equal({ lapse: addDays(START, 2 * policy.holdDays, policy.time) });
    expect((one.state as unknown as { heldUntil: number }).heldUntil).to.equal(one.state.clock['lapse']);
    one.send('send', people.DONOR);
    expect(one.state.clock['expireReceipt']).to.equal(START + DAY_MS + 2 * policy.sentExpiryDays * DAY_MS);
  });

  it('ends no deadline sooner than the notice of the new policy, and none later than it would have', () => {
    const one = pledge();
    one.send('hold', people.DONOR);
    one.send('send', people.DONOR);
    one.at(9);
    const before = one.state.clock;
    one.migrate({ ...shorter, migrationNoticeWorkingDays: 3 });
    const soonest = addWorkingDays(START + 9 * DAY_MS, 3, policy.time, calendar);
    expect(one.state.clock).to.deep.equal({
      remind: before['remind'],
      dueVisit: soonest,
      expireReceipt: Math.max(soonest, START + (policy.sentExpiryDays / 2) * DAY_MS),
    });
  });

  it('keeps what an extension added', () => {
    const one = pledge();
    one.send('hold', people.DONOR);
    one.send('extend', people.DONOR);
    one.migrate(longer);
    expect(one.state.clock['lapse']).to.equal(START + 2 * (policy.holdDays + policy.extensionDays) * DAY_MS);
  });

  it('counts working days on the working calendar', () => {
    const one = pledge();
    one.send('hold', people.DONOR);
    one.send('send', people.DONOR);
    one.send('dispute', people.DONOR, { reasonCode: 'lost' });
    one.at(1);
    one.migrate(longer);
    const due = addWorkingDays(START, 2 * policy.disputeWorkingDays, policy.time, calendar);
    expect(one.state.clock).to.deep.equal({ escalateDispute: due });
  });

  it('does so while it is parked, for the time when it goes on', () => {
    const one = pledge();
    one.send('hold', people.DONOR);
    one.at(1);
    one.send('park', SYSTEM, { reason: 'test' });
    one.at(5);
    one.migrate(longer);
    one.at(11);
    one.send('resume', people.OPERATOR);
    expect(one.state.clock['lapse']).to.equal(START + (2 * policy.holdDays + 10) * DAY_MS);
  });

  it('by an operator alone, to another version, with whole numbers', () => {
    const one = pledge();
    one.send('hold', people.DONOR);
    expect(one.migrate(longer, people.COUNTY).refusal?.code).to.equal('NOT_PERMITTED');
    expect(one.migrate(longer, CLOCK).refusal?.code).to.equal('NOT_PERMITTED');
    expect(one.migrate(policy).refusal?.code).to.equal('ALREADY_DONE');
    const broken = { ...longer, time: 'now' } as unknown as typeof policy;
    expect(one.migrate(broken).refusal?.code).to.equal('INVALID_REQUEST');
    expect(one.migrate(longer).status).to.equal('applied');
    expect(one.migrate(longer).refusal?.code).to.equal('ALREADY_DONE');
  });

  it('counts the overall limit of a decision from the submission, whatever level it is at', () => {
    const need = submittedNeed();
    const submittedAt = need.now;
    const days = need.policy.decisionWorkingDays ?? 0;
    // The level above has taken over: its own time began only now.
    need.tickUntil('expireReview');
    const other = { ...need.policy, version: 'other', decisionWorkingDays: days - 3 };
    need.do('migratePolicy', people.OPERATOR, { policy: other as unknown as Json });
    const due = addWorkingDays(submittedAt, days - 3, need.policy.time, calendar);
    expect(need.state.clock['expireDecision']).to.be.closeTo(due, 1000);
  });

  /** Without notice a case that goes over to other numbers and back is as if nothing had been: nothing forgotten, nothing counted twice. */
  for (const [kind, make] of Object.entries(RANDOM_CASES)) {
    it(`goes there and back without a trace, as a ${kind} at any moment of its life`, () => {
      const moved = new Set<string>();
      const met = new Map<string, number>();
      fc.assert(
        fc.property(fc.nat(), fc.array(fc.nat(), { minLength: 3, maxLength: 25, size: 'max' }), (choice, choices) => {
          const made = make(choice);
          const own = { ...made.context.policy, migrationNoticeWorkingDays: 0 };
          const setup = { ...made, context: { ...made.context, policy: own } };
          const life = playLife(setup, choices);
          if (setup.decider.table.stages[life.file.state.stage]?.terminal === true) return;
          const from = { ...life.policy, migrationNoticeWorkingDays: 0 };
          const over = (file: CaseFile, id: string, by: typeof from, to: typeof from): CaseFile => {
            const data = { policy: to as unknown as Json };
            const command: Command = { id, name: 'migratePolicy', actor: people.OPERATOR, data };
            const { outcome, file: after } = handle(setup.decider, file, command, {
              ...{ now: life.now, policy: by, calendar: setup.context.calendar },
            });
            expect(outcome.status, JSON.stringify(outcome.refusal)).to.equal('applied');
            return after;
          };
          const there = scaledPolicy(from, 2, 'there');
          const longer = over(life.file, 'there', from, there);
          const back = over(longer, 'back', there, { ...from, version: 'back' });
          const clockOf = ({ state }: CaseFile): CaseState['clock'] => state.parked?.clock ?? state.clock;
          const [before, between, after] = [clockOf(life.file), clockOf(longer), clockOf(back)];
          expect(Object.keys(after)).to.deep.equal(Object.keys(before));
          const { parked } = life.file.state;
          const soonest = addWorkingDays(parked?.since ?? life.now, 0, from.time, setup.context.calendar);
          for (const [name, at] of Object.entries(before)) {
            // What was due already stays due.
            const expected = Math.max(at, Math.min(between[name] ?? 0, soonest));
            // A stay with the operators may have moved it to a free day: then it comes to the next working one.
            const free = (after[name] ?? 0) - expected;
            const worked = workingDaysBetween(expected, after[name] ?? 0, from.time, setup.context.calendar) * DAY_MS;
            expect(Math.min(free, worked), `${life.file.state.stage} ${name}`).to.be.within(-1000, 1000);
            expect(between[name]).to.be.at.least(at);
            met.set(name, (met.get(name) ?? 0) + 1);
            if ((between[name] ?? 0) > at) moved.add(name);
          }
        }),
        { numRuns: 400 },
      );
      // What chance met a few times only may have been due already.
      const timers = timersOf(kind as PolicyPart).filter((name) => name !== 'endPin' && (met.get(name) ?? 0) >= 8);
      expect([...moved]).to.include.members(timers);
      expect(timers.length, 'timers that chance has met').to.be.at.least(1);
    });
  }

  it('does so in every kind of case', () => {
    const decider = applicationDecider;
    const own = policyOf(read<Policy>('policies/default.json'), 'application');
    const seed = { applicantId: 'a', level: 'township', regionCode: '360735100', regionPath: people.REGION_PATH };
    const context = { now: START, policy: own, calendar };
    const submit: Command = { id: '1', name: 'submit', actor: { id: 'a', role: 'person' }, data: {} };
    const { file } = handle(decider, openFile(decider, 'case-1', seed), submit, context);
    const data = { policy: scaledPolicy(own, 48) as unknown as Json };
    const migrated = handle(decider, file, { id: '2', name: 'migratePolicy', actor: people.OPERATOR, data }, context);
    expect(migrated.file.state.clock).to.deep.equal({ routeTimeout: START + 2 * own.routingHours * DAY_MS });
    for (const { table } of Object.values(CASE_DECIDERS)) {
      const open = Object.values(table.stages).filter((stage) => stage.terminal !== true);
      for (const stage of open) expect(Object.keys(stage.commands)).to.include('migratePolicy');
    }
  });
});
