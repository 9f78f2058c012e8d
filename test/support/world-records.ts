import { v7 as uuidv7 } from 'uuid';
import { pathOf } from '../../domain/region/region.ts';
import type { ApplicationRecord } from '../../models/application.ts';
import type { HandoverRecord } from '../../models/handover.ts';
import type { MatchRecord } from '../../models/match.ts';
import type { NeedRecord } from '../../models/need.ts';
import type { OfferRecord } from '../../models/offer.ts';
import type { PledgeRecord } from '../../models/pledge.ts';
import type { SponsorshipRecord } from '../../models/sponsorship.ts';
import type { TestApi } from './api.ts';
import { VILLAGE } from './world-people.ts';

/** The records of the world's cases. */

const LINE_ID = uuidv7();
type Place = Pick<NeedRecord, 'regionPath' | 'householdId' | 'publisherId'>;

export function needRecord(api: TestApi, _id: string, place: Place): NeedRecord {
  const now = new Date();
  return {
    _id,
    rev: 3,
    stage: 'published',
    seq: 3,
    stageSince: now,
    dueAt: new Date(now.getTime() + 86_400_000),
    waitingOn: 'donor',
    reviewLevel: null,
    reviewAssigneeId: null,
    audience: 'nation',
    publishedAt: now,
    expiresAt: new Date(now.getTime() + 40 * 86_400_000),
    revisionId: uuidv7(),
    kind: 'goods',
    ...place,
    recipientPublicName: '赖**',
    relation: 'helperCadre',
    regionNames: api.deps.reference.regions.names(place.regionPath),
    consent: null,
    tallyVersion: 0,
    openPledges: 0,
    progress: { committed: 'none', sent: 'none', received: 'none' },
    policyVersion: api.deps.reference.currentPolicy(Date.now()).version,
    searchTerms: [],
    submittedAt: now,
    createdAt: now,
    updatedAt: now,
    title: '冬天的棉被',
    details: '家里老人怕冷，需要两床厚棉被过冬。',
    category: 'goods.bedding.quilt',
    urgency: 'normal',
    lines: [
      {
        id: LINE_ID,
        name: '棉被',
        unit: '床',
        quantity: 2,
        unitPriceFen: 12_000,
        condition: 'new',
        free: 2,
        held: 0,
        sent: 0,
        received: 0,
      },
    ],
    amountFen: 24_000,
    photos: [],
  } as NeedRecord;
}

export function pledgeRecord(_id: string, need: NeedRecord, donorId: string): PledgeRecord {
  const now = new Date();
  const { publisherId, householdId, regionPath, title } = need;
  return {
    _id,
    rev: 1,
    stage: 'sent',
    seq: 2,
    stageSince: now,
    dueAt: new Date(now.getTime() + 86_400_000),
    waitingOn: 'donor',
    needId: need._id,
    needTitle: title,
    donorId,
    publisherId,
    householdId,
    regionPath,
    delivery: 'villagePoint',
    lines: [{ lineId: LINE_ID, quantity: 1 }],
    receivedLines: [],
    marks: [],
    shipment: null,
    receiptPhotoId: null,
    pickupTries: 0,
    penalty: false,
    createdAt: now,
    updatedAt: now,
  } as PledgeRecord;
}

export function offerRecord(_id: string, donorId: string): OfferRecord {
  const now = new Date();
  return {
    _id,
    rev: 3,
    stage: 'underReview',
    seq: 2,
    stageSince: now,
    dueAt: now,
    waitingOn: 'countyCadre',
    reviewLevel: 'county',
    decidedBy: null,
    open: true,
    donorId,
    donorName: '张**',
    regionCode: VILLAGE.slice(0, 6),
    regionPath: pathOf(VILLAGE.slice(0, 6)),
    regionNames: ['江西省', '赣州市', '石城县'],
    category: 'bedding',
    itemName: '棉被',
    unit: '床',
    quantity: 5,
    unitValueFen: 6000,
    condition: 'new',
    delivery: 'villagePoint',
    until: new Date(now.getTime() + 86_400_000),
    approvedAt: null,
    left: 5,
    proposed: 0,
    accepted: 0,
    sent: 0,
    given: 0,
    tallyVersion: 0,
    policyVersion: '2026-01',
    createdAt: now,
    updatedAt: now,
  };
}

export const matchRecord = (_id: string, { _id: offerId, donorId }: OfferRecord): MatchRecord => ({
  _id,
  offerId,
  donorId,
  stage: 'done',
  found: [],
  results: [],
  createdAt: new Date(),
  finishedAt: new Date(),
});

/** For the office of the village; it waits for its township. */
export function applicationRecord(_id: string, applicantId: string): ApplicationRecord {
  const now = new Date();
  return {
    _id,
    rev: 2,
    stage: 'underReview',
    seq: 2,
    stageSince: now,
    dueAt: new Date(now.getTime() + 86_400_000),
    waitingOn: 'townCadre',
    reviewLevel: 'township',
    decidedBy: null,
    open: true,
    applicantId,
    level: 'village',
    regionCode: VILLAGE,
    regionPath: pathOf(VILLAGE).slice(0, -1),
    regionNames: ['江西省', '赣州市', '石城县', '琴江镇', '长乐村'],
    statement: '我在村里工作多年，愿意为乡亲服务。',
    policyVersion: 'test',
    createdAt: now,
    updatedAt: now,
  };
}

/** Of the village's cadre, for his colleague. */
export function handoverRecord(_id: string, giverId: string, receiverId: string): HandoverRecord {
  const now = new Date();
  return {
    ...{ _id, rev: 2, stage: 'offered', seq: 1, stageSince: now, dueAt: new Date(now.getTime() + 86_400_000) },
    ...{ waitingOn: 'villageCadre', giverId, giverName: '张**', receiverId, receiverName: '李**' },
    ...{ level: 'village', regionCode: VILLAGE, regionPath: pathOf(VILLAGE) },
    ...{ regionNames: ['江西省', '赣州市', '石城县', '琴江镇', '长乐村'], needIds: [uuidv7()], reason: '下乡学习' },
    ...{ policyVersion: 'test', createdAt: now, updatedAt: now },
  };
}

export function sponsorshipRecord(_id: string, donorId: string): SponsorshipRecord {
  const now = new Date();
  return {
    _id,
    rev: 2,
    stage: 'underReview',
    seq: 1,
    stageSince: now,
    dueAt: now,
    waitingOn: 'operator',
    donorId,
    organisation: '长乐慈善会',
    regionPath: pathOf(VILLAGE).slice(0, 3),
    regionNames: ['江西省', '赣州市', '石城县'],
    category: null,
    needs: 10,
    budgetFen: null,
    perNeedFen: null,
    delivery: 'villagePoint',
    planned: null,
    totals: { tried: 0, claimed: 0, units: 0, valueFen: 0 },
    policyVersion: 'test',
    createdAt: now,
    updatedAt: now,
  };
}
