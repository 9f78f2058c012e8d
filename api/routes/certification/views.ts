import type { z } from 'zod';
import type { certificationRow } from '../../../contracts/http/certification.ts';
import type { CertificationRecord } from '../../../models/certification.ts';

export const certificationRowOf = (record: CertificationRecord): z.input<typeof certificationRow> => ({
  id: record._id,
  rev: record.rev,
  seq: record.seq,
  stage: record.stage,
  stageSince: record.stageSince.toISOString(),
  dueAt: record.dueAt?.toISOString() ?? null,
  waitingOn: record.waitingOn,
  reviewLevel: record.reviewLevel,
  place: record.regionNames.join(''),
  createdAt: record.createdAt.toISOString(),
});
