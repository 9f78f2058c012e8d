import { v7 as uuidv7 } from 'uuid';
import type { CaseType, EffectAnswer } from '../../contracts/cases.ts';
import type { Actor, JsonObject } from '../../domain/kernel/types.ts';
import {
  CITY,
  COUNTY,
  DONOR,
  KEEPER,
  OPERATOR,
  PROVINCE,
  PUBLISHER,
  RECIPIENT,
  TOWNSHIP,
  VILLAGE,
} from '../../test/support/people.ts';
import { policyOf } from '../../domain/policy.ts';
import { RECEIVER } from '../../test/support/random-handover.ts';
import { ALL_LEVELS, NEED_LINES, POLICY } from '../../test/support/story.ts';

/** One step of a recorded life: somebody's command, the system's, a wait in days, or an effect that fails. */
export type Step =
  | { readonly name: string; readonly by: Actor; readonly data?: JsonObject; readonly signal?: true }
  | { readonly days: number };

export interface Path {
  readonly caseType: CaseType;
  readonly steps: readonly Step[];
  /** Beyond what every case of its kind starts with. */
  readonly seed?: JsonObject;
  /** What effects answer, one after the other; `screen` and those that ask who may decide answer by themselves. */
  readonly answers?: readonly EffectAnswer[];
  readonly effectsFail?: true;
  readonly continueAfterEvents?: number;
}

const say = (name: string, by: Actor, data: JsonObject = {}): Step => ({ name, by, data });
const days = (n: number): Step => ({ days: n });
const system: Actor = { id: 'system', role: 'system' };
let version = 0;
type Extent = 'none' | 'part' | 'all';
const tally = (committed: Extent, sent: Extent, received: Extent, openPledges: number): Step =>
  ({
    ...say('reportTally', system, { version: (version += 1), openPledges, progress: { committed, sent, received } }),
    signal: true,
  }) as Step;
const LONGER_HOLDS = { ...policyOf(POLICY, 'pledge'), version: 'longer-holds', holdDays: 5 } as unknown as JsonObject;
const { moneyHeldDays: _held, ...paying } = policyOf(POLICY, 'need');
const WITH_PAYMENTS = { ...paying, version: 'with-payments' } as unknown as JsonObject;
const OTHER_TOWNSHIP: Actor = { ...TOWNSHIP, id: 'another township cadre' };
const COMPLAINANT: Actor = { id: 'complainant', role: 'person' };
const SPONSOR: Actor = { id: 'sponsor', role: 'donor' };
const chunk = (name: string, data: JsonObject): EffectAnswer => ({
  name,
  data: { ...data, failed: { nothingFree: 1 } },
});
const reason = { reasonCode: 'photoUnclear' };
const revision = (id: string): JsonObject => ({ revisionId: id, lines: NEED_LINES as never, amountFen: 30_000 });
const approve = say('approve', VILLAGE);
const MEDICAL = ['medical', 'mobility-aids', 'wheelchair'];

const FIRST: { readonly [name: string]: Path } = {
  'need-delivered-followed-closed': {
    caseType: 'need',
    steps: [
      approve,
      tally('all', 'none', 'none', 1),
      tally('all', 'all', 'none', 1),
      tally('all', 'all', 'all', 0),
      say('thank', RECIPIENT),
      say('rate', RECIPIENT, { stars: 5 }),
      days(250),
    ],
  },
  'need-returned-resubmitted': {
    caseType: 'need',
    steps: [say('return', VILLAGE, reason), say('resubmit', PUBLISHER, revision('revision-2')), days(0.01), approve],
  },
  'need-refused-appealed': {
    caseType: 'need',
    steps: [say('refuse', VILLAGE, reason), say('appeal', PUBLISHER), say('refuse', TOWNSHIP, reason), days(15)],
  },
  'need-overdue-taken-over-parked-resumed': {
    caseType: 'need',
    steps: [days(60), say('resume', OPERATOR), days(0.01), say('cancel', OPERATOR, { reasonCode: 'test' })],
  },
  'need-expired-handed-off': { caseType: 'need', steps: [approve, days(120)] },
  'need-edited': { caseType: 'need', steps: [approve, say('edit', PUBLISHER, revision('revision-3')), approve] },
  'need-withdrawn': { caseType: 'need', steps: [say('withdraw', PUBLISHER)] },
  'need-cancelled': { caseType: 'need', steps: [approve, say('cancel', OPERATOR, { reasonCode: 'test' })] },
  'need-parked-reassigned': {
    caseType: 'need',
    steps: [days(40), say('reassign', OPERATOR, { level: 'county' }), say('approve', COUNTY)],
  },
  'need-effect-failed-parked-retried': {
    caseType: 'need',
    effectsFail: true,
    steps: [days(3), say('cancel', OPERATOR, { reasonCode: 'test' })],
  },
  'need-continued-as-new': {
    caseType: 'need',
    continueAfterEvents: 30,
    steps: [
      approve,
      tally('part', 'none', 'none', 1),
      tally('all', 'none', 'none', 1),
      tally('all', 'all', 'none', 1),
      tally('all', 'all', 'all', 0),
    ],
  },
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
};

