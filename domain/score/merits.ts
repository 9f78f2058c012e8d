import type { Actor, CaseEvent } from '../kernel/types.ts';
import type { ComplaintState } from '../complaint/types.ts';
import { codeIn } from '../need/command-data.ts';
import { SERVED_OUTCOMES } from '../need/outcome-check.ts';
import { sleptLevel } from '../slept.ts';
import type { NeedState } from '../need/types.ts';
import { isArmsLength } from '../pledge/marks.ts';
import type { PledgeState } from '../pledge/types.ts';
import type { RatedBy } from '../rating/rating.ts';
import type { FixedRule, Gift, Merit, ScoreKind, ScoreSubject, Step } from './types.ts';

/**
 * Which events are worth points, and for whom. Posting, claiming and approving are worth nothing by themselves: whoever is
 * paid for numbers makes numbers. Nobody earns by his own word, and an insider's gift earns nobody anything.
 */

type Rule = (step: Step, earlier: readonly Step[], gifts: readonly Gift[]) => readonly Merit[];

const subject = (kind: ScoreKind, id: string): ScoreSubject => ({ kind, id });
const merit = (kind: ScoreKind, id: string, rule: FixedRule): Merit => ({ subject: subject(kind, id), rule });

const villageOf = ({ regionPath }: Pick<NeedState, 'regionPath'>): string => regionPath.at(-1) ?? '';

/** Everybody who approved it, once, but for him who says now how it went. */
const approversBut = ({ approvals }: NeedState, { id, standsInFor }: Actor): string[] =>
  [...new Set(approvals.map(({ by }) => by))].filter((by) => by !== id && by !== standsInFor);

const isOfHousehold = ({ householdId }: Actor, state: { readonly householdId: string }): boolean =>
  householdId !== undefined && householdId === state.householdId;

/** Those whose gifts came, each once, but for insiders. */
const donorsOf = (gifts: readonly Gift[]): string[] => [
  ...new Set(gifts.filter(({ marks }) => isArmsLength(marks)).map(({ donorId }) => donorId)),
];

/** A village's own cadre does not say how well his village did. */
const speaksOfVillage = (actor: Actor): boolean => actor.role !== 'cadre' || actor.level !== 'village';

const answered: Rule = ({ event: { actor, data }, after }, _earlier, gifts) => {
  const need = after as NeedState;
  const answer = codeIn(data, 'answer') ?? '';
  const served = SERVED_OUTCOMES.includes(answer);
  const unused = answer === 'notUsed';
  const approvers = approversBut(need, actor);
  const village = speaksOfVillage(actor) ? [villageOf(need)] : [];
  return [
    // For the answer itself, whatever it says.
    ...(isOfHousehold(actor, need) ? [merit('household', need.householdId, 'householdAnswered')] : []),
    // That something was not used may have any reason; that it served is to the credit of who gave it.
    ...(served ? donorsOf(gifts).map((id) => merit('donor', id, 'donorServed')) : []),
    ...(served ? approvers.map((id) => merit('reviewer', id, 'approvalServed')) : []),
    ...(unused ? approvers.map((id) => merit('reviewer', id, 'approvalUnused')) : []),
    ...(served ? village.map((id) => merit('village', id, 'villageServed')) : []),
    ...(unused ? village.map((id) => merit('village', id, 'villageUnused')) : []),
  ];
};

const rated: Rule = ({ event: { actor, data }, after }) => {
  const need = after as NeedState;
  if (!speaksOfVillage(actor)) return [];
  return [{ subject: subject('village', villageOf(need)), rule: 'villageRated', stars: Number(data['stars']) }];
};

const thanked: Rule = ({ event: { actor }, after }) => {
  const need = after as NeedState;
  return isOfHousehold(actor, need) ? [merit('household', need.householdId, 'householdThanked')] : [];
};

/** Of a doubt that was looked at; one that nobody looked at says nothing. */
const doubted: Rule = ({ event: { actor, data }, before }) =>
  data['because'] === 'upheld'
    ? approversBut(before as NeedState, actor).map((id) => merit('reviewer', id, 'approvalDoubted'))
    : [];

const slept: Rule = ({ event, before }) =>
  sleptLevel('need', event, before) === 'village'
    ? [merit('village', villageOf(before as NeedState), 'villageSlept')]
    : [];

const received: Rule = ({ event: { actor, data }, after }) => {
  const { donorId, householdId, marks } = after as PledgeState;
  const confirmed = data['by'] === 'confirmed' && isOfHousehold(actor, { householdId });
  return [
    ...(isArmsLength(marks) ? [merit('donor', donorId, 'donorDelivered')] : []),
    ...(confirmed ? [merit('household', householdId, 'householdConfirmed')] : []),
  ];
};

