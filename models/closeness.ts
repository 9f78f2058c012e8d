import { DONOR_UNKNOWN, type Closeness } from '../domain/pledge/marks.ts';
import type { Models } from './index.ts';
import { createMemory } from './memory.ts';
import type { NeedRecord } from './need.ts';

/** How close a donor is to the people of a need: by blind indexes, no seal is opened. */

/** Somebody who gives, as far as the rules look at him. */
export interface Claimant {
  readonly accountId: string;
  /** Set when his account belongs to a household. */
  readonly householdId: string | null;
  readonly grants: readonly { readonly role: string; readonly regionCode?: string }[];
  /** The session in which he acts; null when the platform acts for him: then all of his devices count. */
  readonly sessionId: string | null;
}

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

export type Registers = Pick<Models, 'accounts' | 'households' | 'sessions'>;

/** The people of a need that many donors want are looked up once, not per donor. */
export function createCloseness(models: Registers) {
  const { accounts, sessions } = models;
  const people = createMemory<People>({ forMs: BELIEVED_MS, most: REMEMBERED });

  async function devicesOf({ accountId, sessionId }: Claimant): Promise<readonly string[]> {
    if (sessionId === null) return (await sessions.withDevice([accountId])).flatMap(({ device }) => device ?? []);
    return [(await sessions.find(sessionId))?.device ?? []].flat();
  }

  /** @returns null for anybody of the household, linked to it or known by his ID number: nobody gives to himself */
  return async function closenessOf(claimant: Claimant, need: Parties): Promise<Closeness | null> {
    const { householdId } = claimant;
    if (householdId !== null && householdId === need.householdId) return null;
    const [close, donor, devices] = await Promise.all([
      people.get(need._id, () => findPeople(models, need)),
      accounts.indexes(claimant.accountId),
      devicesOf(claimant),
    ]);
    if (donor === null) return DONOR_UNKNOWN;
    const { phoneIndex, idNumberIndex = null } = donor;
    if (idNumberIndex !== null && close.idIndexes.includes(idNumberIndex)) return null;
    return {
      relatedToPublisher: householdId !== null && householdId === close.publisherHouseholdId,
      samePhone: close.phoneIndexes.includes(phoneIndex),
      sameDevice: devices.some((device) => close.devices.includes(device)),
    };
  };
}

async function findPeople(
  { accounts, households, sessions }: Registers,
  { publisherId, householdId }: Parties,
): Promise<People> {
  const [publisher, household, members] = await Promise.all([
    accounts.accounts.findOne({ _id: publisherId }, { projection: { householdId: 1 }, maxTimeMS: 3000 }),
    households.households.findOne(
      { _id: householdId },
      { projection: { idIndexes: 1, phoneIndex: 1 }, maxTimeMS: 3000 },
    ),
    accounts.ofHousehold(householdId),
  ]);
  const found = await sessions.withDevice([publisherId, ...members]);
  return {
    publisherHouseholdId: publisher?.householdId ?? null,
    idIndexes: household?.idIndexes ?? [],
    phoneIndexes: household?.phoneIndex == null ? [] : [household.phoneIndex],
    devices: found.flatMap(({ device }) => device ?? []),
  };
}
