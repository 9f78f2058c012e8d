import { parkedEvent } from '../kernel/parking.ts';
import { stageRule } from '../kernel/table.ts';
import { accept, refuse, type Decider } from '../kernel/types.ts';
import { audienceHandlers } from './audience.ts';
import { challengeHandlers } from './challenge.ts';
import { codeIn, countIn, progressIn, revisionIn } from './command-data.ts';
import { happened } from './events.ts';
import { consentHandlers } from './consent.ts';
import { followingHandlers } from './following.ts';
import { handOffHandlers } from './hand-off.ts';
import { invalid, type Handler, type Handlers } from './handler.ts';
import { addedPhotosHandlers } from './added-photos.ts';
import { newsHandlers } from './news.ts';
import { pauseHandlers } from './pause.ts';
import { pinHandlers } from './pin.ts';
import { previewFirst } from './preview.ts';
import { publicationHandlers } from './publication.ts';
import { reviewHandlers } from './review.ts';
import { rightsRefusal } from './rights.ts';
import { settle } from './settle.ts';
import { needTable } from './table.ts';
import { screeningClock } from './times.ts';
import type { NeedPolicy, NeedState } from './types.ts';

const submit: Handler = ({ categoryPath }, _command, context) =>
  accept(happened('needSubmitted', { ...previewFirst(categoryPath, context), clock: screeningClock(context) }));

const resubmit: Handler = (state, { data }, context) => {
  const revision = revisionIn(data);
  if (revision === null) return invalid('lines');
  if (state.resubmissions >= context.policy.resubmissionsAtMost) return refuse('RESUBMISSIONS_USED');
  const preview = previewFirst(revision.categoryPath ?? state.categoryPath, context);
  return accept(happened('needResubmitted', { ...revision, ...preview, clock: screeningClock(context) }));
};

const withdraw: Handler = (state) =>
  state.progress.sent === 'none' ? accept(happened('needWithdrawn', { because: 'asked' })) : refuse('ALREADY_SENT');

const lapse: Handler = () => accept(happened('needWithdrawn', { because: 'lapsed' }));
const deleteDraft: Handler = () => accept(happened('needWithdrawn', { because: 'draftExpired' }));
const stall: Handler = (_state, _command, context) => accept(parkedEvent('matchStalled', context));

const cancel: Handler = (_state, { data }) => {
  const reasonCode = codeIn(data, 'reasonCode');
  return reasonCode === null ? invalid('reasonCode') : accept(happened('needCancelled', { reasonCode }));
};

/** The newest fact of the pledges' ledger. An old one, or one that changes nothing, leaves no trace. */
const reportTally: Handler = (state, { data }, context) => {
  const version = countIn(data, 'version', 0, Number.MAX_SAFE_INTEGER);
  const openPledges = countIn(data, 'openPledges', 0, Number.MAX_SAFE_INTEGER);
  const progress = progressIn(data);
  if (version === null || openPledges === null || progress === null) return invalid('progress');
  if (version <= state.tallyVersion) return accept();
  const events = settle({ ...state, progress, openPledges }, context);
  const old = state.progress;
  const changed =
    old.committed !== progress.committed ||
    old.sent !== progress.sent ||
    old.received !== progress.received ||
    openPledges > 0 !== state.openPledges > 0;
  return changed || events.length > 0
    ? accept(happened('progressChanged', { version, progress, openPledges }), ...events)
    : accept();
};

const HANDLERS: Handlers = {
  submit,
  resubmit,
  withdraw,
  lapse,
  deleteDraft,
  stall,
  cancel,
  reportTally,
  ...reviewHandlers,
  ...publicationHandlers,
  ...audienceHandlers,
  ...pauseHandlers,
  ...consentHandlers,
  ...pinHandlers,
  ...challengeHandlers,
  ...handOffHandlers,
  ...followingHandlers,
  ...newsHandlers,
  ...addedPhotosHandlers,
};

/** Decides any command that the table lets happen in this stage; the sender's right comes first. */
export const decideNeed: Decider<NeedState, NeedPolicy>['decide'] = (state, command, context) => {
  const rule = stageRule(needTable, state.stage).commands[command.name];
  const code =
    rule === undefined
      ? null
      : rightsRefusal(state, command.actor, rule.by, { command: command.name, policy: context.policy });
  if (code !== null) return refuse(code);
  const handler = HANDLERS[command.name];
  if (handler === undefined) throw new Error(`need: nobody handles ${command.name}`);
  return handler(state, command, context);
};
