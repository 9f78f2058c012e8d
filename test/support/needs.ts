import { createHash } from 'node:crypto';
import { expect } from 'chai';
import sharp from 'sharp';
import { v7 as uuidv7 } from 'uuid';
import type { CaseType } from '../../contracts/cases.ts';
import type { HouseholdPersonal } from '../../domain/household/household.ts';
import type { NeedState } from '../../domain/need/types.ts';
import { checkCharacter } from '../../domain/people/id-number.ts';
import { publicName } from '../../domain/people/masking.ts';
import { pathOf } from '../../domain/region/region.ts';
import { householdPlace, type HouseholdRecord } from '../../models/household.ts';
import type { Answer, TestApi, TestPerson } from './api.ts';

export const VILLAGE = '360735100223';
export const TOWNSHIP = '360735100';
export const COUNTY = '360735';

let made = 0;

/** A fictional ID number, different each time. */
function idNumber(): string {
  made += 1;
  const first17 = `99${String(made % 10_000).padStart(4, '0')}19600512${String(made % 1000).padStart(3, '0')}`;
  return first17 + checkCharacter(first17);
}

export interface TestHousehold {
  readonly id: string;
  readonly number: string;
  readonly headName: string;
  readonly headIdNumber: string;
}

/** A household in the register, put there without an import. */
export async function addHousehold(
  { deps }: TestApi,
  change: { villageCode?: string; helperId?: string; headName?: string; phone?: string | null } = {},
): Promise<TestHousehold> {
  const { villageCode = VILLAGE, helperId = null, headName = '赖秀英', phone } = change;
  const id = uuidv7();
  const headIdNumber = idNumber();
  const ordinary = { education: 'primary', health: 'healthy', labour: 'ordinary' } as const;
  const personal: HouseholdPersonal = {
    head: {
      name: headName,
      idNumber: headIdNumber,
      phone: phone === undefined ? '13900001111' : phone,
      birthDate: '1960-05-12',
      ...ordinary,
    },
    members: [{ relation: 'grandson', name: '赖小明', birthDate: '2018-03-01', ...ordinary }],
  };
  const now = new Date();
  const record: HouseholdRecord = {
    _id: id,
    rev: 1,
    number: `${villageCode}${id.slice(-8)}`,
    villageCode,
    regionPath: pathOf(villageCode),
    publicName: publicName(headName),
    sealed: deps.crypto.fields.seal(householdPlace(id), personal),
    idIndexes: [deps.crypto.index.of('idNumber', headIdNumber)],
    phoneIndex: phone == null ? null : deps.crypto.index.of('phone', phone),
    property: 'minimumLiving',
    mainCause: 'illness',
    otherCauses: [],
    incomePerCapitaFen: 400_000,
    identifiedOn: '2015-04-30',
    removedOn: null,
    headBornYear: 1960,
    members: [{ relation: 'grandson', bornYear: 2018 }],
    helperId,
    helperPhoneIndex: null,
    consents: [],
    rowHash: null,
    erasedAt: null,
    createdAt: now,
    updatedAt: now,
  };
  await deps.models.households.households.insertOne(record);
  return { id, number: record.number, headName, headIdNumber };
}

export async function upload(api: TestApi, as: TestPerson, label = Math.random()): Promise<string> {
  // As fine as the picture hash looks: coarser ones would be alike by chance now and then.
  const panes = { width: 8, height: 8, channels: 3 } as const;
  const raw = createHash('shake256', { outputLength: 192 }).update(String(label)).digest();
  const form = new FormData();
  const bytes = await sharp(raw, { raw: panes }).resize(120, 60, { kernel: 'cubic' }).jpeg().toBuffer();
  form.set('photo', new Blob([new Uint8Array(bytes)], { type: 'image/jpeg' }), 'photo.jpg');
  const answer = await api.call('POST', '/v1/photos', { as, body: form });
  expect(answer.status, answer.text).to.equal(201);
  return bodyOf<{ id: string }>(answer).id;
}

/** A household's spoken consent: as good as silence to whoever hears it, and a sound file all the same. */
export async function record(api: TestApi, as: TestPerson, householdId: string): Promise<string> {
  const form = new FormData();
  form.set('recording', new Blob([wav()], { type: 'audio/wav' }), 'consent.wav');
  const answer = await api.call('POST', `/v1/households/${householdId}/recordings`, { as, body: form });
  expect(answer.status, answer.text).to.equal(201);
  return bodyOf<{ id: string }>(answer).id;
}

export function wav(length = 4000): Uint8Array<ArrayBuffer> {
  const sound = new Uint8Array(length);
  sound.set(new TextEncoder().encode('RIFF....WAVEfmt '));
  return sound;
}

export const bodyOf = <T>(answer: Answer): T => answer.body as T;

export const quilts = (quantity = 2) => [
  { name: '棉被', unit: '床', quantity, unitPriceFen: 6_000, condition: 'new' as const },
];

export const draftFor = (householdId: string, photos: readonly string[], change: object = {}) => ({
  householdId,
  relation: 'self',
  title: '冬天需要两床棉被',
  details: '家里两位老人，冬天山上很冷，旧棉被已经不保暖。',
  category: 'bedding',
  urgency: 'normal',
  lines: quilts(),
  photos: [...photos],
  ...change,
});

