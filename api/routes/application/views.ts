import type { z } from 'zod';
import type { applicationRow } from '../../../contracts/http/application.ts';
import type { ApplicationRecord } from '../../../models/application.ts';

export const applicationRowOf = (record: ApplicationRecord): z.input<typeof applicationRow> => ({
  id: record._id,
  rev: record.rev,
  seq: record.seq,
  stage: record.stage,
  stageSince: record.stageSince.toISOString(),
  dueAt: record.dueAt?.toISOString() ?? null,
  waitingOn: record.waitingOn,
  reviewLevel: record.reviewLevel,
  level: record.level,
  regionCode: record.regionCode,
  place: record.regionNames.join(''),
  createdAt: record.createdAt.toISOString(),
});
