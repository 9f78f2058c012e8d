import type { DemoDeps, NeedView } from '../need-run.ts';
import type { Person } from '../people.ts';
import { householdOf, uploadPhoto } from '../posting.ts';
import { until } from '../waiting.ts';

/** A household of 石城县 with a quiet life in the sample, its village, and what is done again and again there. */

export const HOUSEHOLD = { number: '3607351022080001', phone: '13900010016', village: '360735102208' } as const;
export const NEIGHBOURS = ['3607351022080002', '3607351022080003'] as const;

export const stageOf = ({ client }: DemoDeps, needId: string, by: Person): Promise<NeedView> =>
  client.get<NeedView>(`/v1/needs/${needId}/full`, by.token);

interface Wanted {
  readonly title: string;
  readonly details: string;
  readonly category: string;
  readonly line: { readonly name: string; readonly unit: string; readonly unitPriceFen: number };
}

/** The village's cadre posts it on the household's behalf. */
export async function postFor({ client }: DemoDeps, poster: Person, wanted: Wanted): Promise<string> {
  const householdId = await householdOf(client, poster, HOUSEHOLD.number);
  if (householdId === null) throw new Error(`the register has no household ${HOUSEHOLD.number}`);
  const { title, details, category, line } = wanted;
  const { id } = await client.post<{ id: string }>('draft', '/v1/needs', poster.token, {
    // It lives longest then: a busy machine lets nothing expire meanwhile.
    ...{ householdId, relation: 'villageCadre', title, details, category, urgency: 'low' },
    lines: [{ ...line, quantity: 1, condition: 'any' }],
    photos: [await uploadPhoto(client, poster, `trust-${category}`)],
    consent: {
      ...{ kind: 'paper', reference: await uploadPhoto(client, poster, `consent-${category}`) },
      ...{ givenOn: '2026-01-05', sensitive: true, guardian: true },
    },
  });
  const { items } = await client.get<{ items: { needId: string }[] }>(`/v1/needs/${id}/likely-matches`, poster.token);
  const said = items.map(({ needId }) => ({ needId, reasonCode: 'otherThing', reason: '核对过，是另一件事' }));
  const path = `/v1/needs/${id}/likely-matches/dismissals`;
  if (said.length > 0) await client.post('dismiss matches', path, poster.token, { items: said });
  await client.post('submit', `/v1/needs/${id}/submit`, poster.token);
  return id;
}

/** Every level of the route approves. @returns who did */
export async function approveAll(deps: DemoDeps, needId: string, poster: Person): Promise<Person[]> {
  const approvers: Person[] = [];
  for (;;) {
    const seen = await until(
      'a reviewer or publication',
      () => stageOf(deps, needId, poster),
      ({ stage, review }) => stage === 'published' || (stage === 'underReview' && review !== null),
    );
    if (seen.stage === 'published' || seen.review === null) return approvers;
    const { level } = seen.review;
    const reviewer = await deps.people.cadre(level, HOUSEHOLD.village, poster.key);
    await deps.client.post('approve', `/v1/needs/${needId}/approve`, reviewer.token, {});
    approvers.push(reviewer);
    const next = ({ stage, review }: NeedView): boolean => stage !== 'underReview' || review?.level !== level;
    await until('the next level', () => stageOf(deps, needId, poster), next);
  }
}