/** Lives of the kinds of case that came later. */
const LATER: { readonly [name: string]: Path } = {
  'need-money-withheld-until-handed-off': { caseType: 'need', seed: { kind: 'money' }, steps: [approve, days(200)] },
  'need-money-withheld-opened-with-payments': {
    caseType: 'need',
    seed: { kind: 'money' },
    steps: [
      approve,
      say('migratePolicy', OPERATOR, { policy: WITH_PAYMENTS }),
      say('openWithheld', OPERATOR),
      days(3),
      say('withdraw', PUBLISHER),
    ],
  },
  'need-consent-revoked-given-again-and-revoked': {
    caseType: 'need',
    steps: [
      approve,
      tally('part', 'none', 'none', 1),
      say('revokeConsent', RECIPIENT),
      say('giveConsent', RECIPIENT, { revisionId: 'revision-1' }),
      say('revokeConsent', RECIPIENT),
      days(40),
    ],
  },
  'need-photos-added-kept-removed': {
    caseType: 'need',
    steps: [
      approve,
      say('addPhotos', PUBLISHER, { photos: ['photo-1', 'photo-2'] }),
      say('keepPhotos', VILLAGE, { photos: ['photo-1'] }),
      say('removePhotos', TOWNSHIP, { photos: ['photo-2'], reasonCode: 'childSeen' }),
      say('withdraw', PUBLISHER),
    ],
  },
  'need-photos-hidden-until-looked-at': {
    caseType: 'need',
    steps: [
      say('approve', VILLAGE, { hiddenPhotos: ['photo-1', 'photo-2'] }),
      say('keepPhotos', VILLAGE, { photos: ['photo-1', 'photo-2'] }),
      say('withdraw', PUBLISHER),
    ],
  },
  'need-rerouted-after-a-freeze': {
    caseType: 'need',
    steps: [
      say('take', VILLAGE),
      say('reroute', system, { eligible: { ...ALL_LEVELS, village: false }, goneId: VILLAGE.id }),
      say('approve', TOWNSHIP),
      say('withdraw', PUBLISHER),
    ],
  },
  'need-preview-approved-edited-shown-in-person': {
    caseType: 'need',
    seed: { categoryPath: MEDICAL },
    steps: [
      say('giveConsent', RECIPIENT, { revisionId: 'revision-1' }),
      approve,
      say('edit', PUBLISHER, { ...revision('revision-2'), categoryPath: MEDICAL }),
      days(1.2),
      say('recordPreview', TOWNSHIP, { revisionId: 'revision-2', photo: 'paper-1', hasPhone: true }),
      approve,
      days(3),
      say('withdraw', PUBLISHER),
    ],
  },
  'need-preview-approved-while-parked': {
    caseType: 'need',
    seed: { categoryPath: MEDICAL },
    steps: [
      say('park', system, { reason: 'test' }),
      say('giveConsent', RECIPIENT, { revisionId: 'revision-1' }),
      days(2),
      say('resume', OPERATOR),
      approve,
      say('edit', PUBLISHER, { ...revision('revision-2'), categoryPath: MEDICAL }),
      days(0.5),
      say('park', system, { reason: 'test' }),
      days(2),
      say('resume', OPERATOR),
      days(0.6),
      say('recordPreview', TOWNSHIP, { revisionId: 'revision-2', photo: 'paper-1', hasPhone: true }),
      approve,
      say('withdraw', PUBLISHER),
    ],
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

export const PATHS: { readonly [name: string]: Path } = { ...FIRST, ...LATER };

export const REVIEWERS = [VILLAGE, TOWNSHIP, COUNTY, CITY, PROVINCE];
export const SCREENED = { name: 'screened', data: { eligible: ALL_LEVELS } };
export const ROUTED = { name: 'routed', data: { eligible: ALL_LEVELS } };
export const newId = uuidv7;
