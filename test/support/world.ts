import { v7 as uuidv7 } from 'uuid';
import { LEVELS, pathOf } from '../../domain/region/region.ts';
import type { Level } from '../../domain/kernel/types.ts';
import type { HumanRole } from '../../api/route.ts';
import type { MatchRecord } from '../../models/match.ts';
import type { OfferRecord } from '../../models/offer.ts';
import type { ApplicationRecord } from '../../models/application.ts';
import type { HandoverRecord } from '../../models/handover.ts';
import type { SponsorshipRecord } from '../../models/sponsorship.ts';
import { addCertification } from './certifications.ts';
import { addFeedback, addNews, addOutcomeCheck } from './follow-up.ts';
import { complaintRecord } from './complaints.ts';
import type { NeedRecord } from '../../models/need.ts';
import type { PledgeRecord } from '../../models/pledge.ts';
import type { TestApi, TestPerson } from './api.ts';

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

export interface Somebody extends TestPerson {
  readonly name: string;
  readonly role: HumanRole;
  readonly level?: Level;
}

const VILLAGE = '360735100223';
const FAR_COUNTY = '422801';
const LINE_ID = uuidv7();

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
    consentId: await addConsent(api, householdId, named('helper')),
    caseType: 'need',
    caseId: need._id,
    code: VILLAGE,
    certificateCode: 'BF-AAAA-AAAA-AAAA-AAAA',
  };
  return { regionPath: place.regionPath, ids, draftId: draft._id, restoreDraft, near, far };
}

async function nearPeople(api: TestApi, householdId: string): Promise<Somebody[]> {
  const grants = (role: HumanRole, regionCode?: string) => ({
    grants: [{ role, ...(regionCode !== undefined && { regionCode }) }],
  });
  const cadres = LEVELS.map(async (level): Promise<Somebody> => {
    const regionCode = pathOf(VILLAGE).find((code) => code.length === VILLAGE_DIGITS[level]) ?? '';
    return { name: `near cadre ${level}`, role: 'cadre', level, ...(await api.cadre(level, regionCode)) };
  });
  return Promise.all([
    api.person(grants('helper', '360735')).then((p): Somebody => ({ name: 'publisher', role: 'helper', ...p })),
    api.person(grants('helper', '360735')).then((p): Somebody => ({ name: 'helper', role: 'helper', ...p })),
    api
      .person({ ...grants('household'), householdId })
      .then((p): Somebody => ({ name: 'recipient', role: 'household', ...p })),
    api.person({}).then((p): Somebody => ({ name: 'applicant', role: 'person', ...p })),
    api.donor().then((p): Somebody => ({ name: 'donor', role: 'donor', ...p })),
    api.person(grants('pointKeeper', VILLAGE)).then((p): Somebody => ({ name: 'keeper', role: 'pointKeeper', ...p })),
    api.operator().then((p): Somebody => ({ name: 'operator', role: 'operator', ...p })),
    ...cadres,
  ]);
}

const VILLAGE_DIGITS: Readonly<Record<Level, number>> = { province: 2, city: 4, county: 6, township: 9, village: 12 };

/** People of 恩施市: other regions at every level. */
async function farPeople(api: TestApi): Promise<Somebody[]> {
  const { regions } = api.deps.reference;
  const township = regions.children(FAR_COUNTY)[0]?.code ?? '';
  const village = regions.children(township)[0]?.code ?? '';
  const code: Readonly<Record<Level, string>> = { province: '42', city: '4228', county: FAR_COUNTY, township, village };
  const cadres = LEVELS.map(async (level): Promise<Somebody> => ({
    name: `far cadre ${level}`,
    role: 'cadre',
    level,
    ...(await api.cadre(level, code[level])),
  }));
  const others = (['person', 'donor', 'helper', 'household', 'pointKeeper'] as const).map(
    async (role): Promise<Somebody> => {
      const grant = role === 'pointKeeper' ? { role, regionCode: village } : { role };
      const household = role === 'household' ? { householdId: uuidv7() } : {};
      return {
        name: `far ${role}`,
        role,
        ...(await api.person({ grants: role === 'person' ? [] : [grant], ...household })),
      };
    },
  );
  return Promise.all([...others, ...cadres]);
}

