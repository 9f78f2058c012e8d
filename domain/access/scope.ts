import type { Actor, Level } from '../kernel/types.ts';

/**
 * Who reaches which records. A scope is a set of alternatives, each of which becomes part of the database query
 * (`scopeFilter`); a record outside of it does not exist for the caller (404), so nobody learns what he may not see.
 */
export type Reach =
  /** Operators: the whole country. */
  | { readonly by: 'everything' }
  /** Staff: everything in the region's subtree. */
  | { readonly by: 'region'; readonly code: string }
  /** Aid units: needs of the region that wait for somebody to take them on. */
  | { readonly by: 'handOff'; readonly code: string }
  /** Who decides on somebody's papers: of the region those that his level decides, or has decided. */
  | { readonly by: 'level'; readonly code: string; readonly level: Level }
  /** Who handles complaints: those of the region (null: of the country) that are not about him. */
  | { readonly by: 'notAccused'; readonly code: string | null; readonly ids: readonly string[] }
  /** His own records, by account. */
  | { readonly by: 'account'; readonly field: AccountField; readonly id: string }
  /** What concerns his household, whoever posted it. */
  | { readonly by: 'household'; readonly id: string };

/** In which part a person belongs to a record. */
export type AccountField =
  'publisherId' | 'donorId' | 'uploadedBy' | 'helperId' | 'applicantId' | 'giverId' | 'receiverId' | 'complainantId';

/** Reach within a kind of record; no alternatives reach nothing. */
export type Scope = readonly Reach[];

/** Kinds of record that have people and a place. */
export type Scoped =
  | 'need'
  | 'pledge'
  | 'application'
  | 'certification'
  | 'handover'
  | 'sponsorship'
  | 'household'
  | 'case'
  | 'finding'
  | 'complaint'
  | 'offer';

/**
 * What an actor reaches. Personal parts (publisher, household, donor) come with the account whatever his role; regions
 * come with the role in which he acts now.
 */
export function scopeOf(actor: Actor, kind: Scoped): Scope {
  const own = kind === 'case' || kind === 'finding' ? [] : ownReach(actor, kind);
  if (kind === 'complaint') return [...own, ...complaintReach(actor)];
  if (actor.role === 'operator') return [{ by: 'everything' }];
  // Between two colleagues: nobody else of the place.
  if (kind === 'handover') return own;
  // The sweeper's findings are the operators' alone.
  if (kind === 'finding') return [];
  // Papers are for the level that looks at them: not for all above it.
  if (kind === 'certification') return [...own, ...levelReach(actor)];
  const staff = actor.role === 'cadre' || (actor.role === 'pointKeeper' && kind === 'pledge');
  if (staff && actor.regionCode !== undefined) return [...own, { by: 'region', code: actor.regionCode }];
  // Whoever posted them: he looks after the household, as long as he holds that office.
  if (actor.role === 'helper' && kind === 'need') return [...own, { by: 'account', field: 'helperId', id: actor.id }];
  if (actor.role === 'aidUnit' && kind === 'need' && actor.regionCode !== undefined) {
    return [...own, { by: 'handOff', code: actor.regionCode }];
  }
  return own;
}

/** What all of a household may see because it is about them. */
const OF_A_HOUSEHOLD: readonly Scoped[] = ['need', 'pledge', 'household'];

function ownReach(actor: Actor, kind: Exclude<Scoped, 'case' | 'finding'>): Reach[] {
  const ofHousehold = OF_A_HOUSEHOLD.includes(kind) && actor.householdId !== undefined;
  const household: Reach[] = ofHousehold ? [{ by: 'household', id: actor.householdId }] : [];
  const fields: Record<typeof kind, readonly AccountField[]> = {
    need: ['publisherId'],
    pledge: ['donorId', 'publisherId'],
    application: ['applicantId'],
    certification: ['applicantId'],
    handover: ['giverId', 'receiverId'],
    sponsorship: ['donorId'],
    complaint: ['complainantId'],
    offer: ['donorId'],
    household: ['helperId'],
  };
  return [...fields[kind].map((field): Reach => ({ by: 'account', field, id: actor.id })), ...household];
}

const levelReach = ({ role, level, regionCode: code }: Actor): Reach[] =>
  role === 'cadre' && level !== undefined && code !== undefined ? [{ by: 'level', code, level }] : [];

