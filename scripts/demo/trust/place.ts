import type { DemoDeps, NeedView } from '../need-run.ts';
import type { Person } from '../people.ts';
import { consentGiven, householdOf, uploadPhoto } from '../posting.ts';
import { askFor, type Wish } from '../scenes/needs.ts';
import { until } from '../waiting.ts';

/** A household of 石城县 with a quiet life in the sample, its village, and what is done again and again there. */

export const HOUSEHOLD = { number: '3607351022080001', phone: '13900010016', village: '360735102208' } as const;
export const NEIGHBOURS = ['3607351022080002', '3607351022080003'] as const;

export const stageOf = ({ client }: DemoDeps, needId: string, by: Person): Promise<NeedView> =>
  client.get<NeedView>(`/v1/needs/${needId}/full`, by.token);

/** The village's cadre posts it on the household's behalf. */
export async function postFor(deps: DemoDeps, poster: Person, wanted: Wish): Promise<string> {
  const id = await householdOf(deps.client, poster, HOUSEHOLD.number);
  if (id === null) throw new Error(`the register has no household ${HOUSEHOLD.number}`);
  const paper = await uploadPhoto(deps.client, poster, `consent-${wanted.category}`);
  const consent = { ...consentGiven('paper', paper), guardian: true };
  return askFor(deps, { id }, wanted, { by: poster, relation: 'villageCadre', consent });
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
