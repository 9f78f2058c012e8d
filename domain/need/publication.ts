import { accept, refuse, type Command, type Instant, type NewEvent } from '../kernel/types.ts';
import { shownTo } from './audience.ts';
import { codeIn, revisionIn } from './command-data.ts';
import { happened, type Opened } from './events.ts';
import { invalid, type Handler, type Handlers, type NeedContext } from './handler.ts';
import { handOffClock } from './hand-off.ts';
import { levelAbove } from '../region/region.ts';
import { asksPreview, previewFirst } from './preview.ts';
import { startReview } from './start-review.ts';
import { routeFor, searchFrom } from './route.ts';
import { settle } from './settle.ts';
import { withheld } from './withheld.ts';
import { appealClock, daysFrom, inDays, lifetimeFrom, lifetimeLeft, matchedClock } from './times.ts';
import type { NeedState } from './types.ts';
import { withoutConsent } from './without-consent.ts';

/**
 * Opens a need to the public, or again: published while units are free, else matched, where the tally (told whenever
 * a need enters one of the two) decides what follows. Never without the household's consent.
 */
export function openToPublic(state: NeedState, of: Opened, context: NeedContext): NewEvent[] {
  const held = withheld(state, of, context);
  if (held !== null) return [held];
  const reopened = of === 'reopening' ? [happened('reopeningApproved', { lines: state.reopening ?? [] })] : [];
  if (state.consentRevoked !== undefined) return [...reopened, ...withoutConsent(state, context)];
  const fresh = state.publishedAt === null || of === 'reopening';
  const left = lifetimeLeft(state, context);
  if (!fresh && (state.progress.committed === 'all' || state.rest !== 'open')) {
    return matched(state, of, state.rest, left, context);
  }
  const expiresAt = fresh ? lifetimeFrom(context.now, state, context) : lifetimeOrExtension(state, left, context);
  if (expiresAt === null) return matched(state, of, 'shortfall', left, context);
  const extended = state.extended || (!fresh && left <= 0);
  const { tier, clock } = shownTo(state, context);
  const published = { of, expiresAt, extended, ...(tier !== undefined && { tier }) };
  return [...reopened, happened('needPublished', { ...published, clock: { expire: expiresAt, ...clock } })];
}

export function matched(
  state: NeedState,
  of: Opened,
  rest: NeedState['rest'],
  left: number,
  context: NeedContext,
): NewEvent[] {
  const event = happened('matchingResumed', { of, expiresAt: context.now + left, rest, clock: matchedClock(context) });
  if (state.progress.received !== 'all') return [event];
  return [event, ...settle({ ...state, stage: 'matched', rest, openPledges: 0 }, context)];
}

/** End of the lifetime that is left, else of the one extension; null when both are used up. */
function lifetimeOrExtension(state: NeedState, left: number, context: NeedContext): Instant | null {
  if (left > 0) return context.now + left;
  return state.extended ? null : inDays(context.policy.extensionDays, context);
}

const edit: Handler = (state, { data }, context) => {
  const revision = revisionIn(data);
  if (revision === null) return invalid('lines');
  const { route, skipped } = routeFor(state.eligible, revision.amountFen, context.policy);
  const started = startReview({ of: 'edit', route, level: route[0] ?? 'province' }, context);
  const lifetimeLeftMs = lifetimeLeft(state, context);
  const screen = context.policy.risk === undefined ? {} : ({ screen: true } as const);
  const preview = previewFirst(revision.categoryPath ?? state.categoryPath, context);
  const asked = { ...preview, ...asksPreview(preview.previewFirst === true, context) };
  return accept(happened('needEdited', { ...revision, ...asked, lifetimeLeftMs, skipped, ...screen, ...started }));
};

