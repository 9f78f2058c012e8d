import { z } from 'zod';
import { bodies } from '../../../contracts/http/need-commands.ts';
import { id } from '../../../contracts/http/common.ts';
import { fieldProblem, problem, type ProblemCode } from '../../../contracts/problems.ts';
import {
  caseCommandRoute,
  checkedReason,
  checkedText,
  type Message,
  type PersonalAccess,
  withReason,
} from '../../case-command.ts';
import type { ApiDeps } from '../../deps.ts';
import type { AnyRoute } from '../../route.ts';
import { dateInShanghai } from '../../../domain/time/calendar.ts';
import { isDesignated, readDesignation } from '../../../models/designation.ts';
import type { NeedRecord } from '../../../models/need.ts';
import { challengeNeed } from './challenge.ts';
import { approvalData } from './approval.ts';
import { mayReview } from './reviewers.ts';

/**
 * The commands of a need, as routes. Who may send which in which stage is the table of domain/need; here is only who
 * reaches the need at all, what the body looks like, and what of it travels (codes) or stays (words).
 */

const params = z.strictObject({ needId: id });

/** Any cadre of the place: the case itself knows whose turn it is. */
const CADRE: PersonalAccess = { roles: ['cadre'], scope: 'region' };
/** Publisher and household, whatever else they are. */
const PARTY: PersonalAccess = { signedIn: true, scope: 'party' };
/** Publisher, or a cadre of the place. */
const PARTY_OR_CADRE: PersonalAccess = { signedIn: true, scope: 'party' };
const COUNTY: PersonalAccess = { roles: ['cadre'], levels: ['county', 'city', 'province'], scope: 'region' };
const COUNTY_OR_OPERATOR: PersonalAccess = {
  roles: ['cadre', 'operator'],
  levels: ['county', 'city', 'province'],
  scope: 'region',
};
const AID_UNIT: PersonalAccess = { roles: ['aidUnit', 'operator'], scope: 'region' };

interface Sent {
  readonly commandId: string;
  readonly now: number;
}

interface NeedCommand<B extends z.ZodObject> {
  readonly command: string;
  readonly path?: string;
  readonly operationId: string;
  readonly summary: string;
  readonly access: PersonalAccess;
  readonly body?: B;
  readonly problems?: readonly ProblemCode[];
  message?(body: z.output<B>, deps: ApiDeps, need: NeedRecord, sent: Sent): Message | Promise<Message>;
}

function needCommand<B extends z.ZodObject>(spec: NeedCommand<B>): AnyRoute {
  const { command, path = kebab(command), message, body, ...rest } = spec;
  return caseCommandRoute<'need', typeof params, B>({
    ...rest,
    caseType: 'need',
    command,
    path: `/v1/needs/{needId}/${path}`,
    tag: 'Needs',
    params,
    caseId: 'needId',
    ...(body !== undefined && { body }),
    ...(message !== undefined && {
      message: (ctx, need) => message(ctx.body as z.output<B>, ctx.deps, need, ctx),
    }),
  });
}

const kebab = (name: string): string => name.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

const optionalReason = (deps: ApiDeps, reason: string | undefined, pointer?: string): string | undefined =>
  reason === undefined ? undefined : checkedReason(deps, reason, pointer);

const withReasonCode = (body: { reasonCode: string; reason: string }, deps: ApiDeps) => withReason({ body, deps });

