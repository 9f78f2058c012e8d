import { SYSTEM } from '../domain/kernel/types.ts';
import { photosUnseen } from '../domain/need/public-photos.ts';
import type { Reference } from '../infra/reference.ts';
import { pendingCommand, sentAt, type CommandRecord } from '../models/command.ts';
import type { Models } from '../models/index.ts';
import type { NeedRecord } from '../models/need.ts';
import { inChunks } from './search-terms.ts';

/** Until then the processes of the release before are gone, whose cases do not know this command. */
const LATER_MS = 3_600_000;

type Shown = Pick<
  NeedRecord,
  '_id' | 'category' | 'photos' | 'photosShown' | 'concernsMinor' | 'arrangement' | 'photosToLook'
>;

/**
 * Needs that were approved before photos that stay hidden had a place in the cadres' list: each case is told of its own, and
 * from then on they wait there like those of later needs. Reads all public needs: the setup has it run once.
 */
export async function listHiddenPhotos({ needs, commands }: Models, { categories }: Reference): Promise<void> {
  const fields = { category: 1, photos: 1, photosShown: 1, concernsMinor: 1, arrangement: 1, photosToLook: 1 };
  const open = { stage: { $in: ['published', 'paused', 'matched'] as const }, 'photos.0': { $exists: true } };
  const told = needs.needs.find<Shown>(open as object, { projection: fields }).map((need) => {
    const waiting = need.photosToLook?.photos ?? [];
    const photos = photosUnseen(need, categories.find(need.category)).filter((photo) => !waiting.includes(photo));
    return photos.length === 0 ? [] : [commandFor(need._id, photos)];
  });
  await inChunks(told, async (chunk) => {
    const writes = chunk.flat().map(({ _id, ...rest }) => {
      return { updateOne: { filter: { _id }, update: { $setOnInsert: rest }, upsert: true } };
    });
    if (writes.length > 0) await commands.commands.bulkWrite(writes, { ordered: false });
  });
}

function commandFor(caseId: string, photos: readonly string[]): CommandRecord {
  const command = { caseType: 'need', caseId, name: 'listHidden', actor: SYSTEM, data: { photos: [...photos] } };
  const pending = pendingCommand({ _id: `listHidden-${caseId}`, ...command, bodyHash: '' });
  return sentAt(pending, pending.createdAt.getTime() + LATER_MS);
}
