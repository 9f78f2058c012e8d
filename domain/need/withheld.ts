import type { NewEvent } from '../kernel/types.ts';
import { happened, type Opened } from './events.ts';
import type { NeedContext } from './handler.ts';
import { kindOf } from './kind.ts';
import { inDays } from './times.ts';
import type { NeedState } from './types.ts';

/**
 * Money needs are reviewed like any other, but what is approved is not shown before it can be paid. That is a matter of
 * the policy: the version under which payments exist has no `moneyHeldDays`, and cases are moved to it.
 */

/** The event that keeps an approved need from the public; null when nothing does. What was public once stays so. */
export function withheld(state: NeedState, of: Opened, context: NeedContext): NewEvent | null {
  const { moneyHeldDays } = context.policy;
  if (kindOf(state) !== 'money' || moneyHeldDays === undefined || state.publishedAt !== null) return null;
  const until = inDays(moneyHeldDays, context);
  return happened('needWithheld', { of, reason: 'paymentsMissing', until, clock: { endWithholding: until } });
}
