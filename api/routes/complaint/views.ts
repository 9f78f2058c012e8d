import type { z } from 'zod';
import type { complaintRow } from '../../../contracts/http/complaint.ts';
import type { ComplaintRecord } from '../../../models/complaint.ts';
import { standingOf } from '../../standing.ts';

export const complaintRowOf = (record: ComplaintRecord): z.input<typeof complaintRow> => ({
  ...standingOf(record),
  waitingOn: record.waitingOn,
  handlingLevel: record.handlingLevel,
  about: record.about,
  subjectId: record.subjectId,
  kind: record.kind,
  place: record.regionNames.join(''),
  objected: record.objected,
  createdAt: record.createdAt.toISOString(),
});
