import { problem } from '../../../contracts/problems.ts';
import type { Instant, JsonObject } from '../../../domain/kernel/types.ts';
import { newTwins } from '../../../domain/need/likely-match.ts';
import { createComparedNeeds } from '../../../models/likely-matches.ts';
import type { NeedContent, NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import { duplicateWindow } from './likely.ts';

/** Whether a household asks for one thing twice, looked at again when a need is changed and when it is approved. */

type Asked = Pick<NeedContent, 'title' | 'category' | 'lines'>;

async function twinsOf(deps: ApiDeps, need: NeedRecord, content: Asked, before: Asked | null, now: Instant) {
  const found = await createComparedNeeds(deps.models.db).ofHousehold(need, duplicateWindow(deps, need, now));
  const others = found.map(({ _id, title, category, lines }) => ({
    id: _id,
    title,
    category,
    itemNames: lines.map((line) => line.name),
  }));
  return newTwins(content, others, before);
}

/** @throws Problem DUPLICATE_NEED when a new content asks for what another need of the household asks for */
export async function assertNoNewTwin(
  deps: ApiDeps,
  need: NeedRecord,
  content: NeedContent,
  now: Instant,
): Promise<void> {
  const [twin] = await twinsOf(deps, need, content, need, now);
  if (twin !== undefined) throw problem('DUPLICATE_NEED', { members: { needId: twin.id } });
}

/**
 * What goes with an approval: the household's other needs that ask for the same, and those that the reviewer says he has
 * looked at. The case refuses while one is missing among the latter. A repeated request sends what it sent before.
 */
export async function approvalData(
  deps: ApiDeps,
  need: NeedRecord,
  {
    acknowledged = [],
    commandId,
    now,
  }: { acknowledged?: readonly string[] | undefined; commandId: string; now: Instant },
): Promise<JsonObject> {
  // Elsewhere the case refuses anyway.
  if (need.stage !== 'underReview') return {};
  const [twins, sent] = await Promise.all([twinsOf(deps, need, need, null, now), deps.models.commands.find(commandId)]);
  if (sent !== null) return sent.data;
  const duplicates = twins.map((twin) => twin.id).sort();
  return duplicates.length === 0 ? {} : { duplicates, acknowledged: [...new Set(acknowledged)].sort() };
}
