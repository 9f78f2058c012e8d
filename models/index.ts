import type { Connection } from 'mongoose';
import { accountRepository } from './account.ts';
import { applicationRepository } from './application.ts';
import { auditRepository } from './audit.ts';
import { caseRepository } from './case.ts';
import { certificationRepository } from './certification.ts';
import { checkpointRepository } from './checkpoint.ts';
import { commandRepository } from './command.ts';
import { dataRequestRepository } from './data-request.ts';
import { complaintRepository } from './complaint.ts';
import { donorRepository } from './donor.ts';
import { donorWaysRepository } from './donor-ways.ts';
import { erasureRepository } from './erasure.ts';
import { endorsementRepository } from './endorsement.ts';
import { eventRepository } from './event.ts';
import { feedbackRepository } from './feedback.ts';
import { findingRepository } from './finding.ts';
import { followRepository } from './follow.ts';
import { newsRepository } from './news.ts';
import { outcomeCheckRepository } from './outcome-check.ts';
import { handoverRepository } from './handover.ts';
import { householdRepository } from './household.ts';
import { idempotencyRepository } from './idempotency.ts';
import { impressionRepository } from './impression.ts';
import { importRunRepository } from './import-run.ts';
import { inboxRepository } from './inbox.ts';
import { matchRepository } from './match.ts';
import { needRepository } from './need.ts';
import { offeredRepository } from './offered.ts';
import { oneTimeCodeRepository } from './one-time-code.ts';
import { offerRepository } from './offer.ts';
import { photoRepository } from './photo.ts';
import { pledgeRepository } from './pledge.ts';
import { policyRepository } from './policy.ts';
import { policyDraftRepository } from './policy-draft.ts';
import { policyRunRepository } from './policy-run.ts';
import { ratingRepository } from './rating.ts';
import { recheckRepository } from './recheck.ts';
import { recordingRepository } from './recording.ts';
import { regionRepository } from './region.ts';
import { relayStateRepository } from './relay-state.ts';
import { revisionRepository } from './revision.ts';
import { scoreRepository } from './score.ts';
import { sessionRepository } from './session.ts';
import { settingRepository } from './setting.ts';
import { sponsorshipRepository } from './sponsorship.ts';
import { smsRepository } from './sms.ts';
import { statisticRepository } from './statistic.ts';
import { sweepRoundRepository } from './sweep-round.ts';
import { createTermCounts } from './term-counts.ts';

/** All records, by noun. Registers every schema on the connection, so that `ensureIndexes` sees them all. */
export const createModels = (db: Connection) => ({
  db,
  accounts: accountRepository(db),
  applications: applicationRepository(db),
  certifications: certificationRepository(db),
  complaints: complaintRepository(db),
  feedback: feedbackRepository(db),
  follows: followRepository(db),
  news: newsRepository(db),
  outcomeChecks: outcomeCheckRepository(db),
  sessions: sessionRepository(db),
  audit: auditRepository(db),
  settings: settingRepository(db),
  regions: regionRepository(db),
  policies: policyRepository(db),
  policyDrafts: policyDraftRepository(db),
  policyRuns: policyRunRepository(db),
  households: householdRepository(db),
  imports: importRunRepository(db),
  impressions: impressionRepository(db),
  photos: photoRepository(db),
  recordings: recordingRepository(db),
  cases: caseRepository(db),
  checkpoints: checkpointRepository(db),
  commands: commandRepository(db),
  endorsements: endorsementRepository(db),
  events: eventRepository(db),
  needs: needRepository(db),
  termCounts: createTermCounts(db),
  revisions: revisionRepository(db),
  scores: scoreRepository(db),
  ratings: ratingRepository(db),
  rechecks: recheckRepository(db),
  handovers: handoverRepository(db),
  offered: offeredRepository(db),
  donorWays: donorWaysRepository(db),
  pledges: pledgeRepository(db),
  offers: offerRepository(db),
  matches: matchRepository(db),
  donors: donorRepository(db),
  dataRequests: dataRequestRepository(db),
  erasures: erasureRepository(db),
  idempotency: idempotencyRepository(db),
  inbox: inboxRepository(db),
  findings: findingRepository(db),
  sponsorships: sponsorshipRepository(db),
  sms: smsRepository(db),
  codes: oneTimeCodeRepository(db),
  statistics: statisticRepository(db),
  relayStates: relayStateRepository(db),
  sweepRounds: sweepRoundRepository(db),
});

export type Models = ReturnType<typeof createModels>;
