import type { z } from 'zod';
import type { needRow, needSchema, publicNeed, publicNeedRow } from '../../../contracts/http/need.ts';
import { publicLineName, publicTitle, type CategoryTree } from '../../../domain/category/category.ts';
import { allowedCommands } from '../../../domain/kernel/table.ts';
import { meetsMinor } from '../../../domain/need/arrangement.ts';
import { isPreviewApproved } from '../../../domain/need/preview.ts';
import { publicPhotos } from '../../../domain/need/public-photos.ts';
import { riskBandInChinese, riskReasonInChinese, type Risk } from '../../../domain/need/risk.ts';
import { needTable } from '../../../domain/need/table.ts';
import type { NeedState } from '../../../domain/need/types.ts';
import { acceptedText, deliveriesOf, pointOf, POSTAGE } from '../../../domain/pledge/terms.ts';
import { dateInShanghai } from '../../../domain/time/calendar.ts';
import type { CaseRecord } from '../../../models/case.ts';
import type { NeedRecord } from '../../../models/need.ts';

/** What may be seen of a need, by whom. Every field is named: what is added to a record stays inside until it is added here. */

export const photoUrl = (id: string): string => `/v1/photos/${id}`;
export const thumbnailUrl = (id: string): string => `/v1/photos/${id}/thumbnail`;

const iso = (date: Date): string => date.toISOString();
const isoOrNull = (date: Date | null | undefined): string | null => date?.toISOString() ?? null;

/** 江西省赣州市石城县琴江镇长乐村, down to the village and no further. */
const placeOf = (need: Pick<NeedRecord, 'regionNames'>): string => need.regionNames.join('');

/** Fields of a need that a public row is made of. */
export const PUBLIC_ROW_FIELDS = {
  stage: 1,
  kind: 1,
  title: 1,
  category: 1,
  urgency: 1,
  recipientPublicName: 1,
  regionPath: 1,
  regionNames: 1,
  amountFen: 1,
  progress: 1,
  endorsements: 1,
  pinnedAt: 1,
  publishedAt: 1,
  expiresAt: 1,
  photos: { $slice: 1 },
  photosShown: 1,
  concernsMinor: 1,
  arrangement: 1,
} as const;

type PublicFields = Pick<NeedRecord, '_id' | Exclude<keyof typeof PUBLIC_ROW_FIELDS, '_id'>>;

export function publicRow(need: PublicFields, tree: CategoryTree): z.input<typeof publicNeedRow> {
  const category = tree.find(need.category);
  const [photo] = publicPhotos(need, category);
  return {
    id: need._id,
    stage: need.stage === 'matched' ? 'matched' : 'published',
    kind: need.kind,
    title: publicTitle(need.title, need.category, tree),
    category: need.category,
    categoryName: category?.name ?? need.category,
    urgency: need.urgency,
    recipient: need.recipientPublicName,
    regionCode: need.regionPath.at(-1) ?? '',
    place: placeOf(need),
    amountFen: need.amountFen,
    progress: need.progress,
    endorsements: need.endorsements ?? 0,
    pinned: need.pinnedAt != null,
    publishedAt: iso(need.publishedAt ?? new Date(0)),
    expiresAt: iso(need.expiresAt ?? new Date(0)),
    thumbnail: photo === undefined ? null : thumbnailUrl(photo),
  };
}

export function publicDetail(
  need: NeedRecord,
  tree: CategoryTree,
  { now, holdDays, signedIn }: { now: number; holdDays: number; signedIn: boolean },
): z.input<typeof publicNeed> {
  const category = tree.find(need.category);
  const sensitive = category?.sensitive === true;
  const arrangement = need.arrangement ?? null;
  const sent = need.kind === 'goods';
  const open = need.stage === 'published' && need.expiresAt !== null && need.expiresAt.getTime() > now;
  return {
    ...publicRow(need, tree),
    details: sensitive ? null : need.details,
    photos: publicPhotos(need, category).map((id) => ({ image: photoUrl(id), thumbnail: thumbnailUrl(id) })),
    lines: need.lines.map(({ id, name, unit, quantity, unitPriceFen, condition, free }) => ({
      id,
      name: signedIn ? name : publicLineName(name, need.category, tree),
      unit,
      quantity,
      unitPriceFen,
      condition,
      accepted: acceptedText(condition),
      available: open ? free : 0,
    })),
    // Thrice a week to the hospital tells as much.
    arrangement: sensitive && !signedIn ? null : arrangement,
    vettingRequired: meetsMinor(arrangement, category),
    claimable: open && need.kind !== 'money' && need.lines.some((line) => line.free > 0),
    postedBy: need.relation,
    delivery: [...deliveriesOf(need.kind)],
    shipTo: sent ? pointOf(need.regionNames, need.regionPath) : null,
    postage: sent ? POSTAGE : null,
    holdDays,
  };
}

