import type { CaseEnd, CaseInput } from '../contracts/cases.ts';
import { applicationDecider } from '../domain/application/index.ts';
import type { ApplicationPolicy } from '../domain/application/types.ts';
import { runCase } from './case.ts';

/** The life of one application for a cadre's office. */
export const application = (input: CaseInput): Promise<CaseEnd> =>
  runCase(applicationDecider, { ...input, policy: input.policy as ApplicationPolicy });