const renew: Handler = (state, _command, context) => {
  if (state.renewed) return refuse('ALREADY_DONE');
  const expiresAt = lifetimeFrom(state.expiresAt ?? context.now, state, context);
  return accept(happened('needRenewed', { expiresAt, clock: { ...state.clock, expire: expiresAt } }));
};

/** The rest is not wanted any more. With nothing pledged there is nothing to wait for. */
const closeEarly: Handler = (state, _command, context) => {
  const closed = happened('closedEarly', { clock: matchedClock(context) });
  const nothing = state.progress.committed === 'none';
  return accept(closed, ...(nothing ? settle({ ...state, stage: 'matched', rest: 'waived' }, context) : []));
};

const takeDown: Handler = (state, { data, actor }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  const level = actor.role === 'operator' ? 'operator' : (actor.level ?? 'county');
  const lifetimeLeftMs = lifetimeLeft(state, context);
  return accept(happened('needTakenDown', { reasonCode, level, lifetimeLeftMs, clock: appealClock(context) }));
};

/** The approver's second thought, within a day and before anybody has claimed. */
const revoke: Handler = (state, { data }, context) => {
  const reasonCode = codeIn(data, 'reasonCode');
  if (reasonCode === null) return invalid('reasonCode');
  const { approver, progress, openPledges } = state;
  if (approver === null) return refuse('NOT_PERMITTED');
  if (context.now > daysFrom(approver.at, context.policy.revokeHours / 24, context)) return refuse('TOO_LATE');
  if (progress.committed !== 'none' || openPledges > 0) return refuse('ALREADY_CLAIMED');
  const started = startReview({ of: 'revoked', route: [approver.level], level: approver.level }, context);
  return accept(happened('approvalRevoked', { reasonCode, lifetimeLeftMs: lifetimeLeft(state, context), ...started }));
};

/** End of the lifetime: nothing promised goes to the hand-off, what is promised is waited for. */
const expire: Handler = (state, _command, context) =>
  state.progress.committed === 'none'
    ? accept(happened('needHandedOff', { level: 'county', clock: handOffClock(context) }))
    : accept(happened('lifetimeEnded', { clock: matchedClock(context) }));

const openWithheld: Handler = (state, _command, context) => {
  const events = openToPublic(state, 'withheld', context);
  return events.some(({ type }) => type === 'needWithheld') ? refuse('PAYMENTS_MISSING') : accept(...events);
};

/** It was approved and the household still waits: shown when it can be paid by now, else civil affairs takes it. */
const endWithholding: Handler = (state, _command, context) => {
  const events = openToPublic(state, 'withheld', context);
  const still = events.some(({ type }) => type === 'needWithheld');
  return accept(...(still ? [happened('needHandedOff', { level: 'county', clock: handOffClock(context) })] : events));
};

const appeal: Handler = (state, _command, context) => {
  if (state.appealed) return refuse('ALREADY_DONE');
  const { level, skipped } = searchFrom(state.eligible, aboveDecider(state));
  const started = startReview({ of: 'appeal', route: [level], level }, context);
  return accept(happened('needAppealed', { skipped, ...started }));
};

/** An appeal goes above the one who decided; an operator's decision to the province. */
function aboveDecider({ decidedBy }: NeedState) {
  if (decidedBy === null || decidedBy.level === 'operator') return 'province';
  return levelAbove(decidedBy.level) ?? 'province';
}

const restore: Handler = (state, _command, context) => accept(...openToPublic(state, 'restored', context));

const finish: Handler = (state: NeedState, _command: Command) =>
  accept(happened('needClosed', { outcome: endOf(state) }));

const endOf = ({ stage, progress }: NeedState): string => {
  if (stage !== 'following') return stage;
  return progress.received === 'all' ? 'fulfilled' : 'partlyFulfilled';
};

export const publicationHandlers: Handlers = {
  edit,
  renew,
  closeEarly,
  takeDown,
  revoke,
  expire,
  openWithheld,
  endWithholding,
  appeal,
  restore,
  finish,
};
