import type { z } from 'zod';
import type { contentBody, draftInput } from '../../../contracts/http/need-input.ts';
import { problem, type FieldError } from '../../../contracts/problems.ts';
import { publicLineName, publicTitle } from '../../../domain/category/category.ts';
import { codeAt } from '../../../domain/region/region.ts';
import type { HouseholdPersonal } from '../../../domain/household/household.ts';
import { meetsMinor } from '../../../domain/need/arrangement.ts';
import { childrenMeant } from '../../../domain/need/child-words.ts';
import type { NeedLine } from '../../../domain/need/types.ts';
import { fitsRelation, postingParts } from '../../../domain/need/publisher.ts';
import { amountOf, mayPostByCode, postingFaults, type PostingRules } from '../../../domain/need/posting.ts';
import { givenName, publicName } from '../../../domain/people/masking.ts';
import { normaliseAccount } from '../../../domain/need/payee.ts';
import { ageAt, MAJORITY_AGE } from '../../../domain/people/age.ts';
import { searchTerms } from '../../../domain/search/terms.ts';
import type { Reference } from '../../../infra/reference.ts';
import { tokenizer } from '../../../infra/search.ts';
import { householdPlace, type HouseholdRecord } from '../../../models/household.ts';
import {
  payeePlace,
  type ConsentRecord,
  type NeedContent,
  type NeedLineRecord,
  type NeedRecord,
  type PayeePersonal,
  type PayeeRecord,
} from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Caller } from '../../route.ts';

/** From what a publisher writes to what is kept, and the rules for it. */

type Whole = z.output<typeof contentBody>;
type Written = { readonly [K in keyof Whole]?: Whole[K] | undefined };
type ConsentInput = NonNullable<z.output<typeof draftInput>['consent']>;
type NewId = (label: string) => string;

/** Lines get their ids here, and keep them: pledges name units by them. */
export const linesFrom = (lines: NonNullable<Written['lines']>, newId: NewId): NeedLineRecord[] =>
  lines.map(({ id, name, unit, quantity, unitPriceFen, condition }, i) => ({
    id: id ?? newId(`line ${i}`),
    name,
    unit,
    quantity,
    unitPriceFen,
    condition,
    free: quantity,
    held: 0,
    sent: 0,
    received: 0,
  }));

/** A content with what was written put over what was there. */
export function contentFrom(written: Written, before: NeedContent, newId: NewId): NeedContent {
  const lines = written.lines === undefined ? before.lines : linesFrom(written.lines, newId);
  return {
    title: written.title ?? before.title,
    details: written.details ?? before.details,
    category: written.category ?? before.category,
    urgency: written.urgency ?? before.urgency,
    photos: written.photos ?? before.photos,
    arrangement: written.arrangement === undefined ? (before.arrangement ?? null) : written.arrangement,
    lines,
    amountFen: amountOf(lines),
  };
}

export const EMPTY_CONTENT: NeedContent = {
  title: '',
  details: '',
  category: '',
  urgency: 'normal',
  lines: [],
  amountFen: 0,
  photos: [],
  arrangement: null,
};

export const contentOf = (need: NeedRecord): NeedContent => {
  const { title, details, category, urgency, lines, amountFen, photos, arrangement = null } = need;
  return { title, details, category, urgency, lines, amountFen, photos, arrangement };
};

export const consentFrom = (consent: ConsentInput | null | undefined): ConsentRecord | null =>
  consent == null
    ? null
    : {
        kind: consent.kind,
        reference: consent.reference,
        givenAt: new Date(`${consent.givenOn}T00:00:00+08:00`),
        sensitive: consent.sensitive,
        guardian: consent.guardian,
      };

/** What is kept of a payee: the account is sealed, found by its blind index, and shown by its last digits. */
export function payeeFrom(
  { crypto }: Pick<ApiDeps, 'crypto'>,
  needId: string,
  payee: z.output<typeof draftInput>['payee'],
): PayeeRecord | null {
  if (payee == null) return null;
  const { kind, proof, name, bank } = payee;
  const account = normaliseAccount(payee.account);
  const personal: PayeePersonal = { name, bank, account };
  return {
    kind,
    proof,
    index: crypto.index.of('payee', account),
    masked: `${publicName(name)} 尾号${account.slice(-4)}`,
    sealed: crypto.fields.seal(payeePlace(needId), personal),
  };
}

/** What the case knows of the lines. */
export const caseLines = (lines: readonly NeedLineRecord[]): NeedLine[] =>
  lines.map(({ id, quantity, unitPriceFen }) => ({ id, quantity, unitPriceFen }));

/** The words by which strangers find it: only what they may read. */
export const termsFor = (
  { reference }: Pick<ApiDeps, 'reference'>,
  content: Pick<NeedContent, 'title' | 'category' | 'lines'>,
  regionNames: readonly string[],
): string[] =>
  searchTerms(
    {
      title: publicTitle(content.title, content.category, reference.categories),
      itemNames: content.lines.map(({ name }) => publicLineName(name, content.category, reference.categories)),
      placeNames: regionNames.filter((name) => name !== ''),
    },
    tokenizer,
  );

