import type { ClientSession, Connection } from 'mongoose';
import type { CaseEvent } from '../domain/kernel/types.ts';
import { commandRepository } from '../models/command.ts';
import { feedbackRepository } from '../models/feedback.ts';
import type { NeedRecord } from '../models/need.ts';
import { photoRepository } from '../models/photo.ts';

/** Writes thanks and answers with their words and photos, in the transaction that records that they were given. */
export function createKeepFeedback(db: Connection) {
  const { feedback } = feedbackRepository(db);
  const commands = commandRepository(db);
  const photoStore = photoRepository(db);

  return async function keepFeedback(need: NeedRecord, events: readonly CaseEvent[], session: ClientSession) {
    for (const { type, data, actor, at, commandId } of events) {
      const _id = data['feedbackId'];
      if (typeof _id !== 'string') continue;
      const photos = (data['photos'] as unknown as string[] | undefined) ?? [];
      const command = await commands.find(commandId, session);
      const { _id: needId, regionPath, householdId } = need;
      const said =
        type === 'donorThanked'
          ? { kind: 'thanks' as const, question: null, answer: null }
          : { kind: 'answer' as const, question: Number(data['question']), answer: data['answer'] as string };
      await feedback.insertOne(
        {
          ...{ _id, needId, regionPath, authorId: actor.id, householdId, ...said },
          ...{ text: command?.note ?? '', photos, shown: false, takenDown: null, at: new Date(at) },
        },
        { session },
      );
      if (photos.length > 0) await photoStore.use(photos, actor.id, { kind: 'feedback', id: _id }, session);
    }
  };
}
