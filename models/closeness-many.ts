import { DONOR_UNKNOWN, type Closeness } from '../domain/pledge/marks.ts';
import type { Claimant, Registers } from './closeness.ts';
import type { NeedRecord } from './need.ts';

type Parties = Pick<NeedRecord, '_id' | 'publisherId' | 'householdId'>;

/**
 * What `createCloseness` finds out of one need, for hundreds of them with as few queries: one donor, many households.
 * @returns need id → closeness; null for a need of his own people
 */
export async function closenessToMany(
  { accounts, households, sessions }: Registers,
  donor: Pick<Claimant, 'accountId' | 'householdId'>,
  needs: readonly Parties[],
): Promise<Map<string, Closeness | null>> {
  const options = { maxTimeMS: 5000 };
  const account = await accounts.accounts.findOne(
    { _id: donor.accountId },
    { ...options, projection: { phoneIndex: 1, idNumberIndex: 1 } },
  );
  if (account === null) return new Map(needs.map(({ _id }) => [_id, DONOR_UNKNOWN]));
  const { phoneIndex, idNumberIndex } = account;
  const householdIds = needs.map(({ householdId }) => householdId);
  const publisherIds = [...new Set(needs.map(({ publisherId }) => publisherId))];
  const marks = [{ phoneIndex }, ...(idNumberIndex === undefined ? [] : [{ idIndexes: idNumberIndex }])];
  const [known, relatives, devices] = await Promise.all([
    households.households
      .find({ _id: { $in: householdIds }, $or: marks }, { ...options, projection: { phoneIndex: 1, idIndexes: 1 } })
      .toArray(),
    donor.householdId === null
      ? []
      : accounts.accounts
          .find({ _id: { $in: publisherIds }, householdId: donor.householdId }, { ...options, projection: { _id: 1 } })
          .toArray(),
    sharedDevices(),
  ]);
  const own = new Set(
    known.filter((h) => idNumberIndex !== undefined && h.idIndexes.includes(idNumberIndex)).map(idOf),
  );
  const samePhone = new Set(known.filter((household) => household.phoneIndex === phoneIndex).map(idOf));
  const related = new Set(relatives.map(idOf));
  return new Map(
    needs.map(({ _id, householdId, publisherId }) => [
      _id,
      own.has(householdId) || householdId === donor.householdId
        ? null
        : {
            relatedToPublisher: related.has(publisherId),
            samePhone: samePhone.has(householdId),
            sameDevice: devices.has(publisherId) || devices.has(householdId),
          },
    ]),
  );

  /** Publishers and households with somebody who signed in from a device of the donor's. */
  async function sharedDevices(): Promise<Set<string>> {
    const his = new Set((await sessions.withDevice([donor.accountId])).flatMap(({ device }) => device ?? []));
    if (his.size === 0) return new Set();
    const members = await accounts.accounts
      .find({ householdId: { $in: householdIds } }, { ...options, projection: { householdId: 1 } })
      .toArray();
    const theirs = await sessions.withDevice([...publisherIds, ...members.map(idOf)]);
    const shared = new Set(theirs.filter(({ device }) => device != null && his.has(device)).map((s) => s.accountId));
    const homes = members.filter(({ _id }) => shared.has(_id)).map(({ householdId }) => householdId ?? '');
    return new Set([...shared, ...homes]);
  }
}

const idOf = ({ _id }: { readonly _id: string }): string => _id;
