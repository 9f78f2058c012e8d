import type { EffectAnswer } from '../../contracts/cases.ts';
import type { Actor, JsonObject } from '../../domain/kernel/types.ts';
import { CITY, COUNTY, DONOR, KEEPER, OPERATOR, RECIPIENT, TOWNSHIP, VILLAGE } from '../../test/support/people.ts';
import { policyOf } from '../../domain/policy.ts';
import { RECEIVER } from '../../test/support/random-handover.ts';
import { ALL_LEVELS, POLICY } from '../../test/support/story.ts';
import { say, days, system, reason, type Path, type Step } from './steps.ts';

const LONGER_HOLDS = { ...policyOf(POLICY, 'pledge'), version: 'longer-holds', holdDays: 5 } as unknown as JsonObject;
const OTHER_TOWNSHIP: Actor = { ...TOWNSHIP, id: 'another township cadre' };
const COMPLAINANT: Actor = { id: 'complainant', role: 'person' };
const SPONSOR: Actor = { id: 'sponsor', role: 'donor' };
const chunk = (name: string, data: JsonObject): EffectAnswer => ({
  name,
  data: { ...data, failed: { nothingFree: 1 } },
});

/** Lives of pledges and of the other kinds of case. */
export const OTHER_PATHS: { readonly [name: string]: Path } = {
  'pledge-migrated-continued-lapsed': {
    caseType: 'pledge',
    continueAfterEvents: 20,
    steps: [
      say('migratePolicy', OPERATOR, { policy: LONGER_HOLDS }),
      say('extend', DONOR),
      say('pauseHold', system),
      say('resumeHold', system),
      days(30),
    ],
  },
  'pledge-received': { caseType: 'pledge', steps: [say('send', DONOR), say('confirm', RECIPIENT)] },
  'pledge-lapsed': { caseType: 'pledge', steps: [say('extend', DONOR), days(10)] },
  'pledge-disputed': {
    caseType: 'pledge',
    steps: [say('send', DONOR), say('dispute', RECIPIENT, { reasonCode: 'damaged' }), say('ruleFailed', COUNTY)],
  },
  'pledge-collected-at-point': {
    caseType: 'pledge',
    steps: [say('send', DONOR), say('arrive', KEEPER), say('collect', KEEPER, { codeVerified: true })],
  },
  'pledge-expired-parked': {
    caseType: 'pledge',
    steps: [say('send', DONOR), days(60), say('cancel', OPERATOR, { reasonCode: 'test' })],
  },
  'pledge-visit-due-confirmed': {
    caseType: 'pledge',
    steps: [say('send', DONOR), days(18), say('confirm', VILLAGE, { photoId: 'receipt-1' })],
  },
  'pledge-visit-due-at-point-handed-over': {
    caseType: 'pledge',
    steps: [say('send', DONOR), say('arrive', KEEPER), days(11), say('handOver', VILLAGE, { photoId: 'receipt-1' })],
  },
  'offer-approved-used-up': {
    caseType: 'offer',
    steps: [say('approve', COUNTY), { ...say('reportTally', system, { left: 0, open: 0 }), signal: true } as Step],
  },
  'offer-overdue-approved-expired': {
    caseType: 'offer',
    steps: [days(6), say('approve', { ...CITY, id: 'another city cadre' }), days(310)],
  },
  'offer-refused': { caseType: 'offer', steps: [say('refuse', COUNTY, reason)] },
  'complaint-upheld-objected-dismissed': {
    caseType: 'complaint',
    steps: [
      say('uphold', OTHER_TOWNSHIP, { measure: 'cadreWarned' }),
      say('object', COMPLAINANT),
      say('dismiss', COUNTY, { reasonCode: 'notFounded' }),
    ],
  },
  'complaint-overdue-until-parked-and-cancelled': {
    caseType: 'complaint',
    steps: [days(90), say('resume', OPERATOR), say('cancel', OPERATOR, reason)],
  },
  'complaint-rerouted-dismissed': {
    caseType: 'complaint',
    steps: [
      say('reroute', system, { eligible: { ...ALL_LEVELS, township: false }, goneId: 'gone' }),
      say('dismiss', COUNTY, { reasonCode: 'notFounded' }),
      days(30),
    ],
  },
  'complaint-dismissed-closed': {
    caseType: 'complaint',
    steps: [say('dismiss', OTHER_TOWNSHIP, { reasonCode: 'notFounded' }), days(30)],
  },
  'finding-taken-settled-found-again-closed': {
    caseType: 'finding',
    steps: [
      say('take', OPERATOR),
      days(6),
      say('settle', OPERATOR, { outcome: 'fixed' }),
      days(2),
      say('foundAgain', system),
      say('gone', system),
      days(40),
    ],
  },
  'handover-reminded-accepted': { caseType: 'handover', steps: [days(2), say('accept', RECEIVER)] },
  'handover-lapsed': { caseType: 'handover', steps: [days(20)] },
  'application-overdue-approved': { caseType: 'application', steps: [days(9), say('approve', COUNTY)] },
  'application-reassigned-refused': {
    caseType: 'application',
    steps: [say('reassign', OPERATOR, { level: 'county' }), say('refuse', COUNTY, { reasonCode: 'notKnownHere' })],
  },
  'certification-approved': { caseType: 'certification', steps: [say('approve', TOWNSHIP)] },
  'certification-refused': {
    caseType: 'certification',
    steps: [say('refuse', TOWNSHIP, { reasonCode: 'notKnownHere' })],
  },
  'sponsorship-claimed-sent': {
    caseType: 'sponsorship',
    answers: [
      { name: 'planned', data: { planned: 700 } },
      chunk('chunkDone', { tried: 500, claimed: 490, units: 490, valueFen: 4900, left: true }),
      chunk('chunkDone', { tried: 700, claimed: 680, units: 680, valueFen: 6800, left: false }),
      chunk('chunkSent', { round: 1, next: 1, sent: 490, left: true, held: 0 }),
      chunk('chunkSent', { round: 1, next: 2, sent: 600, left: false, held: 80 }),
      chunk('chunkSent', { round: 2, next: 1, sent: 600, left: true, held: 0 }),
      chunk('chunkSent', { round: 2, next: 2, sent: 680, left: false, held: 0 }),
    ],
    steps: [say('approve', OPERATOR), days(0.01), say('send', SPONSOR), days(1), say('send', SPONSOR), days(0.01)],
  },
  'sponsorship-claimed-closed': {
    caseType: 'sponsorship',
    answers: [
      { name: 'planned', data: { planned: 2 } },
      chunk('chunkDone', { tried: 2, claimed: 1, units: 1, valueFen: 100, left: false }),
    ],
    steps: [say('approve', OPERATOR), days(20)],
  },
  'sponsorship-overdue-parked-refused': {
    caseType: 'sponsorship',
    steps: [days(15), say('resume', OPERATOR), say('refuse', OPERATOR, reason)],
  },
};
