import type { Collection } from 'mongodb';
import type { ClientSession } from 'mongoose';
import type { Level, Role } from '../domain/kernel/types.ts';
import type { AccountRecord } from './account.ts';

/** In what capacities people act, and who stands in for whom. */

/** A capacity in which an account may act. Staff capacities are given by operators, the others come with the account. */
export interface GrantRecord {
  id: string;
  role: Exclude<Role, 'clock' | 'system'>;
  level?: Level;
  regionCode?: string;
  grantedBy: string;
  grantedAt: Date;
  /** A stand-in's office: whose place he takes, from when, until when. */
  standsInFor?: string;
  from?: Date;
  until?: Date;
}

export interface Office {
  readonly role: GrantRecord['role'];
  readonly level?: Level;
  readonly regionCode?: string;
}

const LIMIT = { maxTimeMS: 3000 };
const AFTER = { ...LIMIT, returnDocument: 'after' as const };

/** Part of a query on one grant: a stand-in's office only during the leave. */
export const inForce = (now = new Date()) => ({
  $and: [
    { $or: [{ from: { $exists: false } }, { from: { $lte: now } }] },
    { $or: [{ until: { $exists: false } }, { until: { $gt: now } }] },
  ],
});

const heldBy = ({ role, level, regionCode }: Office, except: readonly string[] = []) => ({
  $elemMatch: {
    role,
    ...inForce(),
    ...(level !== undefined && { level }),
    ...(regionCode !== undefined && { regionCode }),
    ...(except.length > 0 && { standsInFor: { $nin: [...except] } }),
  },
});

const sameOffice = ({ role, level, regionCode, standsInFor }: GrantRecord) => ({
  $elemMatch: {
    role,
    level: level ?? { $exists: false },
    regionCode: regionCode ?? { $exists: false },
    standsInFor: standsInFor ?? { $exists: false },
  },
});

/** The part of the accounts' repository that is about who holds what. `ids`: of the accounts that a filter finds. */
export function officesOf(
  accounts: Collection<AccountRecord>,
  ids: (filter: Record<string, unknown>) => Promise<string[]>,
) {
  return {
    /**
     * Adds a grant unless the account holds the same office already; null when it does or is unknown. A household's
     * grant also ties the account to the household.
     */
    grant: (
      id: string,
      grant: GrantRecord,
      householdId: string | null = null,
      session?: ClientSession,
    ): Promise<AccountRecord | null> =>
      accounts.findOneAndUpdate(
        { _id: id, grants: { $not: sameOffice(grant) } },
        {
          $push: { grants: grant },
          $inc: { rev: 1 },
          $set: { updatedAt: new Date(), ...(householdId !== null && { householdId }) },
        },
        session === undefined ? AFTER : { session, returnDocument: 'after' as const },
      ),
    /** Takes a grant away; null when the account has no such grant. */
    withdraw: (id: string, { id: grantId, role }: Pick<GrantRecord, 'id' | 'role'>): Promise<AccountRecord | null> =>
      accounts.findOneAndUpdate(
        { _id: id, 'grants.id': grantId },
        {
          $pull: { grants: { id: grantId } },
          $inc: { rev: 1 },
          $set: { updatedAt: new Date(), ...(role === 'household' && { householdId: null }) },
        },
        AFTER,
      ),
    /** Accounts that stand in for this one, now or later. */
    standIns: (id: string): Promise<AccountRecord[]> =>
      accounts.find({ 'grants.standsInFor': id }, LIMIT).limit(20).toArray(),
    /** False when this account named no such stand-in. */
    endStandIn: async (id: string, grantId: string): Promise<boolean> => {
      const grants = { $elemMatch: { id: grantId, standsInFor: id } };
      const ended = await accounts.updateOne(
        { 'grants.standsInFor': id, grants },
        { $pull: { grants: { id: grantId, standsInFor: id } }, $inc: { rev: 1 }, $set: { updatedAt: new Date() } },
      );
      return ended.modifiedCount > 0;
    },
    /** Who is frozen, or has left the office, has nobody who decides in his place either. */
    endStandIns: async (id: string, { level, regionCode }: Partial<Office> = {}): Promise<void> => {
      const office = { ...(level !== undefined && { level }), ...(regionCode !== undefined && { regionCode }) };
      const lent = { standsInFor: id, ...office };
      await accounts.updateMany(
        { 'grants.standsInFor': id, grants: { $elemMatch: lent } },
        { $pull: { grants: lent }, $inc: { rev: 1 }, $set: { updatedAt: new Date() } },
      );
    },
    /** A leave that is over stands in nobody's way when the next one comes. */
    endPastStandIns: async (id: string, standsInFor: string, now: Date): Promise<void> => {
      const past = { standsInFor: { $eq: standsInFor }, until: { $lte: now } };
      await accounts.updateOne(
        { _id: id, grants: { $elemMatch: past } },
        { $pull: { grants: past }, $inc: { rev: 1 }, $set: { updatedAt: new Date() } },
      );
    },
    /** Takes grants away that have lost their ground; gives the account as it is then. */
    dropGrants: (id: string, grantIds: readonly string[]): Promise<AccountRecord | null> =>
      accounts.findOneAndUpdate(
        { _id: id },
        { $pull: { grants: { id: { $in: [...grantIds] } } }, $inc: { rev: 1 }, $set: { updatedAt: new Date() } },
        AFTER,
      ),

    /** Accounts that hold an office and are not frozen: none of `except`, nor who stands in for one of them. */
    holders: (office: Office, except: readonly string[] = []): Promise<string[]> =>
      ids({ grants: heldBy(office, except), frozen: null, ...(except.length > 0 && { _id: { $nin: [...except] } }) }),
  };
}
