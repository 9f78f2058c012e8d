import { accept, refuse, type Decision } from '../kernel/types.ts';
import { idIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type Handlers, type NeedContext } from './handler.ts';
import { isPreviewApproved, recordPreview } from './preview.ts';
import { matched, openToPublic } from './publication.ts';
import { lifetimeLeft } from './times.ts';
import type { NeedState } from './types.ts';
import { nothingClaimed, withoutConsent } from './without-consent.ts';

/**
 * The household's own word about what the public sees of it: it approves its preview, and may take its consent back at
 * any time. Without its consent nothing of it is public; what donors have sent already still reaches it.
 */

/** A review that waits for an operator still waits for the household's word; what else is parked has to go on first. */
export const hearsHousehold = ({ parked }: Pick<NeedState, 'parked'>): boolean =>
  parked === undefined || parked.from === 'underReview';

const whileReviewed =
  (decide: Handler): Handler =>
  (state, command, context) =>
    hearsHousehold(state) ? decide(state, command, context) : refuse('NOT_ALLOWED_IN_STAGE');

/** What was replaced since it was looked at is nobody's word. */
const giveConsent: Handler = (state, { data }, context) => {
  const revisionId = idIn(data, 'revisionId');
  if (revisionId === null) return invalid('revisionId');
  if (revisionId !== state.revisionId) return refuse('PREVIEW_OUTDATED');
  const { consentRevoked, ...consenting } = state;
  if (consentRevoked === undefined && isPreviewApproved(state)) return refuse('ALREADY_DONE');
  const waited = state.stage === 'paused' && state.pausedBy === 'household';
  return accept(
    happened('consentGiven', { revisionId }),
    ...(waited ? openToPublic(consenting, 'unpaused', context) : []),
  );
};

/** A doubt, and the time after receipt, go on to their end: of them the public only sees nothing more. */
const GO_ON: readonly string[] = ['challenged', 'following'];
const SHOWN: readonly string[] = ['published', 'matched'];

const revokeConsent: Handler = (state, _command, context) => {
  if (state.consentRevoked !== undefined) return refuse('ALREADY_DONE');
  const ends = SHOWN.includes(state.stage) || (nothingClaimed(state) && !GO_ON.includes(state.stage));
  return accept(happened('consentRevoked', {}), ...(ends ? withoutConsent(state, context) : []));
};

/** The household has not come back to it: what was sent is waited for, the rest is not wanted any more. */
export function endWithoutConsent(state: NeedState, context: NeedContext): Decision {
  if (state.progress.sent === 'none') return accept(happened('needWithdrawn', { because: 'consentRevoked' }));
  return accept(...matched(state, 'unpaused', 'waived', lifetimeLeft(state, context), context));
}

export const consentHandlers: Handlers = {
  giveConsent: whileReviewed(giveConsent),
  recordPreview,
  revokeConsent: whileReviewed(revokeConsent),
};
