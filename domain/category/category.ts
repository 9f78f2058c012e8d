import type { NeedKind } from '../need/kind.ts';
import type { PostingCategory, PriceBand } from '../need/posting.ts';

/** The category tree with its amounts (data/categories.json). Money in fen. */
export interface CategoryData {
  readonly version: string;
  readonly categories: readonly CategoryNode[];
  /** Prices that known things really have, found by a word of the item's name. */
  readonly priceBands: readonly {
    readonly id: string;
    readonly words: readonly string[];
    readonly minFen: number;
    readonly maxFen: number;
  }[];
  /** Caps that differ in a region and everything below it. */
  readonly overrides: readonly {
    readonly regionCode: string;
    readonly category: string;
    readonly capFen?: number;
    readonly capUnits?: number;
  }[];
}

export interface CategoryNode {
  readonly id: string;
  readonly name: string;
  readonly children?: readonly CategoryNode[];
  /** Leaves only; goods where it does not say otherwise. */
  readonly kind?: NeedKind;
  readonly capFen?: number;
  /** Services and jobs have no price: they are capped by their number. */
  readonly capUnits?: number;
  /** Such a service brings strangers and children together. */
  readonly withMinors?: boolean;
  readonly unitPriceFen?: { readonly min: number; readonly max: number };
}

/** A category in its place in the tree. */
export interface Category {
  readonly id: string;
  readonly name: string;
  /** Ids from the root down to itself. */
  readonly path: readonly string[];
  readonly leaf: boolean;
  /** Leaves only. */
  readonly kind: NeedKind | null;
  readonly capFen: number | null;
  readonly capUnits: number | null;
  readonly withMinors: boolean;
  readonly unitPriceFen: { readonly min: number; readonly max: number } | null;
  /** It tells about somebody's health: a separate consent is needed, and the public sees the category only. */
  readonly sensitive: boolean;
  /** Meant for children: a guardian consents when one of the household is under 14. */
  readonly forChildren: boolean;
}

export interface CategoryTree {
  readonly all: readonly Category[];
  find(id: string): Category | null;
  /** The category and everything below it, for filters. */
  within(id: string): string[];
  /** What the posting rules want to know of a category in a region; null for an unknown one. */
  forPosting(id: string, regionPath: readonly string[]): PostingCategory | null;
}

const SENSITIVE: readonly string[] = ['medical'];
const FOR_CHILDREN: readonly string[] = ['education', 'infant-supplies'];

/** More of one thing than this is no household's need. */
const MAX_QUANTITY = 100;

export function createCategoryTree(data: CategoryData): CategoryTree {
  const all = data.categories.flatMap((node) => flatten(node, []));
  const byId = new Map(all.map((category) => [category.id, category]));
  return {
    all,
    find: (id) => byId.get(id) ?? null,
    within: (id) => all.filter((category) => category.path.includes(id)).map((category) => category.id),
    forPosting(id, regionPath) {
      const category = byId.get(id);
      if (category === undefined) return null;
      return {
        leaf: category.leaf,
        kind: category.kind ?? 'goods',
        withMinors: category.withMinors,
        sensitive: category.sensitive,
        ...capsIn(data, category, regionPath),
        maxQuantity: MAX_QUANTITY,
        bandOf: (itemName) => bandOf(data, category, itemName),
      };
    },
  };
}

function flatten(node: CategoryNode, above: readonly string[]): Category[] {
  const path = [...above, node.id];
  const category: Category = {
    id: node.id,
    name: node.name,
    path,
    leaf: node.children === undefined,
    kind: node.children === undefined ? (node.kind ?? 'goods') : null,
    capFen: node.capFen ?? null,
    capUnits: node.capUnits ?? null,
    withMinors: node.withMinors ?? false,
    unitPriceFen: node.unitPriceFen ?? null,
    sensitive: path.some((id) => SENSITIVE.includes(id)),
    forChildren: path.some((id) => FOR_CHILDREN.includes(id)),
  };
  return [category, ...(node.children ?? []).flatMap((child) => flatten(child, path))];
}

/** The caps of the nearest region that has its own, else the category's. */
function capsIn(
  data: CategoryData,
  { id, kind, capFen, capUnits }: Category,
  regionPath: readonly string[],
): Pick<PostingCategory, 'capFen' | 'capUnits'> {
  const nearest = data.overrides
    .filter((o) => o.category === id && regionPath.includes(o.regionCode))
    .sort((a, b) => b.regionCode.length - a.regionCode.length)[0];
  const priced = kind === 'goods' || kind === 'money';
  return {
    capFen: nearest?.capFen ?? capFen ?? 0,
    capUnits: priced ? null : (nearest?.capUnits ?? capUnits ?? 0),
  };
}

function bandOf(data: CategoryData, { kind, capFen, unitPriceFen }: Category, itemName: string): PriceBand {
  if (kind === 'money') return { minFen: 100, maxFen: capFen ?? 0 };
  const known = data.priceBands.find((band) => band.words.some((word) => itemName.includes(word)));
  if (known !== undefined) return known;
  return { minFen: unitPriceFen?.min ?? 0, maxFen: unitPriceFen?.max ?? 0 };
}

/** Where the category tells about somebody's health, the public sees the category and nothing else. */
export const publicTitle = (title: string, categoryId: string, tree: Pick<CategoryTree, 'find'>): string => {
  const category = tree.find(categoryId);
  return category?.sensitive === true ? `${category.name}求助` : title;
};

/** Its news are for its own people alone. */
export const tellsOfHealth = (categoryId: string, tree: Pick<CategoryTree, 'find'>): boolean =>
  tree.find(categoryId)?.sensitive === true;

/** Its things alike: a hearing aid or nappies tell what a household suffers from. */
export const publicLineName = (name: string, categoryId: string, tree: Pick<CategoryTree, 'find'>): string => {
  const category = tree.find(categoryId);
  return category?.sensitive === true ? category.name : name;
};
