import type { CertificationPolicy } from './types.ts';

/** What an account has asked for so far. */
export interface Asked {
  /** Of its requests those that are not decided yet. */
  readonly open: number;
  /** How many it has made within the policy's days. */
  readonly lately: number;
}

/** One at a time: a second township would look at the same papers, and the two might not agree. */
const OPEN_AT_MOST = 1;

/** Why this account may not ask (again) now; null when it may. */
export function askRefusal(
  { open, lately }: Asked,
  { perAccount }: Pick<CertificationPolicy, 'perAccount'>,
): 'CERTIFICATION_OPEN' | 'TOO_MANY_CERTIFICATIONS' | null {
  if (open >= OPEN_AT_MOST) return 'CERTIFICATION_OPEN';
  return lately >= perAccount.count ? 'TOO_MANY_CERTIFICATIONS' : null;
}
