import type { z } from 'zod';
import type { complaintRow } from '../../../contracts/http/complaint.ts';
import type { ComplaintRecord } from '../../../models/complaint.ts';

export const complaintRowOf = (record: ComplaintRecord): z.input<typeof complaintRow> => ({
  id: record._id,
  rev: record.rev,
  seq: record.seq,
  stage: record.stage,
  stageSince: record.stageSince.toISOString(),
  dueAt: record.dueAt?.toISOString() ?? null,
  waitingOn: record.waitingOn,
  handlingLevel: record.handlingLevel,
  about: record.about,
  subjectId: record.subjectId,
  kind: record.kind,
  place: record.regionNames.join(''),
  objected: record.objected,
  createdAt: record.createdAt.toISOString(),
});
