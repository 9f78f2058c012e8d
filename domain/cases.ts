import { applicationDecider } from './application/index.ts';
import { certificationDecider } from './certification/index.ts';
import { handoverDecider } from './handover/index.ts';
import { findingDecider } from './finding/index.ts';
import { complaintDecider } from './complaint/index.ts';
import type { CasePolicy, CaseState, Decider } from './kernel/types.ts';
import { offerDecider } from './offer/index.ts';
import { needDecider } from './need/index.ts';
import { pledgeDecider } from './pledge/index.ts';
import { sponsorshipDecider } from './sponsorship/index.ts';

/** Every kind of case by its type. Here a new kind becomes known outside the workflows. */
export const CASE_DECIDERS: { readonly [caseType: string]: Decider<CaseState, CasePolicy> } = {
  need: needDecider as unknown as Decider<CaseState, CasePolicy>,
  application: applicationDecider as unknown as Decider<CaseState, CasePolicy>,
  certification: certificationDecider as unknown as Decider<CaseState, CasePolicy>,
  handover: handoverDecider as unknown as Decider<CaseState, CasePolicy>,
  finding: findingDecider as unknown as Decider<CaseState, CasePolicy>,
  complaint: complaintDecider as unknown as Decider<CaseState, CasePolicy>,
  offer: offerDecider as unknown as Decider<CaseState, CasePolicy>,
  pledge: pledgeDecider as unknown as Decider<CaseState, CasePolicy>,
  sponsorship: sponsorshipDecider as unknown as Decider<CaseState, CasePolicy>,
};
