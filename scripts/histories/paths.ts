import { v7 as uuidv7 } from 'uuid';
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
import { ALL_LEVELS, NEED_LINES, POLICY } from '../../test/support/story.ts';

/** One step of a recorded life: somebody's command, the system's, a wait in days, or an effect that fails. */
export type Step =
  | { readonly name: string; readonly by: Actor; readonly data?: JsonObject; readonly signal?: true }
  | { readonly days: number };

export interface Path {
  readonly caseType: 'need' | 'pledge';
  readonly steps: readonly Step[];
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
const reason = { reasonCode: 'photoUnclear' };
const revision = (id: string): JsonObject => ({ revisionId: id, lines: NEED_LINES as never, amountFen: 30_000 });
const approve = say('approve', VILLAGE);

export const PATHS: { readonly [name: string]: Path } = {
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

export const REVIEWERS = [VILLAGE, TOWNSHIP, COUNTY, CITY, PROVINCE];
export const SCREENED = { name: 'screened', data: { eligible: ALL_LEVELS } };
export const newId = uuidv7;
