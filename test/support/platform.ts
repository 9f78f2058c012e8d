import { setTimeout as sleep } from 'node:timers/promises';
import { randomInt, randomUUID } from 'node:crypto';
import { WorkflowNotFoundError } from '@temporalio/client';
import { v7 as uuidv7 } from 'uuid';
import { checkAll, type CheckReport, type WorkflowLook } from '../../activities/check.ts';
import type { ClientLog } from '../../activities/check-log.ts';
import { scoreDifferences } from '../../activities/scores.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { loadConfig, type Config } from '../../infra/config.ts';
import { createTemporalClient } from '../../infra/temporal/connection.ts';
import type { NeedRecord } from '../../models/need.ts';
import { setup } from '../../scripts/setup.ts';
import { createApps } from '../../stack/apps.ts';
import type { ServerProcess } from '../../stack/server-process.ts';
import type { Stack } from '../../stack/stack.ts';
import { createTestApi, type TestApi, type TestPerson } from './api.ts';
import { addHousehold, upload, VILLAGE } from './needs.ts';
import { freePorts, startOwnStack, temporaryFolder } from './stack.ts';

/** The whole platform as real processes on servers of its own, to be broken by fault tests. */
export interface Platform {
  readonly stack: Stack;
  readonly config: Config;
  readonly api: ServerProcess;
  readonly cases: ServerProcess;
  readonly jobs: ServerProcess;
  /** For making people, and for looking into the records; its own HTTP server is not used. */
  readonly inside: TestApi;
  readonly people: People;
  readonly log: Mutable<ClientLog>;
  /** Puts a ready draft into the records. */
  draft(): Promise<string>;
  call(method: 'GET' | 'POST', path: string, as: TestPerson, options?: CallOptions): Promise<Answered>;
  /** Waits until nothing is on its way any more. @throws when it does not get quiet */
  quiet(ms: number): Promise<void>;
  check(): Promise<CheckReport>;
  /** How the tries of these workflows' activities ended that nobody answered: `HEARTBEAT`, or another limit's number. */
  timedOut(workflowIds: readonly string[]): Promise<string[]>;
  stop(): Promise<void>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] extends readonly (infer E)[] ? E[] : T[K] };
export interface People {
  readonly publisher: TestPerson;
  readonly cadre: TestPerson;
  readonly donors: readonly TestPerson[];
}
export interface CallOptions {
  readonly body?: object;
  readonly key?: string;
  /** How long a failed call is repeated with the same key; 0 gives up at once. */
  readonly patienceMs?: number;
}
/** `status` 0: no answer. */
export interface Answered {
  readonly status: number;
  readonly body: { readonly [name: string]: unknown };
  readonly tries: number;
}

let shared: Promise<Platform> | undefined;

/** One platform for all tests of a run: starting it costs more than most of them. Small chunks, so that there are many. */
export const SPONSOR_CHUNK = 10;
export function sharedPlatform(): Promise<Platform> {
  shared ??= startPlatform({ SPONSOR_CHUNK: String(SPONSOR_CHUNK) });
  return shared;
}

/** For a root hook: after the last test of all. */
export async function stopSharedPlatform(): Promise<void> {
  const platform = await shared?.catch(() => undefined);
  shared = undefined;
  await platform?.stop();
}

const ATTEMPT_MS = 12_000;
/** TIMEOUT_TYPE_HEARTBEAT of Temporal's API. */
const TIMEOUT_BY_SILENCE = 4;

