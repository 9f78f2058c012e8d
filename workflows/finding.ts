import type { CaseEnd, CaseInput } from '../contracts/cases.ts';
import { findingDecider } from '../domain/finding/index.ts';
import type { FindingPolicy } from '../domain/finding/types.ts';
import { runCase } from './case.ts';

/** The life of one finding of the sweeper. */
export const finding = (input: CaseInput): Promise<CaseEnd> =>
  runCase(findingDecider, { ...input, policy: input.policy as FindingPolicy });
