import { accept, refuse } from '../kernel/types.ts';
import { idIn } from './command-data.ts';
import { happened } from './events.ts';
import { invalid, type Handler, type NeedContext } from './handler.ts';
import { daysFrom } from './times.ts';
import type { NeedState } from './types.ts';

/**
 * What tells of a household's health is not shown before the household has seen how it will be shown, and agreed. A change
 * of the content makes a new preview, so it needs a new word.
 */

/** For an event with a new content: whether the policy wants the household's word on its preview. */
export function previewFirst(
  path: readonly string[] | undefined,
  { policy }: Pick<NeedContext, 'policy'>,
): { readonly previewFirst?: true } {
  const wanted = policy.previewFirst?.categories.some((root) => path?.includes(root) === true) === true;
  return wanted ? { previewFirst: true } : {};
}

/** For an event that begins a review: the household is asked now, so the time for its answer runs from here. */
export const asksPreview = (
  missing: boolean,
  { policy }: Pick<NeedContext, 'policy'>,
): { readonly asksPreview?: true } =>
  missing && policy.previewFirst?.sinceAsked === true ? { asksPreview: true } : {};

type Previewed = Pick<NeedState, 'revisionId' | 'previewAsked' | 'previewApproved' | 'consentRevoked'>;

export const isPreviewApproved = ({ revisionId, previewApproved }: Previewed): boolean =>
  previewApproved?.revisionId === revisionId;

/** It cannot be published yet. Whoever has taken the consent back is asked nothing more: nothing of it is shown anyway. */
export const previewMissing = (state: Previewed): boolean =>
  state.previewAsked !== undefined && state.consentRevoked === undefined && !isPreviewApproved(state);

/**
 * A cadre has shown the preview to the household, and it has signed on paper: where it has no phone, or did not answer by
 * it in time. Not the publisher, nor anybody of the household, nor its helper, nor one whose own phone stands for it in the
 * register: he would be the only witness of both.
 */
export const recordPreview: Handler = (state, { data, actor }, context) => {
  const revisionId = idIn(data, 'revisionId');
  const photo = idIn(data, 'photo');
  if (revisionId === null) return invalid('revisionId');
  if (photo === null) return invalid('photo');
  if (actor.tie === 'helped') return refuse('HELPED_HOUSEHOLD');
  if (data['ownPhone'] === true) return refuse('PREVIEW_BY_OWN_PHONE');
  if (data['hasPhone'] !== false && !isUnanswered(state, context)) return refuse('HOUSEHOLD_HAS_PHONE');
  if (revisionId !== state.revisionId) return refuse('PREVIEW_OUTDATED');
  if (state.consentRevoked !== undefined) return refuse('CONSENT_REVOKED');
  if (isPreviewApproved(state)) return refuse('ALREADY_DONE');
  return accept(happened('consentGiven', { revisionId, photo }));
};

function isUnanswered({ previewAsked = Infinity, previewSince }: NeedState, context: NeedContext): boolean {
  const { previewFirst } = context.policy;
  const asked = previewSince ?? previewAsked;
  return previewFirst !== undefined && context.now >= daysFrom(asked, previewFirst.answerDays, context);
}
