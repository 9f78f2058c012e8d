import type { JsonObject } from '../kernel/types.ts';
import { similarity } from '../search/similarity.ts';
import { amountOf, type Posting } from './posting.ts';
import type { NeedPolicy, NeedStage } from './types.ts';

/** What one household may ask for and get: checked when a need is submitted, changed and approved. */

/** What a household has posted lately, for its limits. */
export interface PostedBefore {
  readonly id: string;
  readonly title: string;
  readonly itemNames: readonly string[];
  readonly category: string;
  readonly open: boolean;
  /** What it has got by it, or is to get: `countedFen`. */
  readonly countedFen?: number;
  /** Within the policy's `duplicateWindowDays`. */
  readonly recent: boolean;
}

export type LimitFaultCode = 'TOO_MANY_OPEN_NEEDS' | 'RECEIVED_LIMIT';
export type HouseholdFaultCode = LimitFaultCode | 'DUPLICATE_NEED';

export interface HouseholdFault<Code extends string = HouseholdFaultCode> {
  readonly code: Code;
  readonly members: JsonObject;
}

/** Where what nobody has promised yet is still asked for. */
const STILL_WANTED: readonly NeedStage[] = [
  'submitted',
  'underReview',
  'returned',
  'withheld',
  'published',
  'paused',
  'challenged',
  'parked',
];

interface Asked {
  readonly stage: NeedStage;
  readonly lines: readonly {
    readonly quantity: number;
    readonly unitPriceFen: number;
    readonly held: number;
    readonly sent: number;
    readonly received: number;
  }[];
  readonly submittedAt: Date | null;
}

/**
 * The worth of a need against `receivedPerHousehold`: all that is asked for while it may still come, else what was promised,
 * sent or received, of needs that were submitted since. Several open needs together must not pass what one could not.
 */
export function countedFen({ stage, lines, submittedAt }: Asked, since: Date): number {
  if (submittedAt === null) return 0;
  const wanted = STILL_WANTED.includes(stage);
  return lines.reduce((sum, { quantity, unitPriceFen, held, sent, received }) => {
    const gotten = submittedAt >= since ? held + sent + received : held + sent;
    return sum + (wanted ? quantity : gotten) * unitPriceFen;
  }, 0);
}

type LimitPolicy = Pick<NeedPolicy, 'openNeedsPerHousehold' | 'receivedPerHousehold'>;

/** How many open needs, and how much in the period. A need that stands alone is bounded by the cap of its category. */
export function limitFaults(
  posting: Pick<Posting, 'lines'>,
  others: readonly PostedBefore[],
  policy: LimitPolicy,
): HouseholdFault<LimitFaultCode>[] {
  const faults: HouseholdFault<LimitFaultCode>[] = [];
  const open = others.filter((need) => need.open).length;
  if (open >= policy.openNeedsPerHousehold) {
    faults.push({ code: 'TOO_MANY_OPEN_NEEDS', members: { open, limit: policy.openNeedsPerHousehold } });
  }
  const limit = policy.receivedPerHousehold?.fen;
  const receivedFen = others.reduce((sum, need) => sum + (need.countedFen ?? 0), 0);
  if (limit !== undefined && receivedFen > 0 && receivedFen + amountOf(posting.lines) > limit) {
    faults.push({ code: 'RECEIVED_LIMIT', members: { receivedFen, limitFen: limit } });
  }
  return faults;
}

/** From how much likeness of title and items on two requests ask for the same. */
export type TwinPolicy = Pick<NeedPolicy, 'duplicatePercent'>;
const ALIKE_PERCENT = 60;

/** Limits of the household, and nothing asked for twice within the window. */
export function householdFaults(
  posting: Pick<Posting, 'title' | 'category' | 'lines'>,
  before: readonly PostedBefore[],
  policy: LimitPolicy & TwinPolicy,
): HouseholdFault[] {
  const faults: HouseholdFault[] = limitFaults(posting, before, policy);
  const twin = before.find((need) => (need.open || need.recent) && isTwin(posting, need, policy));
  if (twin !== undefined) faults.push({ code: 'DUPLICATE_NEED', members: { needId: twin.id } });
  return faults;
}

/** Whether both ask for the same: one category, or titles and items alike. */
export const isTwin = (
  posting: Pick<Posting, 'title' | 'category' | 'lines'>,
  other: Pick<PostedBefore, 'title' | 'itemNames' | 'category'>,
  { duplicatePercent = ALIKE_PERCENT }: TwinPolicy,
): boolean =>
  other.category === posting.category ||
  similarity(itemsOf(posting), wordsOf(other.title, other.itemNames)) >= duplicatePercent / 100;

const itemsOf = ({ title, lines }: Pick<Posting, 'title' | 'lines'>): string =>
  wordsOf(
    title,
    lines.map((line) => line.name),
  );

/** Title and items in one. */
export const wordsOf = (title: string, itemNames: readonly string[]): string => [title, ...itemNames].join('');