type Place = Pick<NeedRecord, 'regionPath' | 'householdId' | 'publisherId'>;

function needRecord(api: TestApi, _id: string, place: Place): NeedRecord {
  const now = new Date();
  return {
    _id,
    rev: 3,
    stage: 'published',
    seq: 3,
    stageSince: now,
    dueAt: new Date(now.getTime() + 86_400_000),
    waitingOn: 'donor',
    reviewLevel: null,
    reviewAssigneeId: null,
    audience: 'nation',
    publishedAt: now,
    expiresAt: new Date(now.getTime() + 40 * 86_400_000),
    revisionId: uuidv7(),
    kind: 'goods',
    ...place,
    recipientPublicName: '赖**',
    relation: 'helperCadre',
    regionNames: api.deps.reference.regions.names(place.regionPath),
    consent: null,
    tallyVersion: 0,
    openPledges: 0,
    progress: { committed: 'none', sent: 'none', received: 'none' },
    policyVersion: api.deps.reference.currentPolicy(Date.now()).version,
    searchTerms: [],
    submittedAt: now,
    createdAt: now,
    updatedAt: now,
    title: '冬天的棉被',
    details: '家里老人怕冷，需要两床厚棉被过冬。',
    category: 'goods.bedding.quilt',
    urgency: 'normal',
    lines: [
      {
        id: LINE_ID,
        name: '棉被',
        unit: '床',
        quantity: 2,
        unitPriceFen: 12_000,
        condition: 'new',
        free: 2,
        held: 0,
        sent: 0,
        received: 0,
      },
    ],
    amountFen: 24_000,
    photos: [],
  } as NeedRecord;
}

function pledgeRecord(_id: string, need: NeedRecord, donorId: string): PledgeRecord {
  const now = new Date();
  const { publisherId, householdId, regionPath, title } = need;
  return {
    _id,
    rev: 1,
    stage: 'sent',
    seq: 2,
    stageSince: now,
    dueAt: new Date(now.getTime() + 86_400_000),
    waitingOn: 'donor',
    needId: need._id,
    needTitle: title,
    donorId,
    publisherId,
    householdId,
    regionPath,
    delivery: 'villagePoint',
    lines: [{ lineId: LINE_ID, quantity: 1 }],
    receivedLines: [],
    marks: [],
    shipment: null,
    receiptPhotoId: null,
    pickupTries: 0,
    penalty: false,
    createdAt: now,
    updatedAt: now,
  } as PledgeRecord;
}

/** For the office of the village; it waits for its township. */
function offerRecord(_id: string, donorId: string): OfferRecord {
  const now = new Date();
  return {
    _id,
    rev: 3,
    stage: 'underReview',
    seq: 2,
    stageSince: now,
    dueAt: now,
    waitingOn: 'countyCadre',
    reviewLevel: 'county',
    decidedBy: null,
    open: true,
    donorId,
    donorName: '张**',
    regionCode: VILLAGE.slice(0, 6),
    regionPath: pathOf(VILLAGE.slice(0, 6)),
    regionNames: ['江西省', '赣州市', '石城县'],
    category: 'bedding',
    itemName: '棉被',
    unit: '床',
    quantity: 5,
    unitValueFen: 6000,
    condition: 'new',
    delivery: 'villagePoint',
    until: new Date(now.getTime() + 86_400_000),
    approvedAt: null,
    left: 5,
    proposed: 0,
    accepted: 0,
    sent: 0,
    given: 0,
    tallyVersion: 0,
    policyVersion: '2026-01',
    createdAt: now,
    updatedAt: now,
  };
}

const matchRecord = (_id: string, { _id: offerId, donorId }: OfferRecord): MatchRecord => ({
  _id,
  offerId,
  donorId,
  stage: 'done',
  found: [],
  results: [],
  createdAt: new Date(),
  finishedAt: new Date(),
});

