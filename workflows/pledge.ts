import type { CaseEnd, CaseInput } from '../contracts/cases.ts';
import { pledgeDecider } from '../domain/pledge/index.ts';
import type { PledgePolicy } from '../domain/pledge/types.ts';
import { runCase } from './case.ts';

/** The life of one pledge, from the hold to the receipt. */
export const pledge = (input: CaseInput): Promise<CaseEnd> =>
  runCase(pledgeDecider, { ...input, policy: input.policy as PledgePolicy });
