import { v7 as uuidv7 } from 'uuid';
import { pathOf } from '../../domain/region/region.ts';
import { certificationPlace, type CertificationRecord } from '../../models/certification.ts';
import { newReviewed } from '../../models/reviewed.ts';
import type { TestApi } from './api.ts';

const BYTES = Buffer.from('a picture');

/** With one photo in the storage; it waits for the township. */
export async function addCertification(api: TestApi, applicantId: string, township: string) {
  const { models, photos, crypto, reference } = api.deps;
  const [_id, photoId] = [uuidv7(), uuidv7()];
  const now = Date.now();
  await photos.put(photoId, BYTES);
  const shown = { mime: 'image/jpeg', sha256: photoId, bytes: BYTES.length, width: 1, height: 1 } as const;
  await models.photos.insert({ _id: photoId, uploadedBy: applicantId, ...shown, createdAt: new Date(now) });
  const record: CertificationRecord = {
    ...newReviewed(_id, now, 'test'),
    ...{ rev: 2, stage: 'underReview', seq: 2, dueAt: new Date(now + 86_400_000) },
    ...{ waitingOn: 'townCadre', reviewLevel: 'township', applicantId, regionPath: pathOf(township) },
    regionNames: reference.regions.names(pathOf(township)),
    photos: [photoId],
    sealed: crypto.fields.seal(certificationPlace(_id), { statement: '改名后身份信息尚未更新。' }),
  };
  await models.certifications.certifications.insertOne(record);
  return { certificationId: _id, photoId };
}
