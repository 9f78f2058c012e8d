import { himself } from '../access/scope.ts';
import { parkedEvent } from '../kernel/parking.ts';
import { accept, refuse, type Decision, type JsonObject, type NewEvent } from '../kernel/types.ts';
import { isAbove, LEVELS, levelAbove } from '../region/region.ts';
import { hiddenPhotos } from './added-photos.ts';
import { rerouteChallenge } from './challenge.ts';
import { brokenRules, duplicatesIn, overLimit } from './approval-checks.ts';
import { codeIn, idIn, eligibleIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers, type NeedContext } from './handler.ts';
import { asksPreview, previewMissing } from './preview.ts';
import { openToPublic } from './publication.ts';
import { riskFactsIn, riskOf, type Risk } from './risk.ts';
import { highRoute, nextOf, presentFrom, routeFor, routeForRisk, searchFrom, type Route } from './route.ts';
import { isHisOwnDecision } from './second-thought.ts';
import { claimLockHandlers, takenByAnother } from './claim-lock.ts';
import { carried, decisionDue, startReview, type Start } from './start-review.ts';
import { appealClock, followingClock, inDays, inWorkingDays, workingDaysLeft } from './times.ts';
import type { NeedState, Review } from './types.ts';

const screened: Handler = (state, command, context) => {
  const risk = riskIn(command.data, context);
  if (risk === null) return invalid('facts');
  if (state.stage !== 'submitted') return screenedLater(state, risk);
  const eligible = eligibleIn(command.data);
  if (eligible === null) return invalid('eligible');
  if (LEVELS.every((level) => !eligible[level])) {
    return accept(parkedEvent('noReviewer', context, { effect: 'screen', args: { needId: state.id } }));
  }
  const route =
    risk === undefined ? routeFor(eligible, state.amountFen, context.policy) : routeForRisk(eligible, risk.band);
  return accept(begin(state, 'screened', eligible, route, context, { risk, reviewers: reviewersIn(command.data) }));
};

/** undefined: this policy gives no points, or what screened knew of none; null: broken facts. */
function riskIn(data: JsonObject, { policy }: NeedContext): Risk | undefined | null {
  if (policy.risk === undefined || data['facts'] === undefined) return undefined;
  const facts = riskFactsIn(data);
  return facts === null ? null : riskOf(facts, policy, policy.risk);
}

/**
 * The review runs already: of an edit, or because the screening came late or twice. Its reasons are kept, and levels
 * that they ask for are added; none is taken away, nor one below the level whose turn it is.
 */
function screenedLater({ review, eligible, risk: before }: NeedState, risk: Risk | undefined): Decision {
  if (risk === undefined || review === null || JSON.stringify(risk) === JSON.stringify(before)) return accept();
  if (review.of !== 'posting' && review.of !== 'edit') return accept();
  const added = routeForRisk(eligible, risk.band).route.filter((level) => isAbove(level, review.level));
  const route = LEVELS.filter((level) => review.route.includes(level) || added.includes(level));
  return accept(happened('riskAssessed', { risk, review: { ...review, route } }));
}

const screenTimeout: Handler = (state, _command, context) => {
  const eligible = state.publisherIsVillageCadre ? { ...state.eligible, village: false } : state.eligible;
  return accept(begin(state, 'screenTimeout', eligible, highRoute(eligible), context));
};

/** The first review, or the one that waited for the household's correction: same level, the rest of its time. */
function begin(
  state: NeedState,
  cause: 'screened' | 'screenTimeout',
  eligible: NeedState['eligible'],
  { route, skipped }: Route,
  context: NeedContext,
  { risk, reviewers }: { risk?: Risk | undefined; reviewers?: NeedState['reviewers'] } = {},
): NewEvent {
  const asked = asksPreview(previewMissing(state), context);
  const scored = { ...asked, ...(risk !== undefined && { risk }), ...(reviewers !== undefined && { reviewers }) };
  const paused = state.pausedReview;
  const first = route[0] ?? 'province';
  if (paused === null) {
    // After a long stay with the operators it gets a day at least.
    const due = decisionDue({ ...context, now: state.stageSince });
    const decideBy = due === null ? null : Math.max(due, inWorkingDays(1, context));
    const started = startReview({ of: 'posting', route, level: first, decideBy }, context);
    return happened('reviewStarted', { cause, eligible, skipped, ...scored, ...started });
  }
  const level = presentFrom(eligible, paused.level) ?? paused.level;
  const same = level === paused.level;
  const left = paused.decisionWorkingDaysLeft;
  const start: Start = {
    of: paused.of,
    route: paused.of === 'posting' || paused.of === 'edit' ? route : paused.route,
    level,
    advice: paused.advice,
    ...(paused.first !== undefined && { first: paused.first }),
    decideBy: left === undefined ? null : inWorkingDays(Math.max(1, left), context),
    ...(same ? { workingDays: Math.max(1, paused.remainingWorkingDays), assigneeId: paused.assigneeId } : {}),
  };
  return happened('reviewStarted', { cause, eligible, skipped, ...scored, ...startReview(start, context) });
}

