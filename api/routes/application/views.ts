import type { z } from 'zod';
import type { applicationRow } from '../../../contracts/http/application.ts';
import type { ApplicationRecord } from '../../../models/application.ts';
import { standingOf } from '../../standing.ts';

export const applicationRowOf = (record: ApplicationRecord): z.input<typeof applicationRow> => ({
  ...standingOf(record),
  waitingOn: record.waitingOn,
  reviewLevel: record.reviewLevel,
  level: record.level,
  regionCode: record.regionCode,
  place: record.regionNames.join(''),
  createdAt: record.createdAt.toISOString(),
});
