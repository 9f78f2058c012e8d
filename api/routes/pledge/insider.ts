import { problem } from '../../../contracts/problems.ts';
import { DONOR_UNKNOWN, type Closeness } from '../../../domain/pledge/marks.ts';
import type { NeedRecord } from '../../../models/need.ts';
import type { ApiDeps } from '../../deps.ts';
import type { Caller } from '../../route.ts';

/** How close a donor is to the people of a need: by blind indexes, no seal is opened. */

type Parties = Pick<NeedRecord, '_id' | 'publisherId' | 'householdId'>;

interface People {
  readonly publisherHouseholdId: string | null;
  /** Of the household, from the register. */
  readonly idIndexes: readonly string[];
  readonly phoneIndexes: readonly string[];
  /** From which the publisher and the household's accounts signed in. */
  readonly devices: readonly string[];
}

const BELIEVED_MS = 30_000;
const REMEMBERED = 500;

/** The people of a need that many donors want are looked up once, not per donor. */
export function createInsiders() {
  const known = new Map<string, { readonly since: number; readonly people: Promise<People> }>();

  function peopleOf(deps: ApiDeps, need: Parties): Promise<People> {
    const before = known.get(need._id);
    if (before !== undefined && performance.now() - before.since < BELIEVED_MS) return before.people;
    const people = findPeople(deps, need);
    known.delete(need._id);
    known.set(need._id, { since: performance.now(), people });
    people.catch(() => known.delete(need._id));
    if (known.size > REMEMBERED) known.delete(known.keys().next().value ?? '');
    return people;
  }

  /** @throws Problem OWN_NEED for anybody of the household, linked to it or known by his ID number */
  return async function closenessOf(deps: ApiDeps, caller: Caller, need: Parties): Promise<Closeness> {
    if (caller.householdId !== null && caller.householdId === need.householdId) throw problem('OWN_NEED');
    const { accounts, sessions } = deps.models;
    const projection = { phoneIndex: 1, idNumberIndex: 1 } as const;
    const [people, donor, session] = await Promise.all([
      peopleOf(deps, need),
      accounts.accounts.findOne({ _id: caller.accountId }, { projection, maxTimeMS: 3000 }),
      sessions.find(caller.sessionId),
    ]);
    if (donor === null) return DONOR_UNKNOWN;
    const { phoneIndex, idNumberIndex = null } = donor;
    if (idNumberIndex !== null && people.idIndexes.includes(idNumberIndex)) throw problem('OWN_NEED');
    return {
      relatedToPublisher: caller.householdId !== null && caller.householdId === people.publisherHouseholdId,
      samePhone: people.phoneIndexes.includes(phoneIndex),
      sameDevice: session?.device !== undefined && people.devices.includes(session.device),
    };
  };
}

async function findPeople({ models }: ApiDeps, { publisherId, householdId }: Parties): Promise<People> {
  const [publisher, household, members] = await Promise.all([
    models.accounts.accounts.findOne({ _id: publisherId }, { projection: { householdId: 1 }, maxTimeMS: 3000 }),
    models.households.households.findOne(
      { _id: householdId },
      { projection: { idIndexes: 1, phoneIndex: 1 }, maxTimeMS: 3000 },
    ),
    models.accounts.ofHousehold(householdId),
  ]);
  const sessions = await models.sessions.withDevice([publisherId, ...members]);
  return {
    publisherHouseholdId: publisher?.householdId ?? null,
    idIndexes: household?.idIndexes ?? [],
    phoneIndexes: household?.phoneIndex == null ? [] : [household.phoneIndex],
    devices: sessions.flatMap(({ device }) => device ?? []),
  };
}