/** Decisions of a level, refused while another level is asked for its advice. */
const deciding =
  (decide: (review: Review, ...rest: Parameters<Handler>) => Decision): Handler =>
  (state, command, context) => {
    if (state.review === null) return refuse('NOT_ALLOWED_IN_STAGE');
    if (state.review.askedBy !== null) return refuse('ADVICE_PENDING');
    const taken = takenByAnother(state.review, command.actor, context);
    if (taken !== null) return taken;
    return decide(state.review, state, command, context);
  };

/** Yes or no about the need, by another than the one whose decision is looked at again. */
const judging = (decide: Parameters<typeof deciding>[0]): Handler =>
  deciding((review, state, command, context) =>
    isHisOwnDecision(state, review, command.actor, context)
      ? refuse('SECOND_REVIEWER_NEEDED')
      : decide(review, state, command, context),
  );

const approve = judging((review, state, { actor, data }, context) => {
  const { first } = review;
  if (first !== undefined && himself(actor).includes(first.by)) return refuse('SECOND_REVIEWER_NEEDED');
  const twins = duplicatesIn(review, data);
  if (!twins.ok) return twins.refused;
  const against = overLimit(review, data) ?? brokenRules(review, data);
  if (against !== null) return against;
  const next = nextOf(review.route, review.level);
  const second = next === null && first === undefined && wantsTwo(state, review, context);
  if (next === null && !second && previewMissing(state)) return refuse('PREVIEW_MISSING');
  const approved = happened('reviewApproved', {
    level: review.level,
    revisionId: state.revisionId,
    of: review.of,
    final: next === null && !second,
    ...(twins.ids.length > 0 && { duplicates: twins.ids }),
    ...(data['noChildSeen'] === true && { noChildSeen: true as const }),
    ...(next === null && !second && hiddenPhotos(state, data, context)),
    ...(next === null && !second && review.of === 'posting' && context.policy.recheck && { sample: true as const }),
  });
  if (second) return accept(approved, askSecond(state, review, actor.id, context));
  if (next === null) return accept(approved, ...openToPublic(state, review.of, context));
  const started = startReview({ ...carried(review), advice: null, level: next }, context);
  return accept(approved, happened('reviewPassedOn', started));
});

/** A reopening asks for nothing that was not agreed on before. */
const wantsTwo = (state: NeedState, { of }: Review, { policy }: NeedContext): boolean =>
  of !== 'reopening' && state.amountFen > (policy.twoReviewersAboveFen ?? Number.MAX_SAFE_INTEGER);

/** Another person of the level; where there is none, the level above. */
function askSecond(state: NeedState, review: Review, by: string, context: NeedContext): NewEvent {
  const { level: from } = review;
  const others = (state.reviewers?.[from] ?? 1) > 1;
  const { level, skipped } = others ? { level: from, skipped: [] } : searchFrom(state.eligible, levelAbove(from));
  const started = startReview({ ...carried(review), advice: null, first: { by, level: from }, level }, context);
  return happened('secondReviewAsked', { from, skipped, ...started });
}

/** How many may review on each level; undefined when screening did not count. */
function reviewersIn(data: JsonObject): NeedState['reviewers'] {
  const given = data['reviewers'];
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return undefined;
  const counts = LEVELS.map((level) => [level, given[level]] as const);
  return Object.fromEntries(counts.filter(([, n]) => Number.isSafeInteger(n))) as NonNullable<NeedState['reviewers']>;
}

const sendBack = judging((review, _state, { data }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  // A reopening has no posting to correct: the township says yes or no.
  if (review.of === 'reopening') return refuse('NOT_ALLOWED_IN_STAGE');
  const remainingWorkingDays = workingDaysLeft(review.dueAt, context);
  const { level, decideBy } = review;
  const left = decideBy === undefined ? {} : { decisionWorkingDaysLeft: workingDaysLeft(decideBy, context) };
  const clock = { lapse: inDays(context.policy.returnedDays, context) };
  return accept(happened('reviewReturned', { reasonCode, level, remainingWorkingDays, ...left, clock }));
});

const refuseNeed = judging((review, state, { data }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  const { level } = review;
  if (review.of === 'reopening' && state.following !== null) {
    const clock = followingClock(state.following, null, context);
    return accept(happened('reopeningRefused', { reasonCode, level, clock }));
  }
  return accept(happened('reviewRefused', { reasonCode, level, clock: appealClock(context) }));
});

