import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import { photoSchema } from '../../contracts/http/photo.ts';
import { problem } from '../../contracts/problems.ts';
import { personsIn, type PeoplesRecord } from '../../domain/access/disclosure.ts';
import { scopeFilter, scopeOf } from '../../domain/access/scope.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import { publicPhotos } from '../../domain/need/public-photos.ts';
import { IMAGE_TYPES, ImageError, MAX_IMAGE_BYTES, processImage, type ProcessedImage } from '../../infra/images.ts';
import { isDuplicateKey } from '../../models/command.ts';
import { PUBLIC_STAGES, type NeedRecord } from '../../models/need.ts';
import type { PhotoRecord } from '../../models/photo.ts';
import { seenBy, type SeenBy } from '../audience.ts';
import type { ApiDeps } from '../deps.ts';
import { onFeedback } from './feedback.ts';
import { newsReadable } from './news/tell.ts';
import { binary, defineRoute, type AnyRoute, type Caller } from '../route.ts';

const params = z.strictObject({ photoId: id });
const thumbnailKey = (photoId: string): string => `${photoId}.thumb`;

const uploadPhoto = defineRoute({
  method: 'post',
  path: '/v1/photos',
  operationId: 'uploadPhoto',
  summary: 'Upload a picture; place and camera are taken out of it, it is seen by you alone until you use it',
  tags: ['Photos'],
  access: { signedIn: true, scope: 'own' },
  rate: 'upload',
  upload: { field: 'photo', maxFiles: 1, maxBytes: MAX_IMAGE_BYTES, types: IMAGE_TYPES },
  responses: { 201: photoSchema },
  problems: ['PHOTO_INVALID', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'],
  async handler({ deps, files, caller, now, newId }) {
    const [file] = files;
    if (file === undefined) throw problem('INVALID_REQUEST');
    const image = await readImage(file.bytes);
    const photoId = newId('photo');
    // Bytes first: a record without its bytes would be a broken picture, bytes without a record are only swept away.
    await Promise.all([deps.photos.put(photoId, image.bytes), deps.photos.put(thumbnailKey(photoId), image.thumbnail)]);
    const { mime, width, height, sha256 } = image;
    const record = {
      _id: photoId,
      uploadedBy: caller.accountId,
      mime,
      width,
      height,
      sha256,
      bytes: image.bytes.length,
    };
    const createdAt = new Date(now);
    try {
      await deps.models.photos.insert({ ...record, hashes: [...image.hashes], createdAt });
    } catch (error) {
      // The same request came before and its answer was lost.
      if (!isDuplicateKey(error)) throw error;
    }
    const { _id, uploadedBy: _by, ...shown } = record;
    return {
      status: 201,
      headers: { Location: `/v1/photos/${photoId}` },
      body: { id: _id, ...shown, createdAt: createdAt.toISOString() },
    };
  },
});

async function readImage(bytes: Buffer): Promise<ProcessedImage> {
  try {
    return await processImage(bytes);
  } catch (error) {
    if (!(error instanceof ImageError)) throw error;
    const errors = [{ pointer: '/body/photo', code: error.code, detail: 'not a picture that can be used' }];
    throw problem('PHOTO_INVALID', { errors, cause: error });
  }
}

/** A photo within somebody's reach, and whose it is; nobody's when everybody may see it. */
interface Seen {
  readonly photo: PhotoRecord;
  readonly persons: readonly string[];
}

/** Of what the photo shows the people; [] is for everybody, null: not seen this way. */
type People = readonly PeoplesRecord[] | null;

const PEOPLE = { publisherId: 1, householdId: 1, donorId: 1, complainantId: 1 } as const;
/** By which it is known whether strangers see a photo of a need. */
const SHOWN = { category: 1, arrangement: 1, concernsMinor: 1, photos: 1, photosShown: 1 } as const;
const OF_PEOPLE = { projection: PEOPLE, maxTimeMS: 3000 };

/**
 * A photo that the caller may see: his own, one on a published need that strangers see (`publicPhotos`), or one of a
 * need or pledge in his reach. @throws Problem NOT_FOUND
 */
async function findVisible(deps: ApiDeps, photoId: string, actor: Actor | null, caller: Caller | null): Promise<Seen> {
  const photo = await deps.models.photos.find(photoId);
  if (photo === null) throw problem('NOT_FOUND');
  if (actor !== null && photo.uploadedBy === actor.id) return { photo, persons: [] };
  const ways = await Promise.all([
    onNeed(deps, photo, actor, seenBy(deps, caller)),
    onPledge(deps, photo, actor),
    onEndorsement(deps, photo, actor),
    onComplaint(deps, photo, actor),
    onNews(deps, photo, actor, caller),
    onFeedback(deps, photo, { actor, caller }),
  ]);
  const seen = ways.filter((people) => people !== null);
  if (seen.length === 0) throw problem('NOT_FOUND');
  const isPublic = actor === null || seen.some((people) => people.length === 0);
  return { photo, persons: isPublic ? [] : personsIn(actor, seen.flat()) };
}

async function onNeed(
  { models, reference }: ApiDeps,
  photo: PhotoRecord,
  actor: Actor | null,
  seen: SeenBy,
): Promise<People> {
  const ids = photo.usedBy.filter((use) => use.kind === 'need').map((use) => use.id);
  if (ids.length === 0) return null;
  const { needs } = models.needs;
  const isPublic = { _id: { $in: ids }, stage: { $in: [...PUBLIC_STAGES] }, photos: photo._id, ...seen };
  const open = await needs.find(isPublic, { projection: SHOWN, maxTimeMS: 3000 }).toArray();
  const shown = (need: NeedRecord): boolean =>
    publicPhotos(need, reference.categories.find(need.category)).includes(photo._id);
  if (open.some(shown)) return [];
  if (actor === null) return null;
  const reached = { $and: [{ _id: { $in: ids } }, scopeFilter(scopeOf(actor, 'need'))] };
  return peopleOf(await needs.findOne(reached, OF_PEOPLE));
}

const peopleOf = (record: PeoplesRecord | null): People => record && [record];

async function onPledge({ models }: ApiDeps, photo: PhotoRecord, actor: Actor | null): Promise<People> {
  const ids = photo.usedBy.filter((use) => use.kind === 'pledge').map((use) => use.id);
  if (actor === null || ids.length === 0) return null;
  const filter = { $and: [{ _id: { $in: ids }, receiptPhotoId: photo._id }, scopeFilter(scopeOf(actor, 'pledge'))] };
  return peopleOf(await models.pledges.pledges.findOne(filter, OF_PEOPLE));
}

/** What somebody showed with his word for a need: for those in whose reach the need is. */
async function onEndorsement({ models }: ApiDeps, photo: PhotoRecord, actor: Actor | null): Promise<People> {
  if (actor === null || !photo.usedBy.some((use) => use.kind === 'endorsement')) return null;
  const needIds = await models.endorsements.withPhoto(photo._id);
  const filter = { $and: [{ _id: { $in: needIds } }, scopeFilter(scopeOf(actor, 'need'))] };
  const need = await models.needs.needs.findOne(filter, OF_PEOPLE);
  return need && [need, { accountId: photo.uploadedBy }];
}

async function onComplaint({ models }: ApiDeps, photo: PhotoRecord, actor: Actor | null): Promise<People> {
  const ids = photo.usedBy.filter((use) => use.kind === 'complaint').map((use) => use.id);
  if (actor === null || ids.length === 0) return null;
  const filter = { $and: [{ _id: { $in: ids } }, scopeFilter(scopeOf(actor, 'complaint'))] };
  return peopleOf(await models.complaints.complaints.findOne(filter, OF_PEOPLE));
}

/** Strangers see it once a cadre has looked at it; cadres of the place always. */
async function onNews(deps: ApiDeps, photo: PhotoRecord, actor: Actor | null, caller: Caller | null): Promise<People> {
  const ids = photo.usedBy.filter((use) => use.kind === 'news').map((use) => use.id);
  if (ids.length === 0) return null;
  const staff = actor?.role === 'cadre' && actor.regionCode !== undefined ? [{ regionPath: actor.regionCode }] : [];
  const shown = { $or: [{ photosShown: true, takenDown: null }, ...staff] };
  const filter = { $and: [{ _id: { $in: ids }, photos: photo._id }, shown] };
  const projection = { needId: 1, photosShown: 1, takenDown: 1 } as const;
  const news = await deps.models.news.news.findOne(filter, { projection, maxTimeMS: 3000 });
  if (news === null) return null;
  const read = (by: Actor | null) =>
    deps.models.needs.needs.findOne({ $and: [{ _id: news.needId }, newsReadable(deps, by, caller)] }, OF_PEOPLE);
  const isPublic = news.photosShown && news.takenDown === null && (await read(null)) !== null;
  return isPublic ? [] : peopleOf(await read(actor));
}

export async function stored(deps: ApiDeps, key: string, mime: string) {
  const found = await deps.photos.get(key);
  if (found === null) throw problem('NOT_FOUND');
  // Bytes never change under an id, but who may see them does: kept by the caller alone, and not for long.
  const headers = {
    'Content-Type': mime,
    'Content-Length': String(found.bytes),
    'Cache-Control': 'private, max-age=300',
  };
  return { status: 200 as const, headers, body: found.stream };
}

const getPhoto = defineRoute({
  method: 'get',
  path: '/v1/photos/{photoId}',
  operationId: 'getPhoto',
  summary: 'A picture',
  tags: ['Photos'],
  access: { public: true },
  request: { params },
  responses: { 200: binary('image/*', 'The picture') },
  audit: 'photo.read',
  personal: 'review',
  async handler({ deps, params: { photoId }, actor, caller }) {
    const { photo, persons } = await findVisible(deps, photoId, actor, caller);
    return { ...(await stored(deps, photoId, photo.mime)), persons };
  },
});

const getThumbnail = defineRoute({
  method: 'get',
  path: '/v1/photos/{photoId}/thumbnail',
  operationId: 'getPhotoThumbnail',
  summary: 'A picture, small',
  tags: ['Photos'],
  access: { public: true },
  request: { params },
  responses: { 200: binary('image/webp', 'At most 320 pixels on a side') },
  audit: 'photo.read',
  personal: 'review',
  async handler({ deps, params: { photoId }, actor, caller }) {
    const { persons } = await findVisible(deps, photoId, actor, caller);
    return { ...(await stored(deps, thumbnailKey(photoId), 'image/webp')), persons };
  },
});

export const photoRoutes: readonly AnyRoute[] = [uploadPhoto, getPhoto, getThumbnail];
