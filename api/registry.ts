import type { AnyRoute } from './route.ts';
import { accountRoutes } from './routes/account/index.ts';
import { applicationRoutes } from './routes/application/index.ts';
import { auditRoutes } from './routes/audit.ts';
import { caseActionRoutes } from './routes/case-action.ts';
import { certificateRoutes } from './routes/certificate.ts';
import { certificationRoutes } from './routes/certification/index.ts';
import { checkpointRoutes } from './routes/checkpoint.ts';
import { codecRoutes } from './routes/codec.ts';
import { commandRoutes } from './routes/command.ts';
import { handoverRoutes } from './routes/handover/index.ts';
import { dataRequestRoutes } from './routes/data-request/index.ts';
import { designationRoutes } from './routes/designation.ts';
import { feedbackRoutes } from './routes/feedback.ts';
import { findingRoutes } from './routes/finding.ts';
import { complaintRoutes } from './routes/complaint/index.ts';
import { householdImportRoutes } from './routes/household-import.ts';
import { householdSessionRoutes } from './routes/household-session/index.ts';
import { householdRoutes } from './routes/household.ts';
import { inboxRoutes } from './routes/inbox.ts';
import { ledgerRoutes } from './routes/ledger.ts';
import { metaRoutes } from './routes/meta.ts';
import { needRoutes } from './routes/need/index.ts';
import { newsRoutes } from './routes/news/index.ts';
import { outcomeCheckRoutes } from './routes/outcome-check.ts';
import { offerRoutes } from './routes/offer/index.ts';
import { operatorRoutes } from './routes/operator.ts';
import { photoRoutes } from './routes/photo.ts';
import { recordingRoutes } from './routes/recording.ts';
import { pledgeRoutes } from './routes/pledge/index.ts';
import { policyRoutes } from './routes/policy/index.ts';
import { ratingRoutes } from './routes/rating.ts';
import { recheckRoutes } from './routes/recheck.ts';
import { regionRoutes } from './routes/region.ts';
import { scoreRoutes } from './routes/score.ts';
import { sessionRoutes } from './routes/session.ts';
import { sponsorshipRoutes } from './routes/sponsorship/index.ts';
import { smsRoutes } from './routes/sms/index.ts';
import { standInRoutes } from './routes/stand-in.ts';
import { suggestionRoutes } from './routes/suggestion/index.ts';
import { realNameRoutes } from './routes/real-name.ts';
import { vettingRoutes } from './routes/vetting.ts';
import { skippedRoutes } from './routes/skipped.ts';
import { stuckRoutes } from './routes/stuck.ts';
import { workListRoutes } from './routes/work-list.ts';

/** Every route of Bangfu. A new noun adds its line here and nothing else: docs, checks and tests follow. */
export const allRoutes: readonly AnyRoute[] = [
  ...metaRoutes,
  ...accountRoutes,
  ...applicationRoutes,
  ...sessionRoutes,
  ...standInRoutes,
  ...handoverRoutes,
  ...vettingRoutes,
  ...realNameRoutes,
  ...certificationRoutes,
  ...regionRoutes,
  ...householdRoutes,
  ...householdSessionRoutes,
  ...householdImportRoutes,
  ...photoRoutes,
  ...recordingRoutes,
  ...needRoutes,
  ...pledgeRoutes,
  ...ratingRoutes,
  ...offerRoutes,
  ...suggestionRoutes,
  ...sponsorshipRoutes,
  ...certificateRoutes,
  ...complaintRoutes,
  ...workListRoutes,
  ...recheckRoutes,
  ...outcomeCheckRoutes,
  ...newsRoutes,
  ...feedbackRoutes,
  ...scoreRoutes,
  ...ledgerRoutes,
  ...commandRoutes,
  ...inboxRoutes,
  ...smsRoutes,
  ...operatorRoutes,
  ...designationRoutes,
  ...findingRoutes,
  ...caseActionRoutes,
  ...skippedRoutes,
  ...stuckRoutes,
  ...auditRoutes,
  ...dataRequestRoutes,
  ...checkpointRoutes,
  ...policyRoutes,
  ...codecRoutes,
];