/** `onlyFrom`: work that was handed over goes on only while it still waits for the one who gave it. */
const transfer = deciding((review, state, { data, actor }) => {
  const toAccountId = idIn(data, 'toAccountId');
  if (toAccountId === null) return invalid('toAccountId');
  if (toAccountId === state.publisherId) return refuse('OWN_POSTING');
  const onlyFrom = idIn(data, 'onlyFrom');
  if (toAccountId === actor.id || (onlyFrom !== null && onlyFrom !== review.assigneeId)) return refuse('ALREADY_DONE');
  return accept(happened('reviewTransferred', { toAccountId }));
});

const escalate = deciding((review, state, { actor }, context) => {
  if (levelAbove(review.level) === null) return refuse('NO_LEVEL_ABOVE');
  const { level, skipped } = searchFrom(state.eligible, levelAbove(review.level));
  const started = startReview({ ...carried(review), level }, context);
  const askedBy = {
    level: review.level,
    assigneeId: actor.id,
    remainingWorkingDays: workingDaysLeft(review.dueAt, context),
  };
  return accept(
    happened('adviceAsked', { from: review.level, skipped, ...started, review: { ...started.review, askedBy } }),
  );
});

const advise: Handler = ({ review }, { data }, context) => {
  if (review === null || review.askedBy === null) return refuse('NOT_ALLOWED_IN_STAGE');
  const advice = codeIn(data, 'advice');
  if (advice === null) return invalid('advice');
  const { level, assigneeId, remainingWorkingDays } = review.askedBy;
  const workingDays = Math.max(1, remainingWorkingDays);
  const back = startReview({ ...carried(review), level, workingDays, assigneeId, advice }, context);
  return accept(happened('adviceGiven', { advice, ...back }));
};

const remindReviewer: Handler = ({ review }) =>
  accept(happened('reviewerReminded', { level: review?.level ?? 'village' }));

/** Overdue: the level above takes over; from the city on an operator must look. */
const expireReview: Handler = ({ review, eligible }, _command, context) => {
  if (review === null) return refuse('NOT_ALLOWED_IN_STAGE');
  const last = review.level === 'city' || review.level === 'province';
  const above = last ? null : presentFrom(eligible, levelAbove(review.level));
  if (above === null) return accept(parkedEvent('reviewOverdue', context));
  const { skipped } = searchFrom(eligible, levelAbove(review.level));
  const started = startReview({ ...carried(review), level: above }, context);
  return accept(happened('reviewTakenOver', { from: review.level, to: above, skipped, ...started }));
};

/** The whole took too long: the county decides, and from there on an operator must look. */
const expireDecision: Handler = ({ review, eligible }, _command, context) => {
  if (review === null) return refuse('NOT_ALLOWED_IN_STAGE');
  const below = isAbove('county', review.level);
  const to = below ? presentFrom(eligible, 'county') : null;
  if (to === null) return accept(parkedEvent('decisionOverdue', context));
  const { skipped } = searchFrom(eligible, 'county');
  const started = startReview({ ...carried(review), decideBy: null, level: to }, context);
  return accept(happened('decisionOverdue', { from: review.level, to, skipped, ...started }));
};

/** An account was frozen or left its office: what waited for it alone goes to others of the level, or up. */
const reroute: Handler = (state, { data }, context) => {
  const { review } = state;
  const eligible = eligibleIn(data);
  const goneId = idIn(data, 'goneId');
  if (eligible === null || goneId === null) return invalid('eligible');
  if (state.stage === 'challenged') return rerouteChallenge(state, eligible, context);
  if (review === null) return accept();
  const { level: from, assigneeId } = review;
  const sender = review.askedBy?.assigneeId;
  const his = [assigneeId, sender, review.taken?.by].includes(goneId);
  if (eligible[from] && !his) return accept();
  if (!eligible[from] && presentFrom(eligible, from) === null) return accept(parkedEvent('noReviewer', context));
  const { level, skipped } = searchFrom(eligible, from);
  const workingDays = level === from ? Math.max(1, workingDaysLeft(review.dueAt, context)) : undefined;
  const started = startReview(
    { ...carried(review), level, ...(workingDays !== undefined && { workingDays }) },
    context,
  );
  const askedBy = review.askedBy && (sender === goneId ? { ...review.askedBy, assigneeId: null } : review.askedBy);
  const kept = level === from && assigneeId !== goneId ? { assigneeId } : {};
  const next = { ...started.review, ...kept, askedBy };
  return accept(happened('reviewRerouted', { from, to: level, skipped, eligible, ...started, review: next }));
};

export const reviewHandlers: Handlers = {
  ...claimLockHandlers,
  expireDecision,
  reroute,
  screened,
  screenTimeout,
  approve,
  return: sendBack,
  refuse: refuseNeed,
  transfer,
  escalate,
  advise,
  remindReviewer,
  expireReview,
};
