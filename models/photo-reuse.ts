import type { Connection } from 'mongoose';
import { needRepository, type NeedRecord } from './need.ts';
import { photoRepository } from './photo.ts';

const LIMIT = { maxTimeMS: 3000 };

/** Pictures of a need that stand, alike, in other needs anywhere that were submitted and not given up. */
export function createPhotoReuse(db: Connection) {
  const { needs } = needRepository(db);
  const photos = photoRepository(db);

  /** How many of its photos, and in which needs. */
  return async function photoReuse(
    need: Pick<NeedRecord, '_id' | 'photos'>,
  ): Promise<{ photos: number; needs: string[] }> {
    const own = await photos.findMany(need.photos);
    const found = await Promise.all(own.map((photo) => photos.findAlike(photo)));
    const usedIn = found.map((alike) => [
      ...new Set(alike.flatMap(({ usedBy }) => usedBy.filter((u) => u.kind === 'need').map((u) => u.id))),
    ]);
    const ids = [...new Set(usedIn.flat())].filter((id) => id !== need._id);
    if (ids.length === 0) return { photos: 0, needs: [] };
    const standing = await needs
      .find({ _id: { $in: ids }, submittedAt: { $ne: null }, stage: { $nin: ['withdrawn', 'cancelled'] } }, LIMIT)
      .project<{ _id: string }>({ _id: 1 })
      .toArray();
    const known = new Set(standing.map(({ _id }) => _id));
    return { photos: usedIn.filter((of) => of.some((id) => known.has(id))).length, needs: [...known] };
  };
}
