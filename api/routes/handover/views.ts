import type { z } from 'zod';
import type { handoverRow } from '../../../contracts/http/handover.ts';
import type { HandoverRecord } from '../../../models/handover.ts';
import { standingOf } from '../../standing.ts';

export const handoverRowOf = (record: HandoverRecord, accountId: string): z.input<typeof handoverRow> => {
  const given = record.giverId === accountId;
  return {
    ...standingOf(record),
    direction: given ? 'given' : 'received',
    colleague: given ? record.receiverName : record.giverName,
    level: record.level,
    regionCode: record.regionCode,
    place: record.regionNames.join(''),
    needs: record.needIds.length,
    createdAt: record.createdAt.toISOString(),
  };
};
