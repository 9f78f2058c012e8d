import { bodies } from '../../../contracts/http/need-commands.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { checkedReason, optionalReason, withReason } from '../../case-command.ts';
import type { AnyRoute } from '../../route.ts';
import { approvalData } from './approval.ts';
import { CADRE, needCommand } from './need-command.ts';
import { mayReview } from './reviewers.ts';

/** What reviewers do with a need, as routes. */

export const reviewCommandRoutes: readonly AnyRoute[] = [
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
    async message({ body: { note, acknowledged, noChildSeen }, deps, now }, need) {
      const checked = optionalReason(deps, note, '/body/note');
      return { note: checked, data: await approvalData(deps, need, { acknowledged, noChildSeen, now }) };
    },
  }),
  needCommand({
    command: 'return',
    operationId: 'returnNeed',
    summary: 'Send back for correction; the clock is the household’s meanwhile',
    access: CADRE,
    body: bodies.return,
    problems: ['REASON_LENGTH'],
    message: withReason,
  }),
  needCommand({
    command: 'refuse',
    operationId: 'refuseNeed',
    summary: 'Refuse; publisher and household may appeal once',
    access: CADRE,
    body: bodies.refuse,
    problems: ['REASON_LENGTH'],
    message: withReason,
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
    message: ({ body: { reason }, deps }) => ({ note: checkedReason(deps, reason) }),
  }),
  needCommand({
    command: 'advise',
    operationId: 'adviseOnNeed',
    summary: 'Answer a level below that asked for advice',
    access: CADRE,
    body: bodies.advise,
    message: ({ body: { advice, reason }, deps }) => ({ data: { advice }, note: checkedReason(deps, reason) }),
  }),
  needCommand({
    command: 'transfer',
    operationId: 'transferReview',
    summary: 'Hand the review to a colleague of your level',
    access: CADRE,
    body: bodies.transfer,
    async message({ body: { toAccountId, reason }, deps }, need) {
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
    body: bodies.revoke,
    problems: ['ALREADY_CLAIMED'],
    message(sent, need) {
      // The case hears of claims late; its record counts them in the transaction that makes them.
      if (need.stage === 'published' && need.openPledges > 0) throw problem('ALREADY_CLAIMED');
      return withReason(sent);
    },
  }),
];
