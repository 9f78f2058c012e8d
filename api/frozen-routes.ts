/**
 * What somebody may call whose account is frozen, by a session of its own (`signInFrozen`): read why, complain about it, have
 * his data copied, ask to be erased. Everything else answers ACCOUNT_FROZEN, and what is public sees a visitor in him.
 */
export const FROZEN_ROUTES: ReadonlySet<string> = new Set([
  'getMyFreeze',
  'makeComplaint',
  'listMyComplaints',
  'getComplaint',
  'getComplaintTimeline',
  'objectToDecision',
  'withdrawComplaint',
  'requestDataExport',
  'getDataExport',
  'downloadDataExport',
  'requestErasure',
  'getErasure',
  'cancelErasure',
  'signOut',
]);
