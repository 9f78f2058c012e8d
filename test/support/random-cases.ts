import type { CaseType } from '../../contracts/cases.ts';
import type { CasePolicy, CaseState } from '../../domain/kernel/types.ts';
import { randomApplication } from './random-application.ts';
import type { RandomCase } from './random-case.ts';
import { randomCertification } from './random-certification.ts';
import { randomComplaint } from './random-complaint.ts';
import { randomFinding } from './random-finding.ts';
import { randomHandover } from './random-handover.ts';
import { randomNeed } from './random-need.ts';
import { randomOffer } from './random-offer.ts';
import { randomPledge } from './random-pledge.ts';
import { randomSponsorship } from './random-sponsorship.ts';

/** `from`: when the life begins, for what has an end of its own. */
export type MakeCase = (choice: number, from?: number) => RandomCase<CaseState, CasePolicy>;

const any = <S extends CaseState, P extends CasePolicy>(make: (choice: number, from?: number) => RandomCase<S, P>) =>
  make as unknown as MakeCase;

/** Random lives of every kind of case: a new kind without an entry does not compile. */
export const RANDOM_CASES: { readonly [K in CaseType]: MakeCase } = {
  need: any(randomNeed),
  pledge: any(randomPledge),
  application: any(randomApplication),
  certification: any(randomCertification),
  handover: any(randomHandover),
  finding: any(randomFinding),
  sponsorship: any(randomSponsorship),
  complaint: any(randomComplaint),
  offer: any(randomOffer),
};