const review: readonly AnyRoute[] = [
  needCommand({
    command: 'approve',
    operationId: 'approveNeed',
    summary: 'Approve on your level; from the last one of its route the need is published',
    access: CADRE,
    problems: [
      'TAKEN_BY_ANOTHER',
      'SECOND_REVIEWER_NEEDED',
      'PREVIEW_MISSING',
      'DUPLICATE_SUSPECTED',
      'TOO_MANY_OPEN_NEEDS',
      'RECEIVED_LIMIT',
      'POSTING_RULES_BROKEN',
    ],
    body: bodies.approve,
    async message({ note, acknowledged, noChildSeen }, deps, need, { commandId, now }) {
      const checked = optionalReason(deps, note, '/body/note');
      return { note: checked, data: await approvalData(deps, need, { acknowledged, noChildSeen, commandId, now }) };
    },
  }),
  needCommand({
    command: 'return',
    operationId: 'returnNeed',
    summary: 'Send back for correction; the clock is the household’s meanwhile',
    access: CADRE,
    body: bodies.decline,
    problems: ['REASON_LENGTH'],
    message: withReasonCode,
  }),
  needCommand({
    command: 'refuse',
    operationId: 'refuseNeed',
    summary: 'Refuse; publisher and household may appeal once',
    access: CADRE,
    body: bodies.decline,
    problems: ['REASON_LENGTH'],
    message: withReasonCode,
  }),
  needCommand({
    command: 'take',
    operationId: 'takeNeed',
    summary: 'Take a need for some minutes: nobody else of your level decides meanwhile; it lapses by itself',
    access: CADRE,
    problems: ['TAKEN_BY_ANOTHER'],
  }),
  needCommand({
    command: 'letGo',
    operationId: 'letNeedGo',
    summary: 'Give a need that you have taken back to your colleagues',
    access: CADRE,
    problems: ['TAKEN_BY_ANOTHER'],
  }),
  needCommand({
    command: 'escalate',
    operationId: 'askAdvice',
    summary: 'Ask the level above for advice; the decision stays with you',
    access: CADRE,
    body: bodies.escalate,
    message: ({ reason }, deps) => ({ note: checkedReason(deps, reason) }),
  }),
  needCommand({
    command: 'advise',
    operationId: 'adviseOnNeed',
    summary: 'Answer a level below that asked for advice',
    access: CADRE,
    body: bodies.advise,
    message: ({ advice, reason }, deps) => ({ data: { advice }, note: checkedReason(deps, reason) }),
  }),
  needCommand({
    command: 'transfer',
    operationId: 'transferReview',
    summary: 'Hand the review to a colleague of your level',
    access: CADRE,
    body: bodies.transfer,
    async message({ toAccountId, reason }, deps, need) {
      if (!(await mayReview(deps, toAccountId, need))) {
        throw fieldProblem('NOT_YOUR_LEVEL', '/body/toAccountId', 'no cadre of this level for this place');
      }
      return { data: { toAccountId }, note: optionalReason(deps, reason) };
    },
  }),
  needCommand({
    command: 'revoke',
    operationId: 'revokeApproval',
    summary: 'Take back your approval, within a day and before the first claim',
    access: CADRE,
    body: bodies.reasoned,
    problems: ['ALREADY_CLAIMED'],
    message(body, deps, need) {
      // The case hears of claims late; its record counts them in the transaction that makes them.
      if (need.stage === 'published' && need.openPledges > 0) throw problem('ALREADY_CLAIMED');
      return withReasonCode(body, deps);
    },
  }),
];

