import type { CategoryTree } from '../domain/category/category.ts';
import type { Instant } from '../domain/kernel/types.ts';
import { meetsMinor } from '../domain/need/arrangement.ts';
import { deliveriesOf } from '../domain/pledge/terms.ts';
import type { Delivery } from '../domain/pledge/types.ts';
import type { Claimant } from './closeness.ts';
import type { Models } from './index.ts';
import type { NeedRecord } from './need.ts';

/** Why what a need asks for cannot be given in this way, or not by this donor. */
export type Unfit = 'NOT_OPEN_FOR_CLAIMS' | 'DELIVERY_NOT_FITTING' | 'VETTING_REQUIRED';

interface Fit {
  readonly need: NeedRecord;
  readonly donor: Claimant;
  readonly delivery: Delivery;
  readonly now: Instant;
}

/** Whoever meets a child was vetted before; null: nothing stands against it. */
export async function unfit(
  { accounts }: Pick<Models, 'accounts'>,
  categories: Pick<CategoryTree, 'find'>,
  { need, donor, delivery, now }: Fit,
): Promise<Unfit | null> {
  const ways = deliveriesOf(need.kind);
  if (ways.length === 0) return 'NOT_OPEN_FOR_CLAIMS';
  if (!ways.includes(delivery)) return 'DELIVERY_NOT_FITTING';
  if (!meetsMinor(need.arrangement ?? null, categories.find(need.category))) return null;
  const account = await accounts.find(donor.accountId);
  return (account?.vetting?.until.getTime() ?? 0) <= now ? 'VETTING_REQUIRED' : null;
}
