import type { CaseType } from '../contracts/cases.ts';
import type { Actor, JsonObject } from '../domain/kernel/types.ts';
import type { EventRecord } from '../models/event.ts';
import type { ApiDeps } from './deps.ts';

/** What happened to a case, for those whom it concerns. */

type TextOf = (type: string, data: JsonObject) => string;
/** In which part somebody acted: never who. */
type PartOf = (actor: Actor) => string;
type Notes = ReadonlyMap<string, string>;

/** The words that came with the commands: they are kept with these, never in events. */
export async function notesOf({ models }: Pick<ApiDeps, 'models'>, events: readonly EventRecord[]): Promise<Notes> {
  const ids = [...new Set(events.map((event) => event.commandId))];
  const commands = await models.commands.commands
    .find({ _id: { $in: ids }, note: { $type: 'string' } }, { projection: { note: 1 }, maxTimeMS: 3000 })
    .toArray();
  return new Map(commands.map(({ _id, note }) => [_id, note ?? '']));
}

export const timelineItems = (events: readonly EventRecord[], notes: Notes, textOf: TextOf, partOf: PartOf) =>
  events.map((event) => ({
    seq: event.seq,
    at: event.at.toISOString(),
    type: event.type,
    text: textOf(event.type, event.data),
    by: partOf(event.actor),
    note: notes.get(event.commandId) ?? null,
  }));

/** The whole of a case, with the words that came with its commands. */
export async function timelineOf(
  deps: Pick<ApiDeps, 'models'>,
  caseType: CaseType,
  caseId: string,
  textOf: TextOf,
  partOf: PartOf,
) {
  const events = await deps.models.events.of(caseType, caseId);
  return timelineItems(events, await notesOf(deps, events), textOf, partOf);
}
