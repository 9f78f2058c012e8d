import type { z } from 'zod';
import type { certificationRow } from '../../../contracts/http/certification.ts';
import type { CertificationRecord } from '../../../models/certification.ts';
import { standingOf } from '../../standing.ts';

export const certificationRowOf = (record: CertificationRecord): z.input<typeof certificationRow> => ({
  ...standingOf(record),
  waitingOn: record.waitingOn,
  reviewLevel: record.reviewLevel,
  place: record.regionNames.join(''),
  createdAt: record.createdAt.toISOString(),
});
