import type { ClientSession, Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import type { CaseEvent, Level } from '../domain/kernel/types.ts';
import { isSampled, neverSampled, samplingPercent } from '../domain/need/recheck.ts';
import type { Policy } from '../domain/policy.ts';
import type { CalendarData } from '../domain/time/calendar.ts';
import { secondLookDates } from './second-looks.ts';
import { levelAbove } from '../domain/region/region.ts';
import { needRepository, type NeedRecord } from '../models/need.ts';
import { recheckRepository } from '../models/recheck.ts';

/** Draws a share of the approved needs for a second review, in the transaction that records the approval. */
export function createSampleRecheck(db: Connection, policyFor: (version: string) => Policy, calendar: CalendarData) {
  const { rechecks, reviewer } = recheckRepository(db);
  const { needs } = needRepository(db);

  return async function sampleRecheck(
    need: NeedRecord,
    events: readonly CaseEvent[],
    session: ClientSession,
  ): Promise<void> {
    const approved = events.find(({ type, data }) => type === 'reviewApproved' && data['sample'] === true);
    if (approved === undefined) return;
    const rules = policyFor(need.policyVersion);
    const policy = rules.need.recheck;
    if (policy === undefined || neverSampled(need._id, policy)) return;
    const { id: reviewerId } = approved.actor;
    if (!isSampled(need._id, samplingPercent(await reviewer(reviewerId, session), policy))) return;
    const known = await rechecks.findOne({ needId: need._id }, { session, projection: { _id: 1 } });
    if (known !== null) return;
    const level = approved.data['level'] as Level;
    const above = levelAbove(level);
    const { title, category, urgency, lines, amountFen } = need;
    // What a recording leaves alone it has not read either.
    const shown = await needs.findOne({ _id: need._id }, { session, projection: { details: 1, photos: 1 } });
    const { regionPath, regionNames, publisherId, householdId } = need;
    await rechecks.insertOne(
      {
        _id: uuidv7(),
        needId: need._id,
        ...{ regionPath, regionNames, publisherId, householdId },
        ...{ title, category, urgency, lines, amountFen },
        ...{ details: shown?.details ?? '', photos: shown?.photos ?? [] },
        reviewerId,
        level,
        levels: above === null ? [level] : [level, above],
        status: 'open',
        decision: null,
        agreed: null,
        reasonCode: null,
        reason: null,
        decidedBy: null,
        commandId: null,
        decidedAt: null,
        createdAt: new Date(approved.at),
        ...secondLookDates(approved.at, rules, calendar),
      },
      { session },
    );
  };
}
