import type { CaseEnd, CaseInput } from '../../../contracts/cases.ts';
import { runCase } from '../../../workflows/case.ts';
import { toyDecider } from './decider.ts';

/** All that a new kind of case needs on the workflow side. */
export const toy = (input: CaseInput): Promise<CaseEnd> => runCase(toyDecider, input);
