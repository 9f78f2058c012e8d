import type { NewEvent } from '../kernel/types.ts';
import { shownTo } from './audience.ts';
import { happened } from './events.ts';
import { startFollowing } from './following.ts';
import { handOffClock } from './hand-off.ts';
import type { NeedContext } from './handler.ts';
import { inDays, matchedClock } from './times.ts';
import type { NeedState } from './types.ts';

/**
 * Where a published or matched need goes by what the ledger of pledges says. `state` must hold a tally just heard:
 * a published need is not told of every claim, so an old count of open pledges cannot be trusted.
 */
export function settle(state: NeedState, context: NeedContext): NewEvent[] {
  const nothingFree = state.progress.committed === 'all';
  if (state.stage === 'published') {
    if (!nothingFree) return [];
    const committed = happened('allCommitted', { clock: matchedClock(context) });
    return [committed, ...settle({ ...state, stage: 'matched' }, context)];
  }
  if (state.stage !== 'matched') return [];
  if (!nothingFree && state.rest === 'open') return release(state, context);
  return state.openPledges > 0 ? [] : settled(state, context);
}

/** Units came free: claimable for the rest of the lifetime, past it for one extension, then no more. */
function release(state: NeedState, context: NeedContext): NewEvent[] {
  const left = state.expiresAt ?? 0;
  const extended = left <= context.now;
  if (extended && state.extended) {
    return [happened('shortfallLeft', {}), ...settle({ ...state, rest: 'shortfall' }, context)];
  }
  const expiresAt = extended ? inDays(context.policy.extensionDays, context) : left;
  const clock = { expire: expiresAt, ...shownTo(state, context).clock };
  return [happened('unitsReleased', { expiresAt, extended: state.extended || extended, clock })];
}

function settled(state: NeedState, context: NeedContext): NewEvent[] {
  const { rest, progress } = state;
  const event = happened('allSettled', { rest, received: progress.received });
  if (rest === 'shortfall') {
    return [event, happened('needHandedOff', { level: 'county', clock: handOffClock(context) })];
  }
  if (progress.received === 'none') return [event, happened('needClosed', { outcome: 'nothingReceived' })];
  return [event, startFollowing(state, context)];
}
