import { himself } from '../domain/access/scope.ts';
import { tieOf, withTie, type Tie } from '../domain/access/tie.ts';
import type { Actor } from '../domain/kernel/types.ts';
import type { ApiDeps } from './deps.ts';

/** Whose household is whose, as the register knows it: an account need not be linked to be of a household. */

type Deps = Pick<ApiDeps, 'models'>;

const OFFICES: readonly Actor['role'][] = ['cadre', 'pointKeeper', 'aidUnit'];

const peopleOf = ({ models }: Deps, ids: readonly string[]) =>
  models.accounts.accounts
    .find({ _id: { $in: [...ids] } }, { projection: { householdId: 1, idNumberIndex: 1 }, maxTimeMS: 3000 })
    .toArray();

const REGISTER = { idIndexes: 1, helperId: 1 } as const;

/** What ties people, as one party, to a household. */
export async function tieTo(deps: Deps, ids: readonly string[], householdId: string): Promise<Tie | null> {
  const [household, people] = await Promise.all([
    deps.models.households.households.findOne({ _id: householdId }, { projection: REGISTER, maxTimeMS: 3000 }),
    peopleOf(deps, ids),
  ]);
  return household === null ? null : tieOf(household, people);
}

/** Who acts for an office, with what ties him, or the one he stands in for, to this household. */
export async function tied(deps: Deps, actor: Actor, householdId: string): Promise<Actor> {
  return OFFICES.includes(actor.role) ? withTie(actor, await tieTo(deps, himself(actor), householdId)) : actor;
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

const NONE: Ties = { own: [], helped: [] };

async function tiesOf(deps: Deps, actor: Actor): Promise<Ties> {
  const ids = himself(actor);
  const people = await peopleOf(deps, ids);
  const numbers = people.flatMap(({ idNumberIndex }) => idNumberIndex ?? []);
  const linked = [actor.householdId, ...people.map(({ householdId }) => householdId)].filter((id) => id != null);
  const known = await deps.models.households.households
    .find(
      { $or: [{ idIndexes: { $in: numbers } }, { helperId: { $in: [...ids] } }] },
      { projection: REGISTER, maxTimeMS: 3000 },
    )
    .toArray();
  const of = (tie: string) => known.filter((household) => tieOf(household, people) === tie).map(({ _id }) => _id);
  return { own: [...new Set([...linked, ...of('own')])], helped: of('helped') };
}
