import type { CaseActivities } from '../contracts/cases.ts';
import type { MatchActivities } from '../contracts/match.ts';
import { CASE_DECIDERS } from '../domain/cases.ts';
import type { Reference } from '../infra/reference.ts';
import type { CommandRecord } from '../models/command.ts';
import type { Models } from '../models/index.ts';
import { createCountReviewers } from '../models/reviewers.ts';
import type { CaseKinds, Projector } from './kinds.ts';
import { createProjectApplication } from './project-application.ts';
import { createProjectCertification } from './project-certification.ts';
import { createProjectHandover } from './project-handover.ts';
import { createProjectFinding } from './project-finding.ts';
import { createProjectComplaint } from './project-complaint.ts';
import { createMatchActivities, type MatchReference } from './match.ts';
import { createVoidProposals } from './offer-effects.ts';
import { createProjectOffer } from './project-offer.ts';
import { createProjectNeed } from './project-need.ts';
import { createProjectPledge } from './project-pledge.ts';
import { createProjectSponsorship } from './project-sponsorship.ts';
import { createHoldClock, createReact, createScreen, createVoidPledges, type ScreeningReference } from './react.ts';
import { createRecord } from './record.ts';
import { createFindingReporter } from './report-finding.ts';
import { createRoutes } from './route-reviewed.ts';
import { createClaimSponsored } from './sponsor.ts';
import { createSendSponsored } from './sponsor-send.ts';
import { createPlanSponsorship, type SponsorDeps } from './sponsor-plan.ts';

export interface CaseActivityDeps {
  readonly models: Models;
  readonly reference: ScreeningReference &
    MatchReference &
    Pick<Reference, 'currentPolicy' | 'calendar'> &
    SponsorDeps['reference'];
  readonly dispatch: (command: CommandRecord) => Promise<void>;
  readonly sponsorChunk?: number;
}

/** All activities of the cases' worker, over real records. */
export function createCaseActivities({
  models,
  reference,
  dispatch,
  sponsorChunk,
}: CaseActivityDeps): CaseActivities & MatchActivities {
  const { db } = models;
  const effects = { db, reference, dispatch, countReviewers: createCountReviewers(db) };
  const reporter = createFindingReporter({
    findings: models.findings,
    commands: models.commands,
    dispatch,
    policyVersion: (now) => reference.currentPolicy(now).version,
  });
  const kinds: CaseKinds = {
    need: kindOf('need', createProjectNeed(db, reference)),
    pledge: kindOf('pledge', createProjectPledge(db)),
    offer: kindOf('offer', createProjectOffer(db)),
    application: kindOf('application', createProjectApplication(db)),
    certification: kindOf('certification', createProjectCertification(db)),
    handover: kindOf('handover', createProjectHandover(db)),
    finding: kindOf('finding', createProjectFinding(db)),
    sponsorship: kindOf('sponsorship', createProjectSponsorship(db)),
    complaint: kindOf('complaint', createProjectComplaint(db)),
  };
  return {
    record: createRecord({
      db,
      kinds,
      dispatch,
      report: async (finding) => {
        await reporter.report(finding);
      },
    }),
    react: createReact({
      screen: createScreen(effects),
      voidPledges: createVoidPledges(effects),
      pausePledges: createHoldClock(effects, 'pauseHold'),
      resumePledges: createHoldClock(effects, 'resumeHold'),
      ...createRoutes(effects),
      planSponsorship: createPlanSponsorship({
        ...{ models, reference, dispatch },
        ...(sponsorChunk !== undefined && { chunkSize: sponsorChunk }),
      }),
      claimSponsored: createClaimSponsored({ models, reference, dispatch }),
      sendSponsored: createSendSponsored({ models, dispatch }),
      voidProposals: createVoidProposals(effects),
    }),
    ...createMatchActivities({ models, reference, dispatch }),
  };
}

function kindOf(caseType: string, project: Projector): CaseKinds[string] {
  const decider = CASE_DECIDERS[caseType];
  if (decider === undefined) throw new Error(`no case kind ${caseType}`);
  return { decider, project };
}
