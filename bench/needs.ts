import { v7 as uuidv7 } from 'uuid';
import type { JsonObject } from '../domain/kernel/types.ts';
import type { NeedSeed } from '../domain/need/types.ts';
import { tokenizer } from '../infra/search.ts';
import { searchTerms } from '../domain/search/terms.ts';
import type { NeedRecord } from '../models/need.ts';

/** 长乐村, 石城县: the demo accounts have cadres on every level there. */
export const REGION_PATH = ['36', '3607', '360735', '360735100', '360735100223'];
export const REGION_NAMES = ['江西省', '赣州市', '石城县', '琴江镇', '长乐村'];

const ITEMS = ['棉被', '电热毯', '大米', '轮椅', '书桌', '电磁炉', '洗衣机', '雨衣', '高压锅', '台灯'];

/** A need as it stands in the records right after its submission was accepted. Fictional throughout. */
export function needRecord(i: number, extra: Partial<NeedRecord> = {}): NeedRecord {
  const at = new Date();
  const item = ITEMS[i % ITEMS.length] ?? '棉被';
  const title = `冬天来了需要${item}${i % 97}`;
  return {
    _id: uuidv7(),
    rev: 1,
    stage: 'draft',
    seq: 0,
    stageSince: at,
    dueAt: null,
    waitingOn: 'system',
    reviewLevel: null,
    reviewAssigneeId: null,
    audience: 'nation',
    publishedAt: null,
    expiresAt: null,
    revisionId: uuidv7(),
    kind: 'goods',
    householdId: `bench-household-${i}`,
    publisherId: `bench-publisher-${i}`,
    recipientPublicName: '张**',
    relation: 'helperCadre',
    regionPath: [...REGION_PATH],
    regionNames: [...REGION_NAMES],
    consent: null,
    tallyVersion: 0,
    openPledges: 0,
    progress: { committed: 'none', sent: 'none', received: 'none' },
    policyVersion: '',
    searchTerms: searchTerms({ title, itemNames: [item], placeNames: REGION_NAMES }, tokenizer),
    submittedAt: at,
    createdAt: at,
    updatedAt: at,
    title,
    details: '家里老人身体不好，冬天很冷，想请好心人帮忙添置一些过冬的用品，一定好好爱惜。'.repeat(2),
    category: 'winter-bedding',
    urgency: 'normal',
    lines: [
      {
        id: 'line-1',
        name: item,
        unit: '件',
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
    ...extra,
  };
}

export const seedOf = (need: NeedRecord): JsonObject => {
  const seed: NeedSeed = {
    publisherId: need.publisherId,
    householdId: need.householdId,
    publisherIsVillageCadre: false,
    regionPath: need.regionPath,
    category: need.category,
    urgency: need.urgency,
    revisionId: need.revisionId,
    lines: need.lines.map(({ id, quantity, unitPriceFen }) => ({ id, quantity, unitPriceFen })),
    amountFen: need.amountFen,
  };
  return seed as unknown as JsonObject;
};
