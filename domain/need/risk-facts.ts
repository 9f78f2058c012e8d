import { findForbidden, type ForbiddenItems } from '../content/forbidden-items.ts';
import { similarity } from '../search/similarity.ts';
import { isTwin, type TwinPolicy } from './household-limits.ts';
import type { Posting, PostingCategory } from './posting.ts';
import type { RiskFacts } from './risk.ts';

/** What can be measured of a posting's own words and numbers. */
export function contentFacts(
  { title, details, lines, amountFen }: Pick<Posting, 'title' | 'details' | 'lines'> & { readonly amountFen: number },
  category: PostingCategory | null,
  brands: ForbiddenItems,
): Pick<RiskFacts, 'amountFen' | 'capFen' | 'pricePercent' | 'brandWords'> {
  const texts = [title, details, ...lines.map((line) => line.name)];
  const positions = lines.map((line) => {
    const { minFen, maxFen } = category?.bandOf(line.name) ?? { minFen: 0, maxFen: 0 };
    return maxFen > minFen ? Math.floor(((line.unitPriceFen - minFen) * 100) / (maxFen - minFen)) : 0;
  });
  return {
    amountFen,
    capFen: category?.capFen ?? 0,
    pricePercent: Math.max(0, ...positions),
    brandWords: texts.reduce((sum, text) => sum + findForbidden(text, brands).length, 0),
  };
}

/** An earlier need of the same household, or of the same publisher for another one. */
export interface Earlier {
  readonly id: string;
  readonly householdId: string;
  readonly title: string;
  readonly details: string;
  readonly itemNames: readonly string[];
  readonly category: string;
  /** Open, or within the policy's `duplicateWindowDays`. */
  readonly current: boolean;
}

/** From this likeness of title and story on, one text was copied from the other. */
const COPIED = 0.9;
/** A copy shows in its beginning. */
const COMPARED = 600;

/** Earlier needs that ask for the same for this household, or tell the same story for any. */
export const alikeAmong = (
  posting: Pick<Posting, 'title' | 'details' | 'category' | 'lines'> & { readonly householdId: string },
  earlier: readonly Earlier[],
  policy: TwinPolicy,
): Earlier[] =>
  earlier.filter(
    (other) =>
      (other.householdId === posting.householdId && other.current && isTwin(posting, other, policy)) ||
      similarity(storyOf(posting), storyOf(other)) >= COPIED,
  );

const storyOf = ({ title, details }: { readonly title: string; readonly details: string }): string =>
  `${title}${details}`.slice(0, COMPARED);
