/** The one entry of the workflow bundle: an export's name is the workflow's type. */
export { application } from './application.ts';
export { certification } from './certification.ts';
export { handover } from './handover.ts';
export { finding } from './finding.ts';
export { complaint } from './complaint.ts';
export { match } from './match.ts';
export { offer } from './offer.ts';
export { need } from './need.ts';
export { pledge } from './pledge.ts';
export { sponsorship } from './sponsorship.ts';
