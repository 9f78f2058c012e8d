/**
 * What a household may call that has come in by its number and a code to its phone, without an account: exactly what the
 * recipient of a need may do. The tables of the cases decide about every command as they do for an account of the
 * household; everything else (posting, claiming, applying, the register) needs one.
 */
export const HOUSEHOLD_ROUTES: ReadonlySet<string> = new Set([
  // Reading what was posted for it
  'listMyNeeds',
  'getNeed',
  'getNeedTimeline',
  'whyIsNeedWaiting',
  'previewNeed',
  'getRecording',
  'listNeedPledges',
  'getPledge',
  'getPledgeTimeline',
  'getPickupCode',
  'getCommand',
  'getMyScore',
  'readEndorsements',
  'listMyDataAccesses',
  // Its rights
  'approvePreview',
  'revokeConsent',
  'withdrawNeed',
  'appealNeed',
  'resubmitNeed',
  'confirmReceipt',
  'disputePledge',
  'answerOutcome',
  'thankDonors',
  'rateNeed',
  'ratePledge',
  'listPledgeRatings',
  'listFeedback',
  'uploadPhoto',
  'getPhoto',
  'getPhotoThumbnail',
  'reopenNeed',
  'postNews',
  // A complaint about what became of its need, about an office, or against its own score
  'makeComplaint',
  'listMyComplaints',
  'getComplaint',
  'getComplaintTimeline',
  'objectToDecision',
  'withdrawComplaint',
  // A copy of what is kept about it, and its erasure
  'requestDataExport',
  'getDataExport',
  'downloadDataExport',
  'requestErasure',
  'getErasure',
  'cancelErasure',
  // Its phone
  'getSmsPreference',
  'setSmsPreference',
  'signOut',
]);
