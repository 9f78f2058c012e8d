import type { Connection } from 'mongoose';
import type { CategoryTree } from '../domain/category/category.ts';
import type { ForbiddenItems } from '../domain/content/forbidden-items.ts';
import { isTerminal } from '../domain/kernel/table.ts';
import { meetsMinor } from '../domain/need/arrangement.ts';
import type { TwinPolicy } from '../domain/need/household-limits.ts';
import { alikeAmong, contentFacts, type Earlier } from '../domain/need/risk-facts.ts';
import type { RiskFacts } from '../domain/need/risk.ts';
import { needTable } from '../domain/need/table.ts';
import { householdRepository, type HouseholdRecord } from './household.ts';
import { needRepository, type NeedRecord } from './need.ts';
import { createPhotoReuse } from './photo-reuse.ts';

/** What of the reference data and the policy the measuring needs. */
export interface RiskRules extends TwinPolicy {
  readonly categories: Pick<CategoryTree, 'forPosting'>;
  readonly brands: ForbiddenItems;
  readonly dayMs: number;
  readonly periodDays: number;
  readonly duplicateWindowDays: number;
}

export interface Measured {
  readonly facts: RiskFacts;
  /** For the reviewer: needs that say the same, and needs with the same photos. */
  readonly alikeNeeds: readonly string[];
  readonly photoNeeds: readonly string[];
}

const LIMIT = { maxTimeMS: 3000 };
/** So many of a publisher's newest needs are looked at. */
const EARLIER = 200;

const GIVEN_UP: readonly string[] = ['withdrawn', 'cancelled'];
const UNDECIDED: readonly string[] = ['draft', 'submitted', 'underReview', 'returned', 'parked', ...GIVEN_UP];

/** Measures how risky a need looks, from the records as they are now. */
export function createRiskFacts(db: Connection) {
  const { needs } = needRepository(db);
  const households = householdRepository(db);
  const photoReuse = createPhotoReuse(db);

  return async function measure(need: NeedRecord, rules: RiskRules, now: number): Promise<Measured> {
    const since = new Date(now - rules.periodDays * rules.dayMs);
    const [household, others, photoUse, samePayee] = await Promise.all([
      households.find(need.householdId),
      earlierNeeds(need, since),
      photoReuse(need),
      payeeElsewhere(need),
    ]);
    const sameAddress = household === null ? 0 : await addressElsewhere(household, since);
    const standing = others.filter((other) => !GIVEN_UP.includes(other.stage));
    const window = now - rules.duplicateWindowDays * rules.dayMs;
    const alike = alikeAmong(
      need,
      standing.filter((other) => !isDeclined(other)).map((other) => earlierOf(other, window)),
      rules,
    );
    const decided = others.filter((n) => n.publisherId === need.publisherId && !UNDECIDED.includes(n.stage));
    const category = rules.categories.forPosting(need.category, need.regionPath);
    const facts: RiskFacts = {
      ...contentFacts(need, category, rules.brands),
      people: 1 + (household?.members.length ?? 0),
      photosReused: photoUse.photos,
      registered: household !== null && household.property !== 'general' ? 1 : 0,
      postedBefore: standing.filter((other) => other.householdId === need.householdId).length,
      alike: alike.length,
      decided: decided.length,
      declined: decided.filter(isDeclined).length,
      meetsMinor: meetsMinor(need.arrangement ?? null, category) ? 1 : 0,
      samePayee,
      sameAddress,
      otherPayee: need.payee == null || need.payee.kind === 'recipient' ? 0 : 1,
    };
    return { facts, alikeNeeds: alike.map(({ id }) => id), photoNeeds: photoUse.needs };
  };

  /** Of the household and of the publisher, newest first. */
  async function earlierNeeds(need: NeedRecord, since: Date): Promise<NeedRecord[]> {
    const lately = { submittedAt: { $ne: null, $gte: since }, _id: { $ne: need._id } };
    const [own, posted] = await Promise.all(
      [
        { householdId: need.householdId },
        { publisherId: need.publisherId, householdId: { $ne: need.householdId } },
      ].map((whose) =>
        needs
          .find({ ...whose, ...lately }, { ...LIMIT, projection: { searchTerms: 0, photos: 0 } })
          .sort({ createdAt: -1 })
          .limit(EARLIER)
          .toArray(),
      ),
    );
    return [...(own ?? []), ...(posted ?? [])];
  }

  /** How many other households name the account to which this need's money would go. */
  async function payeeElsewhere({ payee, householdId }: NeedRecord): Promise<number> {
    // One hospital or school is paid for many.
    if (payee == null || payee.kind === 'hospital' || payee.kind === 'school') return 0;
    const same = { 'payee.index': payee.index, submittedAt: { $ne: null }, stage: { $nin: [...GIVEN_UP] } };
    return (await needs.distinct('householdId', { ...same, householdId: { $ne: householdId } } as object, LIMIT))
      .length;
  }

  /** How many other households of this address ask for something too. */
  async function addressElsewhere({ _id, addressIndex = null }: HouseholdRecord, since: Date): Promise<number> {
    if (addressIndex === null) return 0;
    const there = await households.households
      .find({ addressIndex, _id: { $ne: _id } }, { ...LIMIT, projection: { _id: 1 } })
      .limit(EARLIER)
      .toArray();
    if (there.length === 0) return 0;
    const asks = { householdId: { $in: there.map((one) => one._id) }, submittedAt: { $ne: null, $gte: since } };
    return (await needs.distinct('householdId', { ...asks, stage: { $nin: [...GIVEN_UP] } } as object, LIMIT)).length;
  }
}

/** Refused or taken down; after the time for an appeal such a need is closed. */
const isDeclined = ({ stage, publishedAt }: NeedRecord): boolean =>
  stage === 'refused' || stage === 'takenDown' || (stage === 'closed' && publishedAt === null);

const earlierOf = (need: NeedRecord, window: number): Earlier => ({
  id: need._id,
  householdId: need.householdId,
  title: need.title,
  details: need.details,
  itemNames: need.lines.map((line) => line.name),
  category: need.category,
  current:
    (need.submittedAt?.getTime() ?? 0) >= window ||
    !isTerminal(needTable, { id: need._id, stage: need.stage, stageSince: 0, clock: {} }),
});
