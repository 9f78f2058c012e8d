import type { z } from 'zod';
import type { handoverRow } from '../../../contracts/http/handover.ts';
import type { HandoverRecord } from '../../../models/handover.ts';

export const handoverRowOf = (record: HandoverRecord, accountId: string): z.input<typeof handoverRow> => {
  const given = record.giverId === accountId;
  return {
    id: record._id,
    rev: record.rev,
    seq: record.seq,
    stage: record.stage,
    stageSince: record.stageSince.toISOString(),
    dueAt: record.dueAt?.toISOString() ?? null,
    direction: given ? 'given' : 'received',
    colleague: given ? record.receiverName : record.giverName,
    level: record.level,
    regionCode: record.regionCode,
    place: record.regionNames.join(''),
    needs: record.needIds.length,
    createdAt: record.createdAt.toISOString(),
  };
};
