import { problem } from '../contracts/problems.ts';
import { realNameFault, type RealName } from '../domain/people/real-name.ts';
import type { IdentityAnswer, IdentityClaim } from '../infra/providers/identity/index.ts';
import type { AccountRecord } from '../models/account.ts';
import type { ApiDeps } from './deps.ts';

/**
 * What the register says; `unknown` where none is asked, or while it does not answer: nobody's registration depends on
 * another's server. The log says why, never of whom.
 */
export async function askRegister(
  { identity, log }: Pick<ApiDeps, 'identity' | 'log'>,
  claim: IdentityClaim,
): Promise<IdentityAnswer> {
  if (identity === null) return 'unknown';
  try {
    return await identity.check(claim);
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown';
    log.warn({ register: identity.name, why }, 'the identity register does not answer');
    return 'unknown';
  }
}

export const saidByRegister = (now: number): RealName => ({ source: 'register', by: null, at: new Date(now) });

/** @throws Problem REAL_NAME_REQUIRED, REAL_NAME_UNCONFIRMED */
export function assertRealName(account: AccountRecord | null): asserts account is AccountRecord {
  const fault = realNameFault(account);
  if (fault !== null) throw problem(fault);
}