function applicationRecord(_id: string, applicantId: string): ApplicationRecord {
  const now = new Date();
  return {
    _id,
    rev: 2,
    stage: 'underReview',
    seq: 2,
    stageSince: now,
    dueAt: new Date(now.getTime() + 86_400_000),
    waitingOn: 'townCadre',
    reviewLevel: 'township',
    decidedBy: null,
    open: true,
    applicantId,
    level: 'village',
    regionCode: VILLAGE,
    regionPath: pathOf(VILLAGE).slice(0, -1),
    regionNames: ['江西省', '赣州市', '石城县', '琴江镇', '长乐村'],
    statement: '我在村里工作多年，愿意为乡亲服务。',
    policyVersion: 'test',
    createdAt: now,
    updatedAt: now,
  };
}

/** Of the village's cadre, for his colleague. */
function handoverRecord(_id: string, giverId: string, receiverId: string): HandoverRecord {
  const now = new Date();
  return {
    ...{ _id, rev: 2, stage: 'offered', seq: 1, stageSince: now, dueAt: new Date(now.getTime() + 86_400_000) },
    ...{ waitingOn: 'villageCadre', giverId, giverName: '张**', receiverId, receiverName: '李**' },
    ...{ level: 'village', regionCode: VILLAGE, regionPath: pathOf(VILLAGE) },
    ...{ regionNames: ['江西省', '赣州市', '石城县', '琴江镇', '长乐村'], needIds: [uuidv7()], reason: '下乡学习' },
    ...{ policyVersion: 'test', createdAt: now, updatedAt: now },
  };
}

function sponsorshipRecord(_id: string, donorId: string): SponsorshipRecord {
  const now = new Date();
  return {
    _id,
    rev: 2,
    stage: 'underReview',
    seq: 1,
    stageSince: now,
    dueAt: now,
    waitingOn: 'operator',
    donorId,
    organisation: '长乐慈善会',
    regionPath: pathOf(VILLAGE).slice(0, 3),
    regionNames: ['江西省', '赣州市', '石城县'],
    category: null,
    needs: 10,
    budgetFen: null,
    perNeedFen: null,
    delivery: 'villagePoint',
    planned: null,
    totals: { tried: 0, claimed: 0, units: 0, valueFen: 0 },
    policyVersion: 'test',
    createdAt: now,
    updatedAt: now,
  };
}

async function addCase(api: TestApi, need: NeedRecord): Promise<void> {
  const { stage, seq, stageSince, dueAt, waitingOn, regionPath, category, policyVersion } = need;
  await api.deps.models.cases.cases.insertOne({
    _id: `need:${need._id}`,
    caseType: 'need',
    caseId: need._id,
    stage,
    stageSince,
    seq,
    hash: '',
    dueAt,
    dueCommand: 'expire',
    waitingOn,
    parkedReason: null,
    regionPath,
    category,
    urgency: 2,
    terminal: false,
    policyVersion,
    state: { id: need._id, stage, stageSince: stageSince.getTime(), clock: {} },
    seed: {},
    reportAfter: null,
    startedAt: need.createdAt,
    updatedAt: need.createdAt,
  });
}

async function addRecheck(api: TestApi, need: NeedRecord): Promise<string> {
  const _id = uuidv7();
  const { regionPath, regionNames, publisherId, householdId, title, details, category, urgency } = need;
  const { lines, amountFen, photos } = need;
  await api.deps.models.rechecks.rechecks.insertOne({
    ...{ _id, regionPath, regionNames, publisherId, householdId, title, details, category, urgency },
    ...{ lines, amountFen, photos, needId: need._id, reviewerId: 'somebody', level: 'village' },
    ...{ levels: ['village', 'township'], status: 'open', decision: null, agreed: null, reasonCode: null },
    ...{ reason: null, decidedBy: null, commandId: null, decidedAt: null, createdAt: new Date() },
    ...{ dueAt: null, remindAt: null },
  });
  return _id;
}

async function addDataRequest(api: TestApi, kind: 'export' | 'erasure', accountId: string): Promise<string> {
  const _id = uuidv7();
  const now = new Date();
  const archive = api.deps.crypto.fields.seal({ collection: 'dataRequests', id: _id, field: 'archive' }, { accountId });
  await api.deps.models.dataRequests.requests.insertOne({
    ...{ _id, kind, accountId, householdId: null, stage: kind === 'export' ? 'ready' : 'waiting', open: true },
    ...{ dueAt: null, blockedBy: null, doneAt: now, doneBy: null, createdAt: now },
    archive: kind === 'export' ? archive : null,
  });
  return _id;
}

