import { v7 as uuidv7 } from 'uuid';
import { complaintPlace, type ComplaintRecord } from '../../models/complaint.ts';
import type { NeedRecord } from '../../models/need.ts';
import type { TestApi } from './api.ts';

/** About the need; it waits for the township. */
export function complaintRecord(api: TestApi, complainantId: string, need: NeedRecord): ComplaintRecord {
  const now = new Date();
  const _id = uuidv7();
  return {
    _id,
    rev: 2,
    stage: 'handling',
    seq: 2,
    stageSince: now,
    dueAt: new Date(now.getTime() + 86_400_000),
    waitingOn: 'townCadre',
    handlingLevel: 'township',
    decidedBy: null,
    objected: false,
    open: true,
    complainantId,
    about: 'need',
    subjectId: need._id,
    kind: 'untrue',
    accusedIds: [],
    regionPath: need.regionPath.slice(0, -1),
    regionNames: need.regionNames,
    photos: [],
    sealed: api.deps.crypto.fields.seal(complaintPlace(_id), { text: '情况与实际不符，请核实。' }),
    policyVersion: 'test',
    createdAt: now,
    updatedAt: now,
  };
}
