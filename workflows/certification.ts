import type { CaseEnd, CaseInput } from '../contracts/cases.ts';
import { certificationDecider } from '../domain/certification/index.ts';
import type { CertificationPolicy } from '../domain/certification/types.ts';
import { runCase } from './case.ts';

/** The life of one certification of somebody's name and number. */
export const certification = (input: CaseInput): Promise<CaseEnd> =>
  runCase(certificationDecider, { ...input, policy: input.policy as CertificationPolicy });
