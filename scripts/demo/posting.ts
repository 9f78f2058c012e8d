import { ApiError, type Client } from './client.ts';
import type { DemoDeps } from './need-run.ts';
import type { Person } from './people.ts';
import { RUN } from './newcomer.ts';
import { pictureFrom } from './photos.ts';
import type { SampleNeed } from './sample.ts';

/** What a publisher does: pictures, a draft, and its submission. */

/** Each run shows its own pictures: one that stands in a need of an earlier run would be asked about. */
export async function uploadPhoto(client: Client, by: Person, seed: string): Promise<string> {
  const form = new FormData();
  form.set('photo', await pictureFrom(`${RUN} ${seed}`), `${seed}.jpg`);
  const { id } = await client.post<{ id: string }>('photo', '/v1/photos', by.token, form);
  return id;
}

/** What the household says on tape; silence does for a demo. */
export async function record(client: Client, by: Person, householdId: string): Promise<string> {
  const sound = new Uint8Array(8_000);
  sound.set(new TextEncoder().encode('RIFF....WAVEfmt '));
  const form = new FormData();
  form.set('recording', new Blob([sound], { type: 'audio/wav' }), 'consent.wav');
  const path = `/v1/households/${householdId}/recordings`;
  return (await client.post<{ id: string }>('recording', path, by.token, form)).id;
}

/** The household agrees today that others read of it. */
export const consentGiven = (kind: 'inPerson' | 'paper' | 'recording' | 'smsCode', reference: string) => ({
  ...{ kind, reference, sensitive: true, guardian: false },
  givenOn: new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10),
});

/** The publisher with what he needs to post for this household. */
export interface Poster {
  readonly person: Person;
  readonly householdId: string;
}

interface HouseholdPage {
  readonly items: readonly { readonly id: string }[];
}

export const householdOf = async (client: Client, by: Person, number: string): Promise<string | null> => {
  const page = await client.get<HouseholdPage>(`/v1/households?number=${number}`, by.token);
  return page.items[0]?.id ?? null;
};

/**
 * A member knows his household, cadres and helpers find it in the register. Relatives and neighbours who post on behalf
 * are tied to it by an operator first.
 */
export async function posterOf({ client, people }: DemoDeps, need: SampleNeed): Promise<Poster> {
  const person = await people.person(need.publisher);
  if (person.householdId !== null) return { person, householdId: person.householdId };
  const found = await householdOf(client, person, need.householdNumber);
  if (found !== null) return { person, householdId: found };
  const operator = await people.operator();
  const householdId = await householdOf(client, operator, need.householdNumber);
  if (householdId === null) throw new Error(`the register has no household ${need.householdNumber}`);
  try {
    const grant = { role: 'household', householdId };
    await client.post('grant', `/v1/accounts/${person.id}/grants`, operator.token, grant);
  } catch (error) {
    if (!(error instanceof ApiError && error.problem.code === 'GRANT_EXISTS')) throw error;
  }
  people.forget(need.publisher);
  return { person: await people.person(need.publisher), householdId };
}

/** Posts a need and submits it; its case begins at once. Gives the id. @throws ApiError when a rule is broken */
export async function post(deps: DemoDeps, { person, householdId }: Poster, need: SampleNeed): Promise<string> {
  const { client } = deps;
  const photos: string[] = [];
  for (const { photoSeed } of need.photos) photos.push(await uploadPhoto(client, person, photoSeed));
  const { kind, sensitive, guardian } = need.consent;
  // Consent on paper is shown by a photo of the paper, a spoken one by its recording; the household's own needs neither.
  const { reference: named } = need.consent;
  const evidence = {
    paper: () => uploadPhoto(client, person, named),
    recording: () => record(client, person, householdId),
  };
  const reference = kind === 'inPerson' ? named : await evidence[kind]();
  const { relation, title, details, category, urgency, lines } = need;
  const draft = await client.post<{ id: string }>('draft', '/v1/needs', person.token, {
    householdId,
    relation,
    title,
    details,
    category,
    urgency,
    lines,
    photos,
    consent: { ...consentGiven(kind, reference), sensitive, guardian },
  });
  await dismissMatches(client, draft.id, person.token);
  await client.post('submit', `/v1/needs/${draft.id}/submit`, person.token);
  return draft.id;
}

interface Matches {
  readonly items: readonly { readonly needId: string; readonly duplicate: boolean }[];
}

/** Whoever posts looks at what may be the same, and says why his need is another one. */
export async function dismissMatches(client: Client, needId: string, token: string): Promise<void> {
  const path = `/v1/needs/${needId}/likely-matches`;
  const { items } = await client.get<Matches>(path, token);
  if (items.length === 0) return;
  const said = items.map((match) => ({ needId: match.needId, reasonCode: 'otherThing', reason: '核对过，是另一件事' }));
  await client.post('dismiss matches', `${path}/dismissals`, token, { items: said });
}
