import { v7 as uuidv7 } from 'uuid';
import type { Level } from '../../domain/kernel/types.ts';
import { pathOf } from '../../domain/region/region.ts';
import type { NeedRecord } from '../../models/need.ts';
import { soundKey, soundPlace } from '../../models/recording.ts';
import type { TestApi } from './api.ts';
import { VILLAGE, type Somebody } from './world-people.ts';

/** What else the world has: put into the database, and named. */

export async function addCase(api: TestApi, need: NeedRecord): Promise<void> {
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

export async function addRecheck(api: TestApi, need: NeedRecord): Promise<string> {
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

export async function addDataRequest(api: TestApi, kind: 'export' | 'erasure', accountId: string): Promise<string> {
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

export async function addFinding(api: TestApi, need: NeedRecord): Promise<string> {
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
export async function addStandIn(api: TestApi, near: readonly Somebody[]): Promise<string> {
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
export async function addConsent(api: TestApi, householdId: string, askedBy: string): Promise<string> {
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

/** The helper keeps what the household said, and the need was posted with it. */
export async function addRecording(
  { deps }: TestApi,
  { _id: needId, householdId }: NeedRecord,
  by: string,
): Promise<string> {
  const _id = uuidv7();
  const { data, keyId, key } = deps.crypto.fields.sealBytes(soundPlace(_id), Buffer.from('a sound'));
  await deps.photos.put(soundKey(_id), data as Buffer);
  const said = { householdId, uploadedBy: by, mime: 'audio/wav', bytes: 7, sha256: '', createdAt: new Date() } as const;
  const { recordings } = deps.models.recordings;
  await recordings.insertOne({ _id, ...said, keyId, key, usedBy: [needId], unusedUntil: null });
  return _id;
}

export async function addCommand(api: TestApi, need: NeedRecord, by: string): Promise<string> {
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

export async function addImport(api: TestApi, requestedBy: string): Promise<string> {
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

export async function addHousehold(api: TestApi, _id: string, helperId: string): Promise<void> {
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