const released: Rule = ({ event: { data }, after }) =>
  data['penalty'] === true ? [merit('donor', (after as PledgeState).donorId, 'donorLapsed')] : [];

/** A parcel that came back may be anybody's fault; what the county ruled was the donor's to bring. */
const failed: Rule = ({ event: { data }, after }) =>
  data['because'] === 'ruled' ? [merit('donor', (after as PledgeState).donorId, 'donorFailed')] : [];

/** Points that the decisions so far give back: the last one holds. */
function correctionAfter(events: readonly CaseEvent[]): number {
  const last = events.findLast(({ type }) => type === 'complaintUpheld' || type === 'complaintDismissed');
  return last?.type === 'complaintUpheld' ? Number(last.data['correction'] ?? 0) : 0;
}

/** An objection may lead to another number: what is booked is the difference, as an entry of its own. */
const appealed: Rule = (step, earlier) => {
  const { about, subjectId } = step.after as ComplaintState;
  const score = about === 'score' ? scoreNamed(subjectId) : null;
  const before = earlier.map(({ event }) => event);
  const points = correctionAfter([...before, step.event]) - correctionAfter(before);
  return score === null || points === 0 ? [] : [{ subject: score, rule: 'correction', points }];
};

const RULES: { readonly [caseType: string]: { readonly [eventType: string]: Rule } } = {
  need: {
    outcomeAnswered: answered,
    needRated: rated,
    donorThanked: thanked,
    challengeUpheld: doubted,
    reviewTakenOver: slept,
    decisionOverdue: slept,
  },
  pledge: { pledgeReceived: received, pledgeReleased: released, pledgeFailed: failed },
  complaint: { complaintUpheld: appealed, complaintDismissed: appealed },
};

const ruleFor = (caseType: string, eventType: string): Rule | undefined => {
  const rules = Object.hasOwn(RULES, caseType) ? RULES[caseType] : undefined;
  return rules !== undefined && Object.hasOwn(rules, eventType) ? rules[eventType] : undefined;
};

/** Whether an event of this type may be worth points, so that nobody need look at the others. */
export const mayScore = (caseType: string, eventType: string): boolean => ruleFor(caseType, eventType) !== undefined;

/** Whether the rule for this event looks at what was received for the need by then. */
export const looksAtGifts = (caseType: string, eventType: string): boolean => ruleFor(caseType, eventType) === answered;

/** What one event is worth. `earlier`: the steps of its case before it. `gifts`: where the rule looks at them. */
export const meritsOf = (
  caseType: string,
  step: Step,
  earlier: readonly Step[],
  gifts: readonly Gift[] = [],
): readonly Merit[] => ruleFor(caseType, step.event.type)?.(step, earlier, gifts) ?? [];

/** A second, blind review of an approval. */
export const meritsOfRecheck = (recheck: { readonly reviewerId: string; readonly agreed: boolean }): Merit[] => [
  merit('reviewer', recheck.reviewerId, recheck.agreed ? 'recheckAgreed' : 'recheckDiffered'),
];

/** An outcome that was asked a second time: the village's word about itself. */
export const meritsOfOutcomeCheck = (check: { readonly villageCode: string; readonly agreed: boolean }): Merit[] => [
  merit('village', check.villageCode, check.agreed ? 'villageCheckAgreed' : 'villageCheckDiffered'),
];

/** The household's stars are the donor's, the donor's are the household's; between insiders they are nobody's. */
export const meritsOfRating = (rating: {
  readonly by: RatedBy;
  readonly stars: number;
  readonly donorId: string;
  readonly householdId: string;
  readonly marks: readonly string[];
}): Merit[] => {
  const { by, stars, donorId, householdId, marks } = rating;
  if (!isArmsLength(marks)) return [];
  return by === 'recipient'
    ? [{ subject: subject('donor', donorId), rule: 'donorRated', stars }]
    : [{ subject: subject('household', householdId), rule: 'householdRated', stars }];
};

/** `donor:<account>`: what a score is called, and what an appeal against it names. */
export const scoreName = ({ kind, id }: ScoreSubject): string => `${kind}:${id}`;

/** Appeals from before there were several scores name the account alone: its score as a donor. */
export function scoreNamed(name: string | null): ScoreSubject | null {
  if (name === null || name === '') return null;
  const [kind = '', id] = name.split(':');
  if (id === undefined) return subject('donor', name);
  const known = (['donor', 'household', 'reviewer'] as const).find((one) => one === kind);
  return known === undefined ? null : subject(known, id);
}