const publication: readonly AnyRoute[] = [
  needCommand({
    command: 'withdraw',
    operationId: 'withdrawNeed',
    summary: 'Withdraw; possible until something was sent',
    access: PARTY,
    body: bodies.withdraw,
    message: ({ reason }, deps) => ({ note: optionalReason(deps, reason) }),
  }),
  needCommand({
    command: 'renew',
    operationId: 'renewNeed',
    summary: 'Publish for one more lifetime, once',
    access: PARTY,
  }),
  needCommand({
    command: 'closeEarly',
    operationId: 'closeNeedEarly',
    summary: 'What is not pledged yet is no longer needed',
    access: PARTY,
  }),
  needCommand({
    command: 'pin',
    operationId: 'pinNeed',
    summary: 'Put a published need at the top of the list for some days, at most the policy’s',
    access: COUNTY_OR_OPERATOR,
    body: bodies.pin,
    problems: ['ALREADY_DONE'],
    message: ({ days }) => ({ data: { days } }),
  }),
  needCommand({
    command: 'unpin',
    operationId: 'unpinNeed',
    summary: 'Let a pinned need take its ordinary place again',
    access: COUNTY_OR_OPERATOR,
    problems: ['ALREADY_DONE'],
  }),
  needCommand({
    command: 'pause',
    operationId: 'pauseNeed',
    summary: 'Take no claims for a while; its time on the public list stands still',
    access: PARTY_OR_CADRE,
    body: bodies.reasoned,
    message: withReasonCode,
  }),
  needCommand({
    command: 'unpause',
    operationId: 'unpauseNeed',
    summary: 'Take claims again; what a cadre has paused, a cadre lets go on',
    access: PARTY_OR_CADRE,
    problems: ['PAUSED_BY_CADRE'],
  }),
  needCommand({
    command: 'takeDown',
    operationId: 'takeNeedDown',
    summary: 'Take a published need down; publisher and household may appeal once',
    access: COUNTY_OR_OPERATOR,
    body: bodies.reasoned,
    message: withReasonCode,
  }),
  needCommand({
    command: 'openWithheld',
    path: 'open',
    operationId: 'openWithheldNeed',
    summary: 'Show an approved money need, once it can be paid and the designation is recorded',
    access: { roles: ['operator'], scope: 'region' },
    problems: ['PAYMENTS_MISSING', 'DESIGNATION_MISSING'],
    async message(_body, deps) {
      const designation = await readDesignation(deps.models.settings);
      if (!isDesignated(designation, dateInShanghai(deps.now()))) throw problem('DESIGNATION_MISSING');
      return {};
    },
  }),
  needCommand({
    command: 'restore',
    operationId: 'restoreNeed',
    summary: 'Publish again what was taken down',
    access: COUNTY,
  }),
  needCommand({
    command: 'appeal',
    operationId: 'appealNeed',
    summary: 'Appeal against a refusal or a taking down: the level above decides',
    access: PARTY,
    body: bodies.appeal,
    message: ({ reason }, deps) => ({ note: checkedReason(deps, reason) }),
  }),
];

const challenges: readonly AnyRoute[] = [
  challengeNeed,
  needCommand({
    command: 'dismiss',
    path: 'challenge/dismiss',
    operationId: 'dismissChallenge',
    summary: 'The doubt is unfounded: the need is open again',
    access: CADRE,
    body: bodies.reasoned,
    problems: ['NOT_YOUR_LEVEL'],
    message: withReasonCode,
  }),
  needCommand({
    command: 'uphold',
    path: 'challenge/uphold',
    operationId: 'upholdChallenge',
    summary: 'The doubt is founded: the county reviews the need again',
    access: CADRE,
    body: bodies.reasoned,
    problems: ['NOT_YOUR_LEVEL'],
    message: withReasonCode,
  }),
];

const handOff: readonly AnyRoute[] = [
  needCommand({
    command: 'accept',
    path: 'hand-off/accept',
    operationId: 'acceptHandOff',
    summary: 'Take on an unmet need',
    access: AID_UNIT,
  }),
  needCommand({
    command: 'resolve',
    path: 'hand-off/resolve',
    operationId: 'resolveHandOff',
    summary: 'Say what became of an unmet need',
    access: AID_UNIT,
    body: bodies.resolve,
    message: ({ outcome, reason }, deps) => ({ data: { outcome }, note: checkedReason(deps, reason) }),
  }),
];

const following: readonly AnyRoute[] = [
  needCommand({
    command: 'rate',
    path: 'ratings',
    operationId: 'rateNeed',
    summary: 'Rate the help received, 1 to 5 stars',
    access: PARTY,
    body: bodies.rate,
    message: ({ stars, text }) => ({
      data: { stars },
      note: text === undefined ? undefined : checkedText(text, '/body/text'),
    }),
  }),
  needCommand({
    command: 'reopen',
    operationId: 'reopenNeed',
    summary: 'Ask again for units that did not serve, once and within the policy’s days',
    access: PARTY,
    body: bodies.reopen,
    message: ({ lines, reason }, deps) => ({ data: { lines }, note: checkedReason(deps, reason) }),
  }),
];

export const needCommandRoutes: readonly AnyRoute[] = [
  ...review,
  ...publication,
  ...challenges,
  ...handOff,
  ...following,
];
