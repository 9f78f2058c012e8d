import type { CaseEnd, CaseInput } from '../contracts/cases.ts';
import { sponsorshipDecider } from '../domain/sponsorship/index.ts';
import type { SponsorshipPolicy } from '../domain/sponsorship/types.ts';
import { runCase } from './case.ts';

/** The life of one sponsorship: approved once, then claiming chunk by chunk. */
export const sponsorship = (input: CaseInput): Promise<CaseEnd> =>
  runCase(sponsorshipDecider, { ...input, policy: input.policy as SponsorshipPolicy });
