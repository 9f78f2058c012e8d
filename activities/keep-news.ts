import type { ClientSession, Connection } from 'mongoose';
import type { CaseEvent } from '../domain/kernel/types.ts';
import { commandRepository } from '../models/command.ts';
import type { NeedRecord } from '../models/need.ts';
import { newsRepository } from '../models/news.ts';
import { photoRepository } from '../models/photo.ts';

/** Writes what the owners have told, with its words, in the transaction that records that they did. */
export function createKeepNews(db: Connection) {
  const { news } = newsRepository(db);
  const commands = commandRepository(db);
  const photoStore = photoRepository(db);

  return async function keepNews(need: NeedRecord, events: readonly CaseEvent[], session: ClientSession) {
    for (const { data, actor, at, commandId } of events.filter(({ type }) => type === 'newsPosted')) {
      const _id = data['newsId'] as string;
      const photos = (data['photos'] as unknown as string[] | undefined) ?? [];
      const command = await commands.find(commandId, session);
      const { regionPath, householdId } = need;
      await news.insertOne(
        {
          ...{ _id, needId: need._id, regionPath, authorId: actor.id, householdId },
          ...{ text: command?.note ?? '', photos, photosShown: false, takenDown: null, at: new Date(at) },
        },
        { session },
      );
      if (photos.length > 0) await photoStore.use(photos, actor.id, { kind: 'news', id: _id }, session);
    }
  };
}