/**
 * Members, its helper and its cadres; of other people those around it to whom it has told a code.
 * @throws Problem HOUSEHOLD_NOT_YOURS
 */
export async function assertMayPost(
  { models }: Pick<ApiDeps, 'models'>,
  caller: Caller,
  household: HouseholdRecord,
  { relation, consent }: Pick<NeedRecord, 'relation' | 'consent'>,
): Promise<void> {
  const fits = fitsRelation(relation, postingParts(caller, household));
  if (household.erasedAt === null) {
    if (fits) return;
    if (mayPostByCode(relation) && consent?.kind === 'smsCode') {
      const given = await models.codes.findConsent(consent.reference);
      const { accountId } = caller;
      if (given?.givenAt != null && given.householdId === household._id && given.askedBy === accountId) return;
    }
  }
  const detail = 'the relation is not that of this account to the household';
  throw problem('HOUSEHOLD_NOT_YOURS', {
    errors: [{ pointer: '/body/relation', code: 'HOUSEHOLD_NOT_YOURS', detail }],
  });
}

export const isVillageCadre = (caller: Caller, regionPath: readonly string[]): boolean =>
  caller.grants.some(
    ({ role, level, regionCode }) =>
      role === 'cadre' && level === 'village' && regionCode === codeAt(regionPath, 'village'),
  );

/** @returns the rules that it keeps. @throws Problem POSTING_RULES_BROKEN naming every broken rule */
export function assertPostable(
  deps: Pick<ApiDeps, 'reference' | 'crypto'>,
  household: HouseholdRecord,
  content: NeedContent,
  {
    kind,
    relation,
    consent,
    submittedAt,
    payee = null,
  }: Pick<NeedRecord, 'kind' | 'relation' | 'consent' | 'payee' | 'submittedAt'>,
  now: number,
): PostingRules {
  const personal = deps.crypto.fields.open<HouseholdPersonal>(householdPlace(household._id), household.sealed);
  const rules = postingRulesFor(deps.reference, personal, household.regionPath, content, now);
  const kept = { ...rules, evidenceKept: submittedAt !== null };
  const errors = postingFaults({ ...content, kind, relation, consent, payee }, kept).map(
    ({ pointer, code, detail }): FieldError => ({ pointer: `/body${pointer}`, code, detail }),
  );
  if (errors.length > 0) throw problem('POSTING_RULES_BROKEN', { errors });
  return rules;
}

/** What a posting says of whom it is for. */
type Told = Pick<NeedContent, 'category' | 'arrangement'> &
  Partial<Pick<NeedContent, 'title' | 'details'>> & { readonly lines?: readonly { readonly name: string }[] };

/** The rules as they stand for these people, this place and this category. */
export function postingRulesFor(
  reference: Reference,
  { head, members }: HouseholdPersonal,
  regionPath: readonly string[],
  { category: categoryId, arrangement = null, title = '', details = '', lines = [] }: Told,
  now: number,
): PostingRules {
  const { titleLength, detailsLength, photos } = reference.policyIn(regionPath, now).need;
  const people = [head, ...members];
  const ages = people.map((person) => ageAt(person.birthDate, now));
  const category = reference.categories.forPosting(categoryId, regionPath);
  const forChildren = reference.categories.find(categoryId)?.forChildren === true || meetsMinor(arrangement, category);
  return {
    titleLength,
    detailsLength,
    photos,
    now,
    category,
    forbidden: reference.forbidden,
    ...childrenMeant(forChildren, [title, details, ...lines.map(({ name }) => name)], ages),
    householdNames: people.map((person) => person.name),
    childNames: people.filter((_, i) => (ages[i] ?? 0) < MAJORITY_AGE).flatMap(({ name }) => givenName(name) || []),
  };
}

/** The rules for what is told of a need later: a child that only the new text speaks of is one, too. */
export function storyRulesFor(
  { reference, crypto }: Pick<ApiDeps, 'reference' | 'crypto'>,
  { _id, sealed, regionPath }: HouseholdRecord,
  need: Told,
  text: string,
  now: number,
): PostingRules {
  const personal = crypto.fields.open<HouseholdPersonal>(householdPlace(_id), sealed);
  const told = { ...need, details: `${need.details ?? ''}\n${text}` };
  return postingRulesFor(reference, personal, regionPath, told, now);
}

/** Units that donors have taken keep what they were promised for. @throws Problem POSTING_RULES_BROKEN */
export function assertPledgedKept(before: readonly NeedLineRecord[], after: readonly NeedLineRecord[]): void {
  const errors = before.flatMap((line): FieldError[] => {
    const committed = line.held + line.sent + line.received;
    if (committed === 0) return [];
    const i = after.findIndex((candidate) => candidate.id === line.id);
    const kept = after[i];
    const same =
      kept !== undefined &&
      kept.name === line.name &&
      kept.unit === line.unit &&
      kept.condition === line.condition &&
      kept.quantity >= committed;
    const pointer = i < 0 ? '/body/lines' : `/body/lines/${i}`;
    return same ? [] : [{ pointer, code: 'LINE_PLEDGED', detail: '已有人认领的物品不能修改或减少' }];
  });
  if (errors.length > 0) throw problem('POSTING_RULES_BROKEN', { errors });
}
