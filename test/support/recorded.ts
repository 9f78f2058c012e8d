import type { Connection } from 'mongoose';
import { v7 as uuidv7 } from 'uuid';
import { createRecord } from '../../activities/record.ts';
import type { RecordBatch, RecordEntry } from '../../contracts/cases.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import type { CasePolicy, CaseState } from '../../domain/kernel/types.ts';
import { caseRepository } from '../../models/case.ts';
import type { Story } from './story.ts';

/** The recorder of the cases' worker, without the details of needs and pledges. */
function recorder(db: Connection) {
  const project = () => Promise.resolve([]);
  const kinds = Object.fromEntries(
    Object.entries(CASE_DECIDERS).map(([type, decider]) => [type, { decider, project }]),
  );
  return createRecord({ db, kinds, dispatch: () => Promise.resolve(), report: () => Promise.resolve() });
}

/** Writes what a story has told so far, as its workflow would have. Call it again as the story goes on. */
export async function recordStory<S extends CaseState, P extends CasePolicy>(
  db: Connection,
  story: Story<S, P>,
  caseId: string = uuidv7(),
): Promise<string> {
  const caseType = story.decider.type;
  const known = (await caseRepository(db).find(caseType, caseId))?.seq ?? 0;
  const entries: RecordEntry[] = [];
  for (const event of story.events.slice(known)) {
    const last = entries.at(-1);
    // Stories number their commands each from 1; here they share one collection.
    const commandId = `${caseId}:${event.commandId}`;
    const stored = { ...event, commandId };
    if (last?.outcome.commandId === commandId) {
      entries[entries.length - 1] = { ...last, events: [...last.events, stored] };
      continue;
    }
    const outcome = { commandId, command: 'told', status: 'applied' as const, seq: event.seq, stage: story.stage };
    entries.push({ outcome, actor: event.actor, events: [stored] });
  }
  const batch: RecordBatch = {
    caseType,
    caseId,
    entries,
    policyVersion: story.policy.version,
    dayMs: story.policy.time.dayMs,
    seed: story.seed,
  };
  await recorder(db)(batch);
  return caseId;
}
