import type { CaseEvent, CaseState, Level } from '../kernel/types.ts';
import type { Template } from './texts.ts';

/**
 * Whom an event concerns. Who that is (which accounts) is looked up when the notice is delivered; the one who did it
 * himself gets none, unless he is asked something (`evenActor`).
 * `publisher`, `recipient` (the household's own account), `helper` (the household's helper cadre), `donor` (of the pledge), `donors` (all whose pledges of the
 * need were received), `cadres` (of a level in the case's region, or the one named), `approver`, `pointKeeper` (of the
 * village), `operators`, `applicant` (for an office or a certification), `complainant`, `followers` (of the need), `challenger` (the one
 * named), `owner` (of a finding: the one named),
 * `offerDonors` (whose open offers fit the need, and who see it since this event),
 * `aidUnits` (of a level in the case's region; the operators where there is none).
 */
export type Audience =
  | 'publisher'
  | 'recipient'
  | 'helper'
  | 'donor'
  | 'donors'
  | 'cadres'
  | 'approver'
  | 'pointKeeper'
  | 'operators'
  | 'applicant'
  | 'complainant'
  | 'followers'
  | 'challenger'
  | 'owner'
  | 'offerDonors'
  | 'aidUnits';

/** Codes, numbers and instants that the text needs. */
export type NoticeArgs = { readonly [name: string]: string | number };

export interface Notice {
  readonly to: Audience;
  readonly template: Template;
  readonly args: NoticeArgs;
  /** `cadres`: of which level. */
  readonly level?: Level;
  /** `cadres`: where this level has nobody who may do it, the next one above that has. */
  readonly orAbove?: true;
  /** `cadres`, `challenger`, `owner`: only this one. */
  readonly accountId?: string;
  /** It waits for his answer, so it is told to the one whose own act led to it, too. */
  readonly evenActor?: true;
}

const REVIEWS = ['review.', 'challenge.', 'certification.'] as const;

/** Whether it asks for a decision about a need or somebody's papers, which nobody gives who helps the household. */
export const asksForReview = ({ template }: Notice): boolean => REVIEWS.some((start) => template.startsWith(start));

/**
 * What an event of one type tells whom. `before` and `after` are the case's states around it. One command may cause
 * several events: to each person only the last one that concerns him speaks.
 */
export type Notify<S extends CaseState, D = CaseEvent['data']> = (
  data: D,
  around: { readonly before: S; readonly after: S; readonly event: CaseEvent },
) => readonly Notice[];

/** Outside of the need's own people and those who decide about it. */
const OUTSIDE: readonly Audience[] = ['donor', 'donors', 'offerDonors', 'followers', 'challenger', 'pointKeeper'];

/** Who reads of a need's title only what the public does: where it tells of health, the category. */
export const readsAsPublic = ({ to: audience }: Pick<Notice, 'to'>): boolean => OUTSIDE.includes(audience);

/** Nobody needs to hear of it, or another event of the same command says it. */
export const nobody = (): readonly Notice[] => [];

export const to = (audience: Audience, template: Template, args: NoticeArgs = {}): Notice => ({
  to: audience,
  template,
  args,
});

/** Those on whose behalf the need is: the one who posted it, the household itself and the cadre who helps it. */
export const family = (template: Template, args: NoticeArgs = {}): readonly Notice[] => [
  to('publisher', template, args),
  to('recipient', template, args),
  to('helper', template, args),
];

/** Who goes there: the village's cadres, or the township's where the village has none for it. */
export const onSite = (template: Template, args: NoticeArgs = {}): Notice => ({
  ...cadres('village', template, args),
  orAbove: true,
});

export const cadres = (level: Level, template: Template, args: NoticeArgs = {}, accountId?: string | null): Notice => ({
  ...to('cadres', template, { level, ...args }),
  level,
  ...(accountId !== undefined && accountId !== null && { accountId }),
});