async function startPlatform(more: Readonly<Record<string, string>>): Promise<Platform> {
  const stack = await startOwnStack();
  const [apiPort, casesPort, jobsPort] = await freePorts(3);
  const env: Record<string, string> = {
    ...stack.env,
    BANGFU_PROFILE: 'test',
    BANGFU_DATA_DIR: await temporaryFolder(),
    API_PORT: String(apiPort),
    WORKER_METRICS_PORT: String(casesPort),
    JOBS_METRICS_PORT: String(jobsPort),
    LOG_LEVEL: 'warn',
    ...more,
  };
  const config = loadConfig(env);
  await setup(config, { demoData: false });
  const inside = await createTestApi(config);
  const [api, cases, jobs] = createApps(config, env);
  if (!api || !cases || !jobs) throw new Error('there are three processes');
  await Promise.all([api.start(), cases.start(), jobs.start()]);
  const people = await makePeople(inside);
  const photo = await upload(inside, people.publisher);
  const client = createTemporalClient(config);
  const url = `http://${config.api.host}:${config.api.port}`;
  const log: Mutable<ClientLog> = { acknowledged: [], told: [], unsure: [] };
  const { models } = inside.deps;

  async function call(
    method: 'GET' | 'POST',
    path: string,
    as: TestPerson,
    { body, key = randomUUID(), patienceMs = 60_000 }: CallOptions = {},
  ): Promise<Answered> {
    const giveUpAt = Date.now() + patienceMs;
    for (let tries = 1; ; tries += 1) {
      const answer = await attempt(method, `${url}${path}`, as, body, key);
      const passing = [0, 429, 502, 503, 504].includes(answer.status) || answer.body['code'] === 'REQUEST_IN_FLIGHT';
      if (!passing || Date.now() >= giveUpAt) return { ...answer, tries };
      await sleep(100 + Math.random() * 200);
    }
  }

  const look: WorkflowLook = {
    async status(id) {
      try {
        const { status } = await client.workflow.getHandle(id).describe();
        return status.name === 'RUNNING' ? 'running' : 'closed';
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return 'missing';
        throw error;
      }
    },
    async chains() {
      const runs = new Map<string, number>();
      for await (const { workflowId, status } of client.workflow.list()) {
        if (status.name !== 'CONTINUED_AS_NEW') runs.set(workflowId, (runs.get(workflowId) ?? 0) + 1);
      }
      return runs;
    },
  };

  /** Nothing pending, every need and pledge with its case, and all events counted. */
  async function restless(): Promise<string | null> {
    const pending = await models.commands.commands.countDocuments({ status: 'pending' });
    if (pending > 0) return `${pending} pending commands`;
    const waiting = await models.needs.needs.countDocuments({
      submittedAt: { $ne: null },
      stage: { $in: ['draft', 'submitted'] },
    });
    const offered = await models.pledges.pledges.countDocuments({ stage: 'offered' });
    if (waiting + offered > 0) return `${waiting} needs and ${offered} pledges on their way`;
    const { counted } = models.statistics;
    for await (const { _id, seq } of models.cases.cases.find({}).project<{ _id: string; seq: number }>({ seq: 1 })) {
      if ((await counted.findOne({ _id }))?.seq !== seq) return `${_id} is not counted`;
    }
    const { currentPolicy } = inside.deps.reference;
    const unbooked = await scoreDifferences({ db: models.db, deciders: CASE_DECIDERS, currentPolicy });
    if (unbooked.size > 0) return `${unbooked.size} entries of scores are not booked`;
    return null;
  }

  return {
    ...{ stack, config, api, cases, jobs, inside, people, log, call },
    draft: () => insertDraft(inside, people.publisher, photo),
    async quiet(ms) {
      let why: string | null = 'not looked yet';
      for (const giveUpAt = Date.now() + ms; Date.now() < giveUpAt; await sleep(250)) {
        why = await restless().catch((error: unknown) => String(error));
        if (why === null) return;
      }
      throw new Error(`not quiet after ${ms / 1000} s: ${why}`);
    },
    async timedOut(ids) {
      const histories = await Promise.all(ids.map((id) => client.workflow.getHandle(id).fetchHistory()));
      return histories
        .flatMap(({ events }) => events ?? [])
        .flatMap(
          (event) => event.activityTaskStartedEventAttributes?.lastFailure?.timeoutFailureInfo?.timeoutType ?? [],
        )
        .map((type) => (type === TIMEOUT_BY_SILENCE ? 'HEARTBEAT' : String(type)));
    },
    check: () => checkAll({ models, look, log, pendingMs: 0 }),
    async stop() {
      await Promise.all([api.stop(), cases.stop(), jobs.stop()]);
      await client.connection.close();
      await inside.close();
      await stack.stop();
    },
  };
}