function complaintReach(actor: Actor): Reach[] {
  const { role, regionCode } = actor;
  const ids = himself(actor);
  if (role === 'operator') return [{ by: 'notAccused', code: null, ids }];
  return role === 'cadre' && regionCode !== undefined ? [{ by: 'notAccused', code: regionCode, ids }] : [];
}

/** The part of a record that decides who reaches it. */
export interface Placed {
  readonly stage?: string;
  readonly regionPath: readonly string[];
  readonly publisherId?: string;
  readonly donorId?: string;
  readonly uploadedBy?: string;
  readonly helperId?: string | null;
  readonly applicantId?: string;
  readonly giverId?: string;
  readonly receiverId?: string;
  readonly complainantId?: string;
  readonly accusedIds?: readonly string[];
  readonly householdId?: string;
  readonly reviewLevel?: string | null;
  readonly decidedBy?: { readonly level: string } | null;
}

/** The same rule in memory: for records at hand, and the test that compares it with the query. */
export const reaches = (scope: Scope, record: Placed): boolean =>
  scope.some((reach) => {
    if (reach.by === 'everything') return true;
    if (reach.by === 'notAccused') {
      const inRegion = reach.code === null || record.regionPath.includes(reach.code);
      return inRegion && !reach.ids.some((id) => record.accusedIds?.includes(id) === true);
    }
    if (reach.by === 'region') return record.regionPath.includes(reach.code);
    if (reach.by === 'handOff') return record.regionPath.includes(reach.code) && record.stage === 'handedOff';
    if (reach.by === 'level') return isOfLevel(record, reach);
    if (reach.by === 'household') return record.householdId === reach.id;
    return record[reach.field] === reach.id;
  });

const isOfLevel = (
  { regionPath, reviewLevel, decidedBy }: Placed,
  { code, level }: Extract<Reach, { readonly by: 'level' }>,
): boolean => regionPath.includes(code) && (reviewLevel === level || decidedBy?.level === level);

/**
 * The scope as a MongoDB filter. Never `{}` unless everything is reached; an empty scope matches nothing.
 * `householdField`: `_id` in the register itself.
 */
export function scopeFilter(scope: Scope, householdField = 'householdId'): Record<string, unknown> {
  if (scope.some((reach) => reach.by === 'everything')) return {};
  const alternatives = scope.map((reach): Record<string, unknown> => {
    if (reach.by === 'notAccused') {
      return { accusedIds: { $nin: [...reach.ids] }, ...(reach.code !== null && { regionPath: reach.code }) };
    }
    if (reach.by === 'region') return { regionPath: reach.code };
    if (reach.by === 'level') {
      const { code, level } = reach;
      return { regionPath: code, $or: [{ reviewLevel: level }, { 'decidedBy.level': level }] };
    }
    if (reach.by === 'handOff') return { regionPath: reach.code, stage: 'handedOff' };
    if (reach.by === 'household') return { [householdField]: reach.id };
    return reach.by === 'account' ? { [reach.field]: reach.id } : {};
  });
  if (alternatives.length === 0) return { _id: { $in: [] } };
  return alternatives.length === 1 ? (alternatives[0] ?? {}) : { $or: alternatives };
}

/** Whether he acts for Bangfu (and so sees more, with an audit record) or for himself. */
export const isStaff = (actor: Actor): boolean =>
  actor.role === 'cadre' || actor.role === 'operator' || actor.role === 'pointKeeper';

/** Himself, and the one in whose place he acts: what is the one's own is not the other's to decide. */
export const himself = ({ id, standsInFor }: Pick<Actor, 'id' | 'standsInFor'>): readonly string[] =>
  standsInFor === undefined ? [id] : [id, standsInFor];

/** Nobody handles what he posted himself or what is for his own household, nor what is the one's he stands in for. */
export const isOwn = (actor: Actor, need: { readonly publisherId: string; readonly householdId: string }): boolean =>
  himself(actor).includes(need.publisherId) || isOfHousehold(actor, need.householdId);

/** Of the household, by his account or by the register alone; for the one he stands in for, too. */
export const isOfHousehold = (actor: Actor, householdId: string | undefined): boolean =>
  householdId !== undefined && (actor.tie === 'own' || actor.householdId === householdId);

/** A cadre of exactly this level for this place. */
export const isCadreOf = (actor: Actor, level: Level, regionPath: readonly string[]): boolean =>
  actor.role === 'cadre' &&
  actor.level === level &&
  actor.regionCode !== undefined &&
  regionPath.includes(actor.regionCode);
