import type { CaseEnd, CaseInput } from '../contracts/cases.ts';
import { complaintDecider } from '../domain/complaint/index.ts';
import type { ComplaintPolicy } from '../domain/complaint/types.ts';
import { runCase } from './case.ts';

/** The life of one complaint. */
export const complaint = (input: CaseInput): Promise<CaseEnd> =>
  runCase(complaintDecider, { ...input, policy: input.policy as ComplaintPolicy });
