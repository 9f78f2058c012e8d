import type { Instant } from '../kernel/types.ts';
import { dateInShanghai } from '../time/calendar.ts';

/** Below this age a guardian consents separately. */
export const GUARDIAN_CONSENT_AGE = 14;
/** Below this age a person is a minor: no face, name or school in public. */
export const MAJORITY_AGE = 18;

/** Full years at an instant, by the date in Shanghai. `birthDate` is `YYYY-MM-DD`; negative before birth. */
export function ageAt(birthDate: string, at: Instant): number {
  const today = dateInShanghai(at);
  const years = Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4));
  return today.slice(5) < birthDate.slice(5) ? years - 1 : years;
}

export const isMinor = (birthDate: string, at: Instant): boolean => ageAt(birthDate, at) < MAJORITY_AGE;

export const needsGuardianConsent = (birthDate: string, at: Instant): boolean =>
  ageAt(birthDate, at) < GUARDIAN_CONSENT_AGE;