async function attempt(method: string, url: string, as: TestPerson, body: object | undefined, key: string) {
  try {
    const response = await fetch(url, {
      method,
      headers: {
        authorization: `Bearer ${as.token}`,
        ...(method === 'POST' && { 'idempotency-key': key }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(ATTEMPT_MS),
    });
    const text = await response.text();
    return { status: response.status, body: (text === '' ? {} : JSON.parse(text)) as Answered['body'] };
  } catch {
    return { status: 0, body: {} };
  }
}

async function makePeople(inside: TestApi): Promise<People> {
  const publisher = await inside.person({ grants: [{ role: 'helper', regionCode: VILLAGE.slice(0, 6) }] });
  const cadre = await inside.cadre('village', VILLAGE);
  const donors = await Promise.all(Array.from({ length: 10 }, () => inside.donor()));
  return { publisher, cadre, donors };
}

/** A posting of a helper for a household of its own: one line of two quilts. */
async function insertDraft(inside: TestApi, publisher: TestPerson, photo: string): Promise<string> {
  const { deps } = inside;
  const household = await addHousehold(inside, { helperId: publisher.id });
  const { regionPath } = (await deps.models.households.find(household.id)) ?? { regionPath: [] };
  const now = new Date();
  const recordingId = uuidv7();
  await deps.models.recordings.insert({
    ...{ _id: recordingId, householdId: household.id, uploadedBy: publisher.id, mime: 'audio/wav', bytes: 4000 },
    ...{ sha256: '', keyId: 'test', key: Buffer.alloc(1), createdAt: now },
  });
  const place = { free: 2, held: 0, sent: 0, received: 0 };
  const line = { id: uuidv7(), name: '棉被', unit: '床', quantity: 2, unitPriceFen: 6_000, condition: 'new', ...place };
  const need = {
    ...{ _id: uuidv7(), rev: 1, stage: 'draft', seq: 0, stageSince: now, dueAt: null, waitingOn: 'publisher' },
    ...{ reviewLevel: null, reviewAssigneeId: null, publishedAt: null, expiresAt: null, revisionId: uuidv7() },
    ...{ kind: 'goods', householdId: household.id, publisherId: publisher.id, recipientPublicName: '赖**' },
    ...{ relation: 'helperCadre', regionPath, regionNames: deps.reference.regions.names(regionPath) },
    consent: { kind: 'recording', reference: recordingId, givenAt: now, sensitive: true, guardian: true },
    ...{ tallyVersion: 0, openPledges: 0, progress: { committed: 'none', sent: 'none', received: 'none' } },
    ...{ policyVersion: deps.reference.currentPolicy(Date.now()).version, searchTerms: [], submittedAt: null },
    ...{ createdAt: now, updatedAt: now, title: '冬天需要两床棉被', category: 'bedding', urgency: 'normal' },
    // A story of its own: told alike, each draft would be a likely match of those before.
    ...{ details: randomHan(40), lines: [line], amountFen: 12_000, photos: [photo] },
  } as unknown as NeedRecord;
  await deps.models.needs.needs.insertOne(need);
  return need._id;
}

const randomHan = (length: number): string =>
  Array.from({ length }, () => String.fromCodePoint(0x4e00 + randomInt(20_000))).join('');

/** Follows a 202 to its outcome and notes what was told. @returns whether the command was applied */
export async function settled(platform: Platform, answer: Answered, as: TestPerson, ms = 120_000): Promise<boolean> {
  const { commandId } = answer.body as { commandId: string };
  if (answer.status === 200) {
    platform.log.told.push({
      commandId,
      status: 'applied',
      seq: Number(answer.body['seq']),
      stage: String(answer.body['stage']),
    });
    return true;
  }
  if (answer.status !== 202) return false;
  platform.log.told.push({ commandId, status: 'pending' });
  for (const giveUpAt = Date.now() + ms; Date.now() < giveUpAt; await sleep(150)) {
    const { status, body } = await platform.call('GET', `/v1/commands/${commandId}`, as);
    if (status !== 200 || body['status'] === 'pending') continue;
    const told = body['status'] as 'applied' | 'refused';
    platform.log.told.push({ commandId, status: told });
    return told === 'applied';
  }
  return false;
}

/** Reads a case's stage until it is there. */
export async function reached(
  platform: Platform,
  kind: 'need' | 'pledge',
  id: string,
  stages: readonly string[],
  ms = 120_000,
) {
  const { models } = platform.inside.deps;
  let stage = '';
  for (const giveUpAt = Date.now() + ms; Date.now() < giveUpAt; await sleep(100)) {
    const found = await (kind === 'need' ? models.needs.find(id) : models.pledges.find(id)).catch(() => null);
    stage = found?.stage ?? stage;
    if (stages.includes(stage)) return;
  }
  throw new Error(`${kind} ${id} is ${stage}, not ${stages.join(' or ')}`);
}

/** One short life over HTTP: submit, approve, claim, send, receive. `abandon` leaves after one unanswered approval. */
export async function liveOnce(platform: Platform, n: number): Promise<string> {
  const { people, log, call } = platform;
  const { publisher, cadre } = people;
  const donor = people.donors[n % people.donors.length] ?? publisher;
  const needId = await retried(() => platform.draft());
  const submitted = await call('POST', `/v1/needs/${needId}/submit`, publisher);
  if (submitted.status !== 202) throw new Error(`submit: ${submitted.status} ${JSON.stringify(submitted.body)}`);
  log.acknowledged.push({ caseType: 'need', caseId: needId });
  await reached(platform, 'need', needId, ['underReview']);
  const impatient = n % 5 === 0;
  const approved = await call('POST', `/v1/needs/${needId}/approve`, cadre, {
    body: {},
    ...(impatient && { patienceMs: 0 }),
  });
  if ([0, 502, 503, 504].includes(approved.status)) {
    log.unsure.push({ caseType: 'need', caseId: needId, name: 'approve', actorId: cadre.id });
    return 'abandoned';
  }
  await must(platform, approved, cadre, 'approve');
  await reached(platform, 'need', needId, ['published']);
  const claimed = await call('POST', `/v1/needs/${needId}/claims`, donor, {
    body: { whole: true, delivery: 'faceToFace' },
  });
  if (claimed.status !== 201) throw new Error(`claim: ${claimed.status} ${JSON.stringify(claimed.body)}`);
  const pledgeId = String(claimed.body['id']);
  log.acknowledged.push({ caseType: 'pledge', caseId: pledgeId });
  await reached(platform, 'pledge', pledgeId, ['held']);
  await must(platform, await call('POST', `/v1/pledges/${pledgeId}/send`, donor, { body: {} }), donor, 'send');
  await reached(platform, 'pledge', pledgeId, ['sent']);
  const photoId = await retried(() => upload(platform.inside, cadre));
  const confirmed = await call('POST', `/v1/pledges/${pledgeId}/confirm`, cadre, { body: { photoId } });
  await must(platform, confirmed, cadre, 'confirm');
  await reached(platform, 'need', needId, ['following']);
  return 'followed';
}

async function must(platform: Platform, answer: Answered, as: TestPerson, what: string): Promise<void> {
  if (!(await settled(platform, answer, as)))
    throw new Error(`${what}: ${answer.status} ${JSON.stringify(answer.body)}`);
}

/** The records may be away for a moment. */
async function retried<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= 60) throw error;
      await sleep(500);
    }
  }
}
