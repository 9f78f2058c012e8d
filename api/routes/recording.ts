import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { id } from '../../contracts/http/common.ts';
import { recordingSchema } from '../../contracts/http/recording.ts';
import { fieldProblem, problem, type Problem } from '../../contracts/problems.ts';
import { personsIn } from '../../domain/access/disclosure.ts';
import { postingParts } from '../../domain/need/publisher.ts';
import { scopeFilter, scopeOf } from '../../domain/access/scope.ts';
import { audioTypeOf, DECLARED_AUDIO_TYPES, RECORDING_BYTES } from '../../infra/audio.ts';
import { ErasedError } from '../../infra/crypto/index.ts';
import { isDuplicateKey } from '../../models/command.ts';
import type { NeedRecord } from '../../models/need.ts';
import { soundKey, soundPlace, type RecordingRecord } from '../../models/recording.ts';
import type { ApiDeps } from '../deps.ts';
import { binary, defineRoute, type AnyRoute } from '../route.ts';
import { findHousehold } from './household.ts';

/** A household says on tape that somebody may post for it. The public never hears it. */

const uploadRecording = defineRoute({
  method: 'post',
  path: '/v1/households/{householdId}/recordings',
  operationId: 'uploadRecording',
  summary: 'Keep a household’s spoken consent: a sound file, sealed, for those who review what is posted with it',
  description:
    'mp3, m4a, amr, ogg or wav, up to 5 MB. What no draft names, and nothing is posted with, within a month is deleted.',
  tags: ['Households'],
  access: { signedIn: true, scope: 'party' },
  rate: 'upload',
  request: { params: z.strictObject({ householdId: id }) },
  upload: { field: 'recording', maxFiles: 1, maxBytes: RECORDING_BYTES.max, types: DECLARED_AUDIO_TYPES },
  responses: { 201: recordingSchema },
  problems: ['HOUSEHOLD_NOT_YOURS', 'RECORDING_INVALID', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE'],
  audit: 'household.recording.keep',
  async handler({ deps, files, params, actor, caller, now, newId }) {
    const household = await findHousehold(deps, params.householdId, actor);
    if (postingParts(caller, household).length === 0) throw problem('HOUSEHOLD_NOT_YOURS');
    const bytes = files[0]?.bytes ?? Buffer.alloc(0);
    const mime = audioTypeOf(bytes);
    if (mime === null || bytes.length < RECORDING_BYTES.min)
      throw fieldProblem('RECORDING_INVALID', '/body/recording', 'no sound file that can be kept');
    const _id = newId('recording');
    const { data, keyId, key } = deps.crypto.fields.sealBytes(soundPlace(_id), bytes);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const rest = { householdId: household._id, mime, bytes: bytes.length, sha256, createdAt: new Date(now) };
    // Bytes first: a record without them would be evidence that is none. A repeat seals anew, so nothing is written over.
    if ((await deps.models.recordings.find(_id)) === null) {
      await deps.photos.put(soundKey(_id), data as Buffer);
      await insert(deps, { _id, ...rest, uploadedBy: caller.accountId, keyId, key });
    }
    const { createdAt, ...shown } = rest;
    return { status: 201, body: { id: _id, ...shown, createdAt: createdAt.toISOString() } };
  },
});

async function insert({ models }: ApiDeps, recording: Parameters<typeof models.recordings.insert>[0]): Promise<void> {
  try {
    await models.recordings.insert(recording);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}

const getRecording = defineRoute({
  method: 'get',
  path: '/v1/recordings/{recordingId}',
  operationId: 'getRecording',
  summary:
    'A household’s spoken consent, for who keeps it, the household, and those who review what was posted with it',
  tags: ['Households'],
  access: { signedIn: true, scope: 'party' },
  request: { params: z.strictObject({ recordingId: id }) },
  responses: { 200: binary('audio/*', 'The sound') },
  problems: ['GONE'],
  audit: 'recording.read',
  personal: 'review',
  async handler({ deps, params: { recordingId }, actor }) {
    const recording = await deps.models.recordings.find(recordingId);
    if (recording === null) throw problem('NOT_FOUND');
    const own = recording.uploadedBy === actor.id || recording.householdId === actor.householdId;
    const needs = deps.models.needs.needs;
    const posted = { $and: [{ _id: { $in: recording.usedBy } }, scopeFilter(scopeOf(actor, 'need'))] };
    const people = { projection: { publisherId: 1, householdId: 1 }, maxTimeMS: 3000 } as const;
    const need = await needs.findOne<Pick<NeedRecord, 'publisherId' | 'householdId'>>(posted, people);
    if (!own && need === null) throw problem('NOT_FOUND');
    const bytes = await soundOf(deps, recording);
    const headers = { 'Content-Type': recording.mime, 'Cache-Control': 'private, no-store' };
    return { status: 200, headers, persons: personsIn(actor, [need ?? recording]), body: bytes };
  },
});

/** @throws Problem GONE once it was erased or deleted */
async function soundOf(deps: ApiDeps, { _id, keyId, key }: RecordingRecord): Promise<Buffer> {
  const stored = await deps.photos.get(soundKey(_id));
  if (stored === null) throw problem('GONE');
  try {
    return deps.crypto.fields.openBytes(soundPlace(_id), { keyId, key, data: await whole(stored.stream) });
  } catch (error) {
    if (error instanceof ErasedError) throw problem('GONE');
    throw error;
  }
}

async function whole(stream: Readable): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** @throws Problem CONSENT_UNKNOWN unless this publisher keeps the household's own words under the reference */
export async function assertConsentRecorded(
  { models }: Pick<ApiDeps, 'models'>,
  { consent, householdId, publisherId }: Pick<NeedRecord, 'consent' | 'householdId' | 'publisherId'>,
): Promise<void> {
  if (consent?.kind !== 'recording') return;
  const recording = await models.recordings.find(consent.reference);
  const fits =
    recording !== null &&
    recording.key !== null &&
    recording.householdId === householdId &&
    recording.uploadedBy === publisherId;
  if (!fits) throw recordingUnknown();
}

export const recordingUnknown = (): Problem =>
  fieldProblem('CONSENT_UNKNOWN', '/body/consent/reference', 'no recording of yours of this household');

export const recordingRoutes: readonly AnyRoute[] = [uploadRecording, getRecording];