export function ownRow(need: NeedRecord): z.input<typeof needRow> {
  return {
    id: need._id,
    stage: need.stage === 'draft' && need.submittedAt !== null ? 'submitted' : need.stage,
    seq: need.seq,
    rev: need.rev,
    kind: need.kind,
    title: need.title,
    category: need.category,
    urgency: need.urgency,
    householdId: need.householdId,
    recipient: need.recipientPublicName,
    regionCode: need.regionPath.at(-1) ?? '',
    place: placeOf(need),
    amountFen: need.amountFen,
    progress: need.progress,
    stageSince: iso(need.stageSince),
    dueAt: isoOrNull(need.dueAt),
    waitingOn: need.waitingOn,
    reviewLevel: need.reviewLevel,
    taken: null,
    submittedAt: isoOrNull(need.submittedAt),
    publishedAt: isoOrNull(need.publishedAt),
    expiresAt: isoOrNull(need.expiresAt),
    createdAt: iso(need.createdAt),
    updatedAt: iso(need.updatedAt),
  };
}

/** A lapsed lock is none. */
export const takenView = ({ reviewTaken }: NeedRecord): z.input<typeof needRow>['taken'] =>
  reviewTaken == null || reviewTaken.until.getTime() <= Date.now()
    ? null
    : { accountId: reviewTaken.by, name: reviewTaken.name, until: iso(reviewTaken.until) };

/** `record`: the need's case, null while it is a draft or not started yet. `aid`: for a reviewer, who sees what stands out. */
export function ownDetail(
  need: NeedRecord,
  record: CaseRecord | null,
  aid: z.input<typeof needSchema>['aid'] = null,
): z.input<typeof needSchema> {
  const staff = aid !== null;
  const state = record === null ? null : (record.state as NeedState);
  return {
    ...ownRow(need),
    details: need.details,
    relation: need.relation,
    consent: need.consent && {
      kind: need.consent.kind,
      reference: need.consent.reference,
      givenOn: dateInShanghai(need.consent.givenAt.getTime()),
      sensitive: need.consent.sensitive,
      guardian: need.consent.guardian,
    },
    photos: need.photos,
    concernsMinor: need.concernsMinor ?? false,
    preview: previewView(state),
    photosShown: need.photosShown ?? [],
    lines: need.lines.map(({ id, name, unit, quantity, unitPriceFen, condition, free, held, sent, received }) => ({
      id,
      name,
      unit,
      quantity,
      unitPriceFen,
      condition,
      free,
      held,
      sent,
      received,
    })),
    arrangement: need.arrangement ?? null,
    payee: need.payee == null ? null : { kind: need.payee.kind, masked: need.payee.masked, proof: need.payee.proof },
    endorsements: need.endorsements ?? 0,
    dismissedMatches: (need.dismissed ?? []).map(({ at, ...said }) => ({ ...said, at: iso(at) })),
    openPledges: need.openPledges,
    policyVersion: need.policyVersion,
    taken: staff ? takenView(need) : null,
    review: reviewView(state),
    risk: staff ? riskView(state?.risk) : null,
    aid,
    challenge: challengeView(state),
    parkedReason: record?.parkedReason ?? null,
    outcome: state?.outcome ?? null,
    allowed: allowedCommands(needTable, need.stage),
    draftExpiresAt: isoOrNull(need.draftExpiresAt),
  };
}

function previewView(state: NeedState | null): z.input<typeof needSchema>['preview'] {
  if (state === null) return { wanted: false, approvedAt: null, paper: null };
  const approved = isPreviewApproved(state) ? state.previewApproved : undefined;
  const approvedAt = approved === undefined ? null : new Date(approved.at).toISOString();
  return { wanted: state.previewAsked !== undefined, approvedAt, paper: approved?.photo ?? null };
}

export const riskView = (risk: Risk | undefined): z.input<typeof needSchema>['risk'] =>
  risk === undefined
    ? null
    : {
        score: risk.score,
        band: risk.band,
        text: riskBandInChinese(risk.band),
        reasons: risk.reasons.map((reason) => ({ ...reason, text: riskReasonInChinese(reason) })),
      };

function challengeView(state: NeedState | null): z.input<typeof needSchema>['challenge'] {
  if (state?.stage !== 'challenged' || state.challenge === undefined) return null;
  const { level, reasonCode, at } = state.challenge;
  return { level, reasonCode, since: new Date(at).toISOString() };
}

function reviewView(state: NeedState | null): z.input<typeof needSchema>['review'] {
  const review = state?.review ?? null;
  if (review === null) return null;
  const { level, route, assigneeId, advice, askedBy } = review;
  const dueAt = new Date(review.dueAt).toISOString();
  const decideBy = review.decideBy === undefined ? null : new Date(review.decideBy).toISOString();
  const second = review.first !== undefined;
  const askedByLevel = askedBy?.level ?? null;
  return { level, route: [...route], dueAt, decideBy, assigneeId, advice, askedByLevel, second, of: review.of };
}