/** Everybody around one village. */
export interface Village {
  readonly household: TestHousehold;
  readonly publisher: TestPerson;
  readonly villageCadre: TestPerson;
  readonly townCadre: TestPerson;
  readonly countyCadre: TestPerson;
  readonly keeper: TestPerson;
  readonly operator: TestPerson;
}

export async function settle(api: TestApi): Promise<Village> {
  const household = await addHousehold(api);
  const [publisher, villageCadre, townCadre, countyCadre, keeper, operator] = await Promise.all([
    api.person({ householdId: household.id, homeRegion: VILLAGE }),
    api.cadre('village', VILLAGE),
    api.cadre('township', TOWNSHIP),
    api.cadre('county', COUNTY),
    api.person({ grants: [{ role: 'pointKeeper', regionCode: VILLAGE }] }),
    api.operator(),
  ]);
  return { household, publisher, villageCadre, townCadre, countyCadre, keeper, operator };
}

export async function draft(api: TestApi, { publisher, household }: Village, change: object = {}): Promise<string> {
  const photo = await upload(api, publisher);
  const body = draftFor(household.id, [photo], change);
  const answer = await api.call('POST', '/v1/needs', { as: publisher, body });
  expect(answer.status, answer.text).to.equal(201);
  return bodyOf<{ id: string }>(answer).id;
}

/** Says of whatever looks like this draft that it is something else. */
export async function dismissMatches(api: TestApi, as: TestPerson, needId: string): Promise<void> {
  const path = `/v1/needs/${needId}/likely-matches`;
  const { items } = bodyOf<{ items: { needId: string }[] }>(await api.call('GET', path, { as }));
  if (items.length === 0) return;
  const said = items.map((item) => ({
    needId: item.needId,
    reasonCode: 'otherThing',
    reason: '不是同一件事，另有需要',
  }));
  const answer = await api.call('POST', `${path}/dismissals`, { as, body: { items: said } });
  expect(answer.status, answer.text).to.equal(200);
}

export async function submit(api: TestApi, village: Village, change: object = {}): Promise<string> {
  const needId = await draft(api, village, change);
  const send = (): Promise<Answer> => api.call('POST', `/v1/needs/${needId}/submit`, { as: village.publisher });
  let answer: Answer;
  // Others post in the same village at the same time: what came since is looked at, too, as a person would.
  do {
    await dismissMatches(api, village.publisher, needId);
    answer = await send();
  } while (bodyOf<{ code?: string }>(answer).code === 'LIKELY_MATCHES');
  expect(answer.status, answer.text).to.equal(202);
  return needId;
}

/** Waits until the need's record says so. */
export async function until(api: TestApi, kind: CaseType, id: string, stage: string): Promise<void> {
  const { needs, pledges, applications, certifications, complaints, findings, handovers, offers, sponsorships } =
    api.deps.models;
  const made = { need: needs, pledge: pledges, application: applications, offer: offers, complaint: complaints };
  const among = {
    certification: certifications,
    sponsorship: sponsorships,
    handover: handovers,
    finding: { find: findings.findCase },
  };
  const find = () => ({ ...made, ...among })[kind].find(id);
  for (let waited = 0; waited < 8_000; waited += 50) {
    if ((await find())?.stage === stage) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${kind} ${id} is ${(await find())?.stage ?? 'missing'}, not ${stage}`);
}

/** Done. Under load a command may be kept and applied later (202): then its outcome is awaited, and must be that it was applied. */
export async function ok(api: TestApi, as: TestPerson, path: string, body?: object): Promise<Answer> {
  const answer = await api.call('POST', path, { as, ...(body !== undefined && { body }) });
  if (answer.status === 202) return applied(api, as, bodyOf<{ commandId: string }>(answer).commandId, path);
  expect(answer.status, `${path}: ${answer.text}`).to.equal(200);
  return answer;
}

async function applied(api: TestApi, as: TestPerson, commandId: string, path: string): Promise<Answer> {
  for (let waited = 0; waited < 15_000; waited += 50) {
    const answer = await api.call('GET', `/v1/commands/${commandId}`, { as });
    const { status } = bodyOf<{ status: string }>(answer);
    if (status !== 'pending') {
      expect(status, `${path}: ${answer.text}`).to.equal('applied');
      return answer;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${path} is still pending`);
}

/** The household has seen what strangers will see of it. */
export async function agree(api: TestApi, as: TestPerson, needId: string): Promise<void> {
  const { revisionId } = (await api.deps.models.needs.find(needId)) ?? {};
  await ok(api, as, `/v1/needs/${needId}/consent`, { revisionId });
}

/** A need that donors may claim. */
export async function publish(api: TestApi, village: Village, change: object = {}): Promise<string> {
  const needId = await submit(api, village, change);
  await until(api, 'need', needId, 'underReview');
  const state = (await api.deps.models.cases.find('need', needId))?.state as NeedState | undefined;
  if (state?.previewAsked !== undefined) await agree(api, village.publisher, needId);
  await ok(api, village.villageCadre, `/v1/needs/${needId}/approve`, {});
  return needId;
}
