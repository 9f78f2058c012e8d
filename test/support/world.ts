import { v7 as uuidv7 } from 'uuid';
import { pathOf } from '../../domain/region/region.ts';
import type { TestApi } from './api.ts';
import { addCertification } from './certifications.ts';
import { complaintRecord } from './complaints.ts';
import { addFeedback, addNews, addOutcomeCheck } from './follow-up.ts';
import {
  addCase,
  addCommand,
  addConsent,
  addDataRequest,
  addFinding,
  addHousehold,
  addImport,
  addRecording,
  addRecheck,
  addStandIn,
} from './world-others.ts';
import { farPeople, nearPeople, VILLAGE, type Somebody } from './world-people.ts';
import {
  applicationRecord,
  handoverRecord,
  matchRecord,
  needRecord,
  offerRecord,
  pledgeRecord,
  sponsorshipRecord,
} from './world-records.ts';

/** One village with a record of every kind, the people it concerns, and people of every role who live far away. */
export interface World {
  readonly regionPath: readonly string[];
  /** Path parameters that name the records. */
  readonly ids: Readonly<Record<string, string>>;
  readonly draftId: string;
  /** Puts the draft back as it was, when a test has deleted or submitted it. */
  restoreDraft(): Promise<void>;
  /** Everybody who may have to do with the records. */
  readonly near: readonly Somebody[];
  /** One of each role and level, who has nothing to do with them. */
  readonly far: readonly Somebody[];
}

export async function createWorld(api: TestApi): Promise<World> {
  const householdId = uuidv7();
  const far = await farPeople(api);
  const near = await nearPeople(api, householdId);
  const named = (name: string): string => near.find((p) => p.name === name)?.id ?? '';
  const place = { regionPath: pathOf(VILLAGE), householdId, publisherId: named('publisher') };
  const need = needRecord(api, uuidv7(), place);
  const draft = { ...needRecord(api, uuidv7(), place), stage: 'draft' as const, seq: 0, submittedAt: null };
  const pledge = pledgeRecord(uuidv7(), need, named('donor'));
  const application = applicationRecord(uuidv7(), named('applicant'));
  const offer = offerRecord(uuidv7(), named('donor'));
  const match = matchRecord(uuidv7(), offer);
  const { models } = api.deps;
  await models.offers.offers.insertOne(offer);
  await models.matches.matches.insertOne(match);
  await models.needs.needs.insertMany([need, draft]);
  await models.pledges.pledges.insertOne(pledge);
  await models.applications.applications.insertOne(application);
  const complaint = complaintRecord(api, named('applicant'), need);
  await models.complaints.complaints.insertOne(complaint);
  const handover = handoverRecord(uuidv7(), named('near cadre village'), uuidv7());
  await models.handovers.handovers.insertOne(handover);
  const sponsorship = sponsorshipRecord(uuidv7(), named('donor'));
  await models.sponsorships.sponsorships.insertOne(sponsorship);
  await addCase(api, need);
  const restoreDraft = async (): Promise<void> => {
    await models.needs.needs.replaceOne({ _id: draft._id }, draft, { upsert: true });
  };
  const commandId = await addCommand(api, need, named('publisher'));
  const importId = await addImport(api, named('near cadre county'));
  await addHousehold(api, householdId, named('helper'));
  const standInId = await addStandIn(api, near);
  const ids = {
    accountId: (await api.person({ grants: [{ role: 'helper', regionCode: '360735100' }] })).id,
    standInId,
    recheckId: await addRecheck(api, need),
    findingId: await addFinding(api, need),
    erasureId: await addDataRequest(api, 'erasure', (await api.person()).id),
    exportId: await addDataRequest(api, 'export', named('publisher')),
    needId: need._id,
    pledgeId: pledge._id,
    applicationId: application._id,
    complaintId: complaint._id,
    ...(await addCertification(api, named('applicant'), VILLAGE.slice(0, 9))),
    newsId: await addNews(api, need),
    feedbackId: await addFeedback(api, need),
    outcomeCheckId: await addOutcomeCheck(api, need),
    handoverId: handover._id,
    sponsorshipId: sponsorship._id,
    offerId: offer._id,
    matchId: match._id,
    householdId,
    commandId,
    importId,
    recordingId: await addRecording(api, need, named('helper')),
    consentId: await addConsent(api, householdId, named('helper')),
    caseType: 'need',
    caseId: need._id,
    code: VILLAGE,
    certificateCode: 'BF-AAAA-AAAA-AAAA-AAAA',
  };
  return { regionPath: place.regionPath, ids, draftId: draft._id, restoreDraft, near, far };
}
