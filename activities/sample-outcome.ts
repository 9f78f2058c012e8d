import type { ClientSession, Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import type { CaseEvent } from '../domain/kernel/types.ts';
import { isOutcomeSampled } from '../domain/need/outcome-check.ts';
import type { NeedState } from '../domain/need/types.ts';
import type { Policy } from '../domain/policy.ts';
import type { CalendarData } from '../domain/time/calendar.ts';
import { secondLookDates } from './second-looks.ts';
import type { NeedRecord } from '../models/need.ts';
import { outcomeCheckRepository } from '../models/outcome-check.ts';

/** Draws a share of the answered outcomes to be asked again, in the transaction that records the answer. */
export function createSampleOutcome(db: Connection, policyFor: (version: string) => Policy, calendar: CalendarData) {
  const { checks } = outcomeCheckRepository(db);

  return async function sampleOutcome(
    need: NeedRecord,
    { approvals }: NeedState,
    events: readonly CaseEvent[],
    session: ClientSession,
  ): Promise<void> {
    for (const { data, actor, at } of events.filter(({ type }) => type === 'outcomeAnswered')) {
      const question = Number(data['question']);
      const rules = policyFor(need.policyVersion);
      const percent = rules.need.outcomeCheckPercent ?? 0;
      if (!isOutcomeSampled(need._id, question, percent)) continue;
      const known = { needId: need._id, question };
      if ((await checks.findOne(known, { session, projection: { _id: 1 } })) !== null) continue;
      const { regionPath, regionNames, title, recipientPublicName, publisherId, householdId, lines } = need;
      const approverIds = [...new Set(approvals.map(({ by }) => by))];
      const items = lines.map(({ name, unit, received }) => ({ name, unit, quantity: received }));
      await checks.insertOne(
        {
          ...{ _id: uuidv7(), ...known, regionPath, regionNames, title, recipientPublicName, items },
          ...{ publisherId, householdId, answer: data['answer'] as string, answeredBy: actor.id, approverIds },
          levels: ['village', 'township', 'county'],
          ...{ status: 'open', second: null, text: null, agreed: null, checkedBy: null, commandId: null },
          ...{ checkedAt: null, createdAt: new Date(at), ...secondLookDates(at, rules, calendar) },
        },
        { session },
      );
    }
  };
}
