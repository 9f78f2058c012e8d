import type { CaseEnd, CaseInput } from '../contracts/cases.ts';
import { needDecider } from '../domain/need/index.ts';
import type { NeedPolicy } from '../domain/need/types.ts';
import { runCase } from './case.ts';

/** The life of one need, from its submission to its follow-up. */
export const need = (input: CaseInput): Promise<CaseEnd> =>
  runCase(needDecider, { ...input, policy: input.policy as NeedPolicy });
