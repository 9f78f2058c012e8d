import { bodies } from '../../../contracts/http/need-commands.ts';
import { problem } from '../../../contracts/problems.ts';
import { dateInShanghai } from '../../../domain/time/calendar.ts';
import { isDesignated, readDesignation } from '../../../models/designation.ts';
import { checkedReason, checkedText, optionalReason, withReason } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';
import { challengeNeed } from './challenge.ts';
import { AID_UNIT, CADRE, COUNTY, COUNTY_OR_OPERATOR, needCommand, PARTY, PARTY_OR_CADRE } from './need-command.ts';
import { reviewCommandRoutes } from './review-commands.ts';

/**
 * The commands of a need, as routes. Who may send which in which stage is the table of domain/need; here is only who
 * reaches the need at all, what the body looks like, and what of it travels (codes) or stays (words).
 */

const publication: readonly AnyRoute[] = [
  needCommand({
    command: 'withdraw',
    operationId: 'withdrawNeed',
    summary: 'Withdraw; possible until something was sent',
    access: PARTY,
    body: bodies.withdraw,
    message: ({ body: { reason }, deps }) => ({ note: optionalReason(deps, reason) }),
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
    problems: ['ALREADY_DONE', 'HELPED_HOUSEHOLD'],
    message: ({ body: { days } }) => ({ data: { days } }),
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
    body: bodies.revoke,
    message: withReason,
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
    body: bodies.revoke,
    message: withReason,
  }),
  needCommand({
    command: 'openWithheld',
    path: 'open',
    operationId: 'openWithheldNeed',
    summary: 'Show an approved money need, once it can be paid and the designation is recorded',
    access: { roles: ['operator'], scope: 'region' },
    problems: ['PAYMENTS_MISSING', 'DESIGNATION_MISSING'],
    async message({ deps }) {
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
    problems: ['HELPED_HOUSEHOLD'],
  }),
  needCommand({
    command: 'appeal',
    operationId: 'appealNeed',
    summary: 'Appeal against a refusal or a taking down: the level above decides',
    access: PARTY,
    body: bodies.appeal,
    message: ({ body: { reason }, deps }) => ({ note: checkedReason(deps, reason) }),
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
    body: bodies.rule,
    problems: ['NOT_YOUR_LEVEL', 'SECOND_REVIEWER_NEEDED'],
    message: withReason,
  }),
  needCommand({
    command: 'uphold',
    path: 'challenge/uphold',
    operationId: 'upholdChallenge',
    summary: 'The doubt is founded: the county reviews the need again',
    access: CADRE,
    body: bodies.rule,
    problems: ['NOT_YOUR_LEVEL', 'SECOND_REVIEWER_NEEDED'],
    message: withReason,
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
    message: ({ body: { outcome, reason }, deps }) => ({ data: { outcome }, note: checkedReason(deps, reason) }),
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
    message: ({ body: { stars, text } }) => ({
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
    message: ({ body: { lines, reason }, deps }) => ({ data: { lines }, note: checkedReason(deps, reason) }),
  }),
];

export const needCommandRoutes: readonly AnyRoute[] = [
  ...reviewCommandRoutes,
  ...publication,
  ...challenges,
  ...handOff,
  ...following,
];