async function addFinding(api: TestApi, need: NeedRecord): Promise<string> {
  const found = {
    kind: 'oldCase',
    caseType: 'need',
    caseId: need._id,
    detail: 'published',
    regionPath: need.regionPath,
  };
  await api.deps.models.findings.report(found);
  return (await api.deps.models.findings.find(`oldCase:need:${need._id}`))?.findingId ?? '';
}

/** The village's cadre has a stand-in: the one of the township. */
async function addStandIn(api: TestApi, near: readonly Somebody[]): Promise<string> {
  const id = uuidv7();
  const of = (level: Level): string => near.find((p) => p.name === `near cadre ${level}`)?.id ?? '';
  const now = new Date();
  const office = { id, role: 'cadre' as const, level: 'village' as const, regionCode: VILLAGE };
  const leave = { standsInFor: of('village'), from: now, until: new Date(now.getTime() + 86_400_000) };
  await api.deps.models.accounts.grant(of('township'), {
    ...office,
    ...leave,
    grantedBy: of('village'),
    grantedAt: now,
  });
  return id;
}

/** The helper has asked the household for its consent. */
async function addConsent(api: TestApi, householdId: string, askedBy: string): Promise<string> {
  const _id = uuidv7();
  const asked = {
    householdId,
    askedBy,
    maskedPhone: '139****0000',
    phoneIndex: 'x',
    sensitive: false,
    guardian: false,
  };
  await api.deps.models.codes.consents.insertOne({ _id, ...asked, askedAt: new Date(), givenAt: null });
  return _id;
}

async function addCommand(api: TestApi, need: NeedRecord, by: string): Promise<string> {
  const _id = api.deps.crypto.derive.mac('commandId', uuidv7());
  await api.deps.models.commands.accept({
    _id,
    caseType: 'need',
    caseId: need._id,
    name: 'renew',
    actor: { id: by, role: 'helper' },
    data: {},
    bodyHash: 'x',
  });
  return _id;
}

async function addImport(api: TestApi, requestedBy: string): Promise<string> {
  const _id = uuidv7();
  const now = new Date();
  await api.deps.models.db.collection<{ _id: string }>('imports').insertOne({
    _id,
    kind: 'households',
    requestedBy,
    regionCode: '360735',
    dryRun: true,
    status: 'done',
    fileBytes: 1,
    bytesRead: 1,
    counts: { rows: 0, created: 0, updated: 0, unchanged: 0, failed: 0 },
    errors: [],
    errorTotal: 0,
    failure: null,
    createdAt: now,
    startedAt: now,
    finishedAt: now,
    updatedAt: now,
  } as { _id: string });
  return _id;
}

async function addHousehold(api: TestApi, _id: string, helperId: string): Promise<void> {
  const now = new Date();
  const known = { birthDate: '1960-01-15', education: 'primary', health: 'healthy', labour: 'ordinary' };
  const head = { name: '赖秀英', ...known, idNumber: '994489196001152722', phone: null };
  const personal = { head, members: [] };
  await api.deps.models.db.collection<{ _id: string }>('households').insertOne({
    _id,
    rev: 1,
    number: '36073510022300000001',
    villageCode: VILLAGE,
    regionPath: pathOf(VILLAGE),
    publicName: '赖**',
    sealed: api.deps.crypto.fields.seal({ collection: 'households', id: _id, field: 'sealed' }, personal),
    idIndexes: [],
    phoneIndex: null,
    property: 'general',
    mainCause: 'illness',
    otherCauses: [],
    incomePerCapitaFen: 400_000,
    identifiedOn: '2015-04-30',
    removedOn: null,
    headBornYear: 1960,
    members: [],
    helperId,
    helperPhoneIndex: null,
    consents: [],
    rowHash: null,
    erasedAt: null,
    createdAt: now,
    updatedAt: now,
  } as { _id: string });
}
