import type { CaseEnd, CaseInput } from '../contracts/cases.ts';
import { offerDecider } from '../domain/offer/index.ts';
import type { OfferPolicy } from '../domain/offer/types.ts';
import { runCase } from './case.ts';

/** The life of one offer in advance, from its moderation to its end. */
export const offer = (input: CaseInput): Promise<CaseEnd> =>
  runCase(offerDecider, { ...input, policy: input.policy as OfferPolicy });
