import type { NewEvent } from '../kernel/types.ts';
import { happened } from './events.ts';
import type { NeedContext } from './handler.ts';
import { inDays, lifetimeLeft, pauseDaysOf } from './times.ts';
import type { NeedState } from './types.ts';

/** As far as the need has heard; a claim on its way is freed by the withdrawal. */
export const nothingClaimed = ({ progress, openPledges }: NeedState): boolean =>
  progress.committed === 'none' && openPledges === 0;

/** Where a need goes instead of to the public: withdrawn, or paused while donors are at it. */
export function withoutConsent(state: NeedState, context: NeedContext): NewEvent[] {
  if (nothingClaimed(state)) return [happened('needWithdrawn', { because: 'consentRevoked' })];
  const until = inDays(pauseDaysOf(context.policy), context);
  const lifetimeLeftMs = lifetimeLeft(state, context);
  const by = { reasonCode: 'consentRevoked', by: 'household' } as const;
  return [happened('needPaused', { ...by, until, lifetimeLeftMs, clock: { endPause: until } })];
}
