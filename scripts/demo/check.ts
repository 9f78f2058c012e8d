import type { NeedRun } from './need-run.ts';
import type { ExpectedStory } from './sample.ts';

/** What the system itself says about a need's life, compared with what must have become of it. */

export interface TimelineItem {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
}

/** Which stage an event leads to; events that are not here change none. */
const STAGE_AFTER: Readonly<Record<string, string>> = {
  needSubmitted: 'submitted',
  needResubmitted: 'submitted',
  reviewStarted: 'underReview',
  reviewPassedOn: 'underReview',
  reviewReturned: 'returned',
  reviewRefused: 'refused',
  reopeningRefused: 'following',
  needWithdrawn: 'withdrawn',
  needPublished: 'published',
  matchingResumed: 'matched',
  needEdited: 'underReview',
  approvalRevoked: 'underReview',
  closedEarly: 'matched',
  lifetimeEnded: 'matched',
  needTakenDown: 'takenDown',
  needPaused: 'paused',
  needChallenged: 'challenged',
  challengeUpheld: 'underReview',
  needAppealed: 'underReview',
  allCommitted: 'matched',
  unitsReleased: 'published',
  needHandedOff: 'handedOff',
  followingStarted: 'following',
  reopeningAsked: 'underReview',
  needClosed: 'closed',
  needCancelled: 'cancelled',
  parked: 'parked',
};

export interface Visit {
  readonly stage: string;
  readonly at: number;
}

/** The stages a need went through, each once per stay. */
export function visitsOf(timeline: readonly TimelineItem[]): Visit[] {
  const visits: Visit[] = [];
  for (const { type, at } of timeline) {
    const stage = STAGE_AFTER[type];
    if (stage !== undefined && stage !== visits.at(-1)?.stage) visits.push({ stage, at: Date.parse(at) });
  }
  return visits;
}

/**
 * Null when a need is where it must be, and came there by the right way; else what is wrong. `asked`: the same has been
 * asked for before, by an earlier run on the same data, so that further levels must look at it.
 */
export function faultOf(
  expected: ExpectedStory,
  timeline: readonly TimelineItem[],
  route: NeedRun['route'],
  asked = false,
): string | null {
  const wanted = [...expected.via, expected.stage].join(' → ');
  const went = visitsOf(timeline)
    .map(({ stage }) => stage)
    .join(' → ');
  if (went !== wanted) return `went ${went}; it must go ${wanted}`;
  const levels = route?.join(', ') ?? '';
  const wantedLevels = expected.route.join(', ');
  const right = levels === wantedLevels || (asked && levels.startsWith(wantedLevels));
  if (!right) return `reviewed by ${levels}; it must be by ${wantedLevels}`;
  const gap = timeline.findIndex(({ seq }, i) => seq !== i + 1);
  return gap < 0 ? null : `event ${gap + 1} is missing from its timeline`;
}
