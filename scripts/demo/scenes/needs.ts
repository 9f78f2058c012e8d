import type { Level } from '../../../domain/kernel/types.ts';
import { ApiError, LATE } from '../client.ts';
import { agreeToPreview, waitsForPreview, whenReady, type DemoDeps, type NeedView } from '../need-run.ts';
import type { Person } from '../people.ts';
import { dismissMatches, uploadPhoto } from '../posting.ts';
import { must, until } from '../waiting.ts';
import type { Hamlet, Home } from './hamlet.ts';

/** What the scenes do with needs again and again: post one, look at it, have it approved, claim and send. */

export interface Wish {
  readonly title: string;
  readonly details: string;
  readonly category: string;
  readonly lines: readonly object[];
  readonly [field: string]: unknown;
}

export const thing = (name: string, unit: string, unitPriceFen: number, quantity = 1): object => ({
  ...{ name, unit, unitPriceFen, quantity },
  condition: 'any',
});

/** A member of the household asks for it. @returns the need's id */
export const ask = (deps: DemoDeps, home: Home, wish: Wish): Promise<string> =>
  askFor(deps, home, wish, { by: home.member, relation: 'self' });

interface Asking {
  readonly by: Person;
  readonly relation: 'self' | 'villageCadre' | 'friend';
  /** Of the household, where somebody else asks. */
  readonly consent?: object;
}

/** Not urgent lives longest: a busy machine lets nothing expire meanwhile. @returns the need's id */
export async function askFor(
  { client }: DemoDeps,
  { id: householdId }: Pick<Home, 'id'>,
  wish: Wish,
  { by, ...asking }: Asking,
): Promise<string> {
  const photos = [await uploadPhoto(client, by, `${householdId} ${wish.title}`)];
  const body = { householdId, urgency: 'low', photos, ...asking, ...wish };
  const { id } = await client.post<{ id: string }>('draft', '/v1/needs', by.token, body);
  await submit({ client }, id, by);
  return id;
}

export async function submit({ client }: Pick<DemoDeps, 'client'>, needId: string, by: Person): Promise<void> {
  await dismissMatches(client, needId, by.token);
  await client.post('submit', `/v1/needs/${needId}/submit`, by.token);
}

/** Away with it; looked at anew where a worker has just written to it. */
export const discard = ({ client }: DemoDeps, needId: string, by: Person): Promise<void> =>
  whenReady(['VERSION_MISMATCH'], () => client.delete('delete draft', `/v1/needs/${needId}`, by.token));

export const lookAt = ({ client }: DemoDeps, needId: string, by: Person): Promise<NeedView> =>
  client.get<NeedView>(`/v1/needs/${needId}/full`, by.token);

/** Looks until the need is in this stage, with a level that reviews it where one must. */
export const reach = (deps: DemoDeps, needId: string, by: Person, stage: string): Promise<NeedView> =>
  until(
    `a need to be ${stage}`,
    () => lookAt(deps, needId, by),
    (seen) => seen.stage === stage && (stage !== 'underReview' || seen.review !== null),
  );

/** Those of the level who may decide about a need of the hamlet. */
export async function reviewersOf({ people }: DemoDeps, { village, cadres }: Hamlet, level: Level): Promise<Person[]> {
  if (level === 'village') return [...cadres];
  const first = await people.cadre(level, village);
  return [first, await people.cadre(level, village, first.key)];
}

/** Every level of its route approves, `not` by this one. @returns the last one who did */
export async function approve(
  deps: DemoDeps,
  hamlet: Hamlet,
  needId: string,
  by: Person,
  not?: Person,
): Promise<Person> {
  for (let last: Person | null = null; ;) {
    const found = await until(
      'a reviewer or publication',
      () => lookAt(deps, needId, by),
      (seen) => seen.stage === 'published' || (seen.stage === 'underReview' && seen.review !== null),
    );
    const { stage, review } = found;
    if (stage === 'published' && last !== null) return last;
    if (waitsForPreview(found)) await agreeToPreview(deps, by, needId);
    if (review === null) throw new Error('it was published without anybody’s approval');
    const { level, assigneeId } = review;
    const others = (await reviewersOf(deps, hamlet, level)).filter(({ id }) => id !== not?.id);
    const reviewer = others.find(({ id }) => id === assigneeId) ?? others[0];
    if (reviewer === undefined) throw new Error(`no cadre of the ${level}`);
    await deps.client.post('approve', `/v1/needs/${needId}/approve`, reviewer.token, {});
    last = reviewer;
    const isNext = (seen: NeedView): boolean => seen.stage !== 'underReview' || seen.review?.level !== level;
    await until('the next level', () => lookAt(deps, needId, by), isNext);
  }
}

/** Asked for, approved and published. */
export async function publish(deps: DemoDeps, hamlet: Hamlet, home: Home, wish: Wish): Promise<string> {
  const needId = await ask(deps, home, wish);
  await approve(deps, hamlet, needId, home.member);
  return needId;
}

/** It must be refused with this code, and with this status where that is told. */
export async function refused(code: string, work: Promise<unknown>, status?: number): Promise<void> {
  const found = await work.then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return error;
    },
  );
  must(found?.problem.code === code, `refused with ${found?.problem.code ?? 'nothing'}, not with ${code}`);
  const late = found?.status === LATE;
  must(
    status === undefined || late || found?.status === status,
    `${code} came with the status ${found?.status ?? 'of success'}`,
  );
}
