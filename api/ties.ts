import { himself } from '../domain/access/scope.ts';
import { tieOf, withTie, type Tie } from '../domain/access/tie.ts';
import type { Actor } from '../domain/kernel/types.ts';
import { createTies } from '../models/ties.ts';
import type { ApiDeps } from './deps.ts';

/** What ties who acts, or looks for his work, to households. */

type Deps = Pick<ApiDeps, 'models'>;

const OFFICES: readonly Actor['role'][] = ['cadre', 'pointKeeper', 'aidUnit', 'operator'];

/** What ties people, as one party, to a household. */
export const tieTo = ({ models }: Deps, ids: readonly string[], householdId: string): Promise<Tie | null> =>
  createTies(models.db).tie(ids, householdId);

/** Who acts for an office, or as a helper, with what ties him, or the one he stands in for, to this household. */
export async function tied(deps: Deps, actor: Actor, householdId: string): Promise<Actor> {
  return OFFICES.includes(actor.role) || actor.role === 'helper'
    ? withTie(actor, await tieTo(deps, himself(actor), householdId))
    : actor;
}

export interface Ties {
  /** Households that are his own or that of the one he stands in for. */
  readonly own: readonly string[];
  /** Those that one of the two helps. */
  readonly helped: readonly string[];
}

/** Who looks for his work, with all that ties him. */
export interface Worker extends Actor {
  readonly ties: Ties;
}

export const asWorker = async (deps: Deps, actor: Actor | Worker): Promise<Worker> =>
  'ties' in actor ? actor : { ...actor, ties: OFFICES.includes(actor.role) ? await tiesOf(deps, actor) : NONE };

/** The household that somebody is of: his account's, else that which the register has under his ID number. */
export async function householdOf({ models }: Deps, accountId: string): Promise<string | null> {
  const { peopleOf, naming } = createTies(models.db);
  const people = await peopleOf([accountId]);
  const linked = people[0]?.householdId ?? null;
  if (linked !== null) return linked;
  return (await naming(people)).find((household) => tieOf(household, people) === 'own')?._id ?? null;
}

/** Who acts for an office, with what ties him to the household that somebody is of. */
export async function tiedTo(deps: Deps, actor: Actor, accountId: string): Promise<Actor> {
  const householdId = await householdOf(deps, accountId);
  return householdId === null ? actor : tied(deps, actor, householdId);
}

const NONE: Ties = { own: [], helped: [] };

export async function tiesOf(
  { models }: Deps,
  actor: Pick<Actor, 'id' | 'standsInFor' | 'householdId'>,
): Promise<Ties> {
  const { peopleOf, naming } = createTies(models.db);
  const people = await peopleOf(himself(actor));
  const linked = [actor.householdId, ...people.map(({ householdId }) => householdId)].filter((id) => id != null);
  const known = await naming(people);
  const of = (tie: string) => known.filter((household) => tieOf(household, people) === tie).map(({ _id }) => _id);
  return { own: [...new Set([...linked, ...of('own')])], helped: of('helped') };
}
