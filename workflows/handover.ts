import type { CaseEnd, CaseInput } from '../contracts/cases.ts';
import { handoverDecider } from '../domain/handover/index.ts';
import type { HandoverPolicy } from '../domain/handover/types.ts';
import { runCase } from './case.ts';

/** Work on its way from one cadre to a colleague. */
export const handover = (input: CaseInput): Promise<CaseEnd> =>
  runCase(handoverDecider, { ...input, policy: input.policy as HandoverPolicy });
