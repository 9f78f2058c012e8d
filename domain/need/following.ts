import { accept, refuse, type JsonObject, type NewEvent } from '../kernel/types.ts';
import { codeIn, countIn, idIn, photosIn, quantitiesIn } from './command-data.ts';
import { happened, type Said } from './events.ts';
import { invalid, type Handler, type Handlers, type NeedContext } from './handler.ts';
import { searchFrom } from './route.ts';
import { startReview } from './start-review.ts';
import { daysFrom, followingClock, inDays } from './times.ts';
import type { Following, NeedState } from './types.ts';

/** After receipt: does it help? Questions, answers, thanks, a rating, and once more the same if it did not serve. */

export function startFollowing(state: NeedState, context: NeedContext): NewEvent {
  const following: Following = {
    since: context.now,
    asked: 0,
    answered: [],
    visitDue: false,
    thanked: state.following?.thanked ?? false,
    stars: state.following?.stars ?? null,
    reopened: state.following?.reopened ?? false,
  };
  return happened('followingStarted', { following, clock: followingClock(following, null, context) });
}

const askOutcome: Handler = ({ following }, _command, context) => {
  if (following === null) return refuse('NOT_ALLOWED_IN_STAGE');
  const question = following.asked + 1;
  const visitAt = inDays(context.policy.answerDays, context);
  return accept(
    happened('outcomeAsked', { question, clock: followingClock({ ...following, asked: question }, visitAt, context) }),
  );
};

const dueVisit: Handler = ({ following }) => accept(happened('visitDue', { question: following?.asked ?? 0 }));

/** Null when it has not the shape it must have. Cases from before there were photos have none of it. */
function saidIn(data: JsonObject): Said | null {
  if (data['feedbackId'] === undefined) return {};
  const feedbackId = idIn(data, 'feedbackId');
  const photos = photosIn(data);
  if (feedbackId === null || photos === null) return null;
  return { feedbackId, ...(photos.length > 0 && { photos }) };
}

const answer: Handler = ({ following, clock }, { data }) => {
  if (following === null) return refuse('NOT_ALLOWED_IN_STAGE');
  const question = countIn(data, 'question', 1, following.asked);
  const given = codeIn(data, 'answer');
  if (question === null) return invalid('question');
  if (given === null) return invalid('answer');
  const said = saidIn(data);
  if (said === null) return invalid('photos');
  if (following.answered.includes(question)) return refuse('ALREADY_DONE');
  const answeredAll = following.answered.length + 1 >= following.asked;
  const { dueVisit: _visit, ...quiet } = clock;
  return accept(happened('outcomeAnswered', { question, answer: given, ...said, clock: answeredAll ? quiet : clock }));
};

const thank: Handler = ({ following }, { data }) => {
  const said = saidIn(data);
  if (said === null) return invalid('photos');
  return following?.thanked === true ? refuse('ALREADY_DONE') : accept(happened('donorThanked', said));
};

const rate: Handler = ({ following }, { data }) => {
  const stars = countIn(data, 'stars', 1, 5);
  if (stars === null) return invalid('stars');
  return following?.stars != null ? refuse('ALREADY_DONE') : accept(happened('needRated', { stars }));
};

/** What came did not serve (broken, wrong size): the township says whether these units are wanted again. */
const reopen: Handler = (state, { data }, context) => {
  const { following } = state;
  if (following === null) return refuse('NOT_ALLOWED_IN_STAGE');
  const lines = quantitiesIn(data);
  if (lines === null || lines.length === 0) return invalid('lines');
  const wanted = lines.map(({ lineId, quantity }) => ({ quantity, line: state.lines.find((l) => l.id === lineId) }));
  if (wanted.some(({ line }) => line === undefined)) return refuse('LINE_UNKNOWN');
  if (wanted.some(({ line, quantity }) => quantity > (line?.quantity ?? 0))) return invalid('lines');
  if (state.consentRevoked !== undefined) return refuse('CONSENT_REVOKED');
  if (following.reopened) return refuse('ALREADY_DONE');
  if (context.now > daysFrom(following.since, context.policy.reopenDays, context)) return refuse('TOO_LATE');
  const { level, skipped } = searchFrom(state.eligible, 'township');
  const started = startReview({ of: 'reopening', route: [level], level }, context);
  return accept(happened('reopeningAsked', { lines, skipped, ...started }));
};

export const followingHandlers: Handlers = { askOutcome, dueVisit, answer, thank, rate, reopen };
