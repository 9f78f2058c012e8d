import type { JsonObject } from '../../domain/kernel/types.ts';
import { COUNTY, OPERATOR, PUBLISHER, RECIPIENT, TOWNSHIP, VILLAGE } from '../../test/support/people.ts';
import { policyOf } from '../../domain/policy.ts';
import { ALL_LEVELS, NEED_LINES, POLICY } from '../../test/support/story.ts';
import { say, days, system, tally, reason, type Path } from './steps.ts';

const { moneyHeldDays: _held, ...paying } = policyOf(POLICY, 'need');
const WITH_PAYMENTS = { ...paying, version: 'with-payments' } as unknown as JsonObject;
const revision = (id: string): JsonObject => ({ revisionId: id, lines: NEED_LINES as never, amountFen: 30_000 });
const approve = say('approve', VILLAGE);
const MEDICAL = ['medical', 'mobility-aids', 'wheelchair'];

/** Lives of needs. */
export const NEED_PATHS: { readonly [name: string]: Path } = {
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
};
