import { readFileSync } from 'node:fs';
import { createCategoryTree, type CategoryData, type CategoryTree } from '../domain/category/category.ts';
import type { ForbiddenItems } from '../domain/content/forbidden-items.ts';
import type { Instant } from '../domain/kernel/types.ts';
import { wordsOfReasons, type ReasonCodes } from '../domain/notice/reason-codes.ts';
import type { TemplateData } from '../domain/need/template.ts';
import { knowsYear, yearInShanghai, type CalendarData } from '../domain/time/calendar.ts';
import type { Config } from './config.ts';
import { loadPolicies, type Policies, type PolicySet } from './policies.ts';
import { loadRegions, type Regions } from './regions.ts';

export type { Pairing, Region, Regions } from './regions.ts';

/** What the rules are made of: read from data/ once per process and never changed while it runs. */
export interface Reference extends Policies {
  readonly regions: Regions;
  readonly calendar: CalendarData;
  readonly categories: CategoryTree;
  readonly forbidden: ForbiddenItems;
  /** Brand names: allowed, but a reason to look twice. */
  readonly brands: ForbiddenItems;
  /** Texts to begin with, by category. */
  readonly templates: TemplateData;
  readonly reasons: ReasonCodes;
  /** What people read for a reason's code. */
  readonly reasonWords: Readonly<Record<string, string>>;
  /** What an operator should know: shown by /health/ready and /v1/meta, and logged at start. */
  warnings(now: Instant): string[];
}

export interface ReferenceOptions {
  readonly profile: Config['profile'];
  /** Without it the profile `demo` has its own policies and every other profile the default ones. */
  readonly policies?: PolicySet;
}

/** @throws Error when a file is missing or breaks its rules: a process must not start with half of the rules */
export function loadReference({
  profile,
  policies = profile === 'demo' ? 'demo' : 'default',
}: ReferenceOptions): Reference {
  const calendar = readJson<CalendarData>('calendar.json');
  const reasons = readJson<ReasonCodes>('reason-codes.json');
  return {
    ...loadPolicies(policies),
    regions: loadRegions(),
    calendar,
    categories: createCategoryTree(readJson<CategoryData>('categories.json')),
    forbidden: readJson<ForbiddenItems>('forbidden-items.json'),
    brands: readJson<ForbiddenItems>('brand-words.json'),
    templates: readJson<TemplateData>('templates.json'),
    reasons,
    reasonWords: wordsOfReasons(reasons),
    warnings: (now) => calendarWarnings(calendar, now),
  };
}

/** Long deadlines end in the coming year, so its holidays should be known as well. */
export function calendarWarnings(calendar: CalendarData, now: Instant): string[] {
  const year = yearInShanghai(now);
  return [year, year + 1]
    .filter((y) => !knowsYear(calendar, y))
    .map((y) => `no official holidays known for ${y}: its weekdays count as working days`);
}

const readJson = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../data/${name}`, import.meta.url), 'utf8')) as T;
