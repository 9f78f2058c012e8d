import { awaitStage, look, type NeedRun } from '../need-run.ts';
import type { StoryName } from '../sample.ts';
import {
  answerAndClose,
  deliver,
  disputeAndRule,
  handOver,
  letLapse,
  pickUp,
  promoteStandby,
  rate,
  thank,
  thanks,
} from './delivery.ts';
import { cancel, handOff, letClose, reopen, takeDown, withdraw } from './ends.ts';
import { giveByOffer } from './offer.ts';
import { challengeInVain, challengeWithCause, pauseAWhile, waitForTheNation } from './publication.ts';
import {
  appeal,
  approveAll,
  approveByTwo,
  askAdvice,
  edit,
  handReviewOver,
  refuse,
  returnForCorrection,
  sleepOver,
} from './review.ts';

type Step = (run: NeedRun) => Promise<unknown>;

/**
 * After receipt some households thank and some rate, and both answer the first question; every third says nothing, and a
 * visit is due. Then the need closes.
 */
async function follow(run: NeedRun): Promise<void> {
  const temper = run.sample.key.length % 3;
  await awaitStage(run, 'following');
  if (thanks(run)) await thank(run);
  if (temper === 2) await rate(run);
  await answerAndClose(run, temper !== 0);
}

async function deliverFirstLine(run: NeedRun): Promise<void> {
  const [line] = (await look(run)).lines;
  if (line === undefined) throw new Error('it has no lines');
  await deliver(run, [{ lineId: line.id, quantity: line.quantity }]);
}

/** From the submission to the end, as data/needs/README.md tells them. */
const STORIES: Readonly<Record<StoryName, readonly Step[]>> = {
  delivered: [approveAll, deliverAll, follow],
  deliveredTownship: [approveAll, deliverAll, follow],
  twoReviewers: [approveByTwo, deliverAll, follow],
  pickup: [approveAll, pickUp, follow],
  faceToFace: [approveAll, handOver, follow],
  returnedThenApproved: [returnForCorrection, approveAll, deliverAll, follow],
  refusedByCadre: [refuse, letClose],
  appealed: [refuse, appeal, deliverAll, follow],
  escalated: [askAdvice, handReviewOver, approveAll, deliverAll, follow],
  overdueTakeover: [sleepOver, approveAll, deliverAll, follow],
  expiredUnmet: [approveAll, handOff],
  partlyMatched: [approveAll, deliverFirstLine, handOff, follow],
  claimLapsed: [approveAll, letLapse, deliverAll, follow],
  standbyPromoted: [approveAll, promoteStandby, follow],
  matchedByOffer: [approveAll, giveByOffer, follow],
  editedAfterApproval: [approveAll, edit, approveAll, deliverAll, follow],
  disputed: [approveAll, disputeAndRule, follow],
  withdrawn: [approveAll, withdraw],
  takenDown: [approveAll, takeDown, letClose],
  cancelled: [approveAll, cancel],
  paused: [approveAll, pauseAWhile, deliverAll, follow],
  widened: [approveAll, waitForTheNation, deliverAll, follow],
  challengeDismissed: [approveAll, challengeInVain, deliverAll, follow],
  challengeUpheld: [approveAll, challengeWithCause, approveAll, deliverAll, follow],
  reopened: [approveAll, deliverAll, reopen, approveAll, deliverAll, follow],
};

/** Everything that is left, claimed and received. */
function deliverAll(run: NeedRun): Promise<void> {
  return deliver(run);
}

/** How long a story waits for clocks, roughly: the longest start first. */
const WAITS: Partial<Record<StoryName, number>> = {
  partlyMatched: 3,
  claimLapsed: 2,
  overdueTakeover: 2,
  expiredUnmet: 1,
  reopened: 1,
};
export const waitOf = (story: StoryName): number => WAITS[story] ?? 0;

export async function tell(run: NeedRun): Promise<void> {
  for (const step of STORIES[run.expected.story]) await step(run);
}
