import type { ClientSession } from 'mongoose';
import { holdQuota } from '../domain/pledge/reliability.ts';
import type { Closeness } from '../domain/pledge/marks.ts';
import type { Instant } from '../domain/kernel/types.ts';
import type { PledgeLine } from '../domain/pledge/types.ts';
import type { DonorRecord } from './donor.ts';
import { sentAt } from './command.ts';
import { unfit, type Unfit } from './fitting.ts';
import type { NeedRecord } from './need.ts';
import { holdAsRead } from './need-units.ts';
import {
  plannedOnce,
  recordsFor,
  type Claim,
  type ClaimRefusal,
  type ClaimResult,
  type ReservationDeps,
} from './reservation.ts';
import { byIdTogether } from './together.ts';
import { inTransaction } from './transaction.ts';

/** What is looked up of a claim before its turn comes: it takes no place in the transaction. */
export interface PreparedClaim {
  readonly claim: Claim;
  /** Of the need that was looked at; another one must be looked at anew. */
  readonly revisionId: string;
  readonly closeness: Closeness | null;
  readonly unfit: Unfit | null;
}

/**
 * Claims of many donors for one need in one transaction, in the order in which they came: a crowd costs one commit and
 * not one each, and nobody makes the others start again. Each donor is told as if he had come alone. Their pledges' cases
 * are opened one after the other, at the times of `startAt`: what has days to run can wait for those who want an answer.
 */
export function createJointReservations({ models, reference, closenessOf, startAt }: ReservationDeps) {
  const { needs, pledges, donors, commands } = models;
  const findNeed = byIdTogether((ids) => needs.needs.find({ _id: { $in: [...ids] } }, { maxTimeMS: 3000 }).toArray());

  /** Null when there is no such need. */
  async function prepare(claim: Claim): Promise<PreparedClaim | null> {
    const need = await findNeed(claim.needId);
    if (need === null) return null;
    const [closeness, code] = await Promise.all([
      closenessOf(claim.donor, need),
      unfit(models, reference.categories, { ...claim, need }),
    ]);
    return { claim, revisionId: need.revisionId, closeness, unfit: code };
  }

  /** No two claims of one donor. @throws what `createReservations` would answer, too: then each is tried alone */
  const reserve = (claims: readonly PreparedClaim[]): Promise<readonly ClaimResult[]> => {
    const startOf = plannedOnce(startAt);
    return inTransaction(models.db, (session) => reserveAll(claims, startOf, session));
  };

  async function reserveAll(
    claims: readonly PreparedClaim[],
    startOf: (claim: Claim) => Instant,
    session: ClientSession,
  ): Promise<readonly ClaimResult[]> {
    const need = await needs.needs.findOne(
      { _id: claims[0]?.claim.needId ?? '', stage: 'published', expiresAt: { $gt: new Date() } },
      { session, maxTimeMS: 3000 },
    );
    if (need === null) return claims.map(() => refused({ code: 'NOT_FREE' }));
    if (claims.some(({ revisionId }) => revisionId !== need.revisionId)) throw new Error('a need was edited meanwhile');
    const known = await donors.ofMany(
      claims.map(({ claim }) => claim.donor.accountId),
      session,
    );
    const free = new Map(need.lines.map(({ id, free: units }) => [id, units]));
    const results = claims.map((prepared): ClaimResult => {
      const { claim, closeness } = prepared;
      const refusal = refusalOf(prepared, need, free, known);
      if (refusal !== null || closeness === null) return refused(refusal ?? { code: 'OWN_NEED' });
      for (const { lineId, quantity } of claim.lines) free.set(lineId, (free.get(lineId) ?? 0) - quantity);
      const share = { need, lines: claim.lines, standby: false };
      const { pledge, command } = recordsFor(claim, share, closeness, reference);
      return { ok: true, pledge, command: sentAt(command, startOf(claim)) };
    });
    await write(need, results, session);
    return results;
  }

  function refusalOf(
    { claim, closeness, unfit: code }: PreparedClaim,
    need: NeedRecord,
    free: ReadonlyMap<string, number>,
    known: ReadonlyMap<string, DonorRecord>,
  ): ClaimRefusal | null {
    const enough = claim.lines.every(({ lineId, quantity }) => (free.get(lineId) ?? 0) >= quantity);
    if (!enough || !sees(claim, need)) return { code: 'NOT_FREE' };
    if (closeness === null) return { code: 'OWN_NEED' };
    if (code !== null) return { code };
    const counts = known.get(claim.donor.accountId) ?? { holds: 0, received: 0, lapsed: 0, failed: 0 };
    const limit = holdQuota(counts, reference.currentPolicy(claim.now).pledge);
    return counts.holds + 1 > limit ? { code: 'HOLDS_EXCEEDED', limit } : null;
  }

  async function write(need: NeedRecord, results: readonly ClaimResult[], session: ClientSession): Promise<void> {
    const won = results.filter((result) => result.ok);
    if (won.length === 0) return;
    const { filter, update } = holdAsRead(need, sum(won.map(({ pledge }) => pledge.lines)), won.length);
    const held = await needs.needs.updateOne(filter, update, { session });
    if (held.matchedCount !== 1) throw new Error('a need changed under its own transaction');
    await pledges.pledges.insertMany(
      won.map(({ pledge }) => pledge),
      { session, ordered: false },
    );
    await donors.addToMany(
      won.map(({ pledge }) => pledge.donorId),
      { holds: 1 },
      session,
    );
    await commands.commands.insertMany(
      won.flatMap(({ command }) => command ?? []),
      { session, ordered: false },
    );
  }

  return { prepare, reserve };
}

const refused = (refusal: ClaimRefusal): ClaimResult => ({ ok: false, refusal });

/** The part of a query that says who sees a need, of a need at hand. */
function sees({ seenBy }: Claim, { audience = '' }: NeedRecord): boolean {
  const mine = seenBy['audience'] as string | { readonly $in: readonly string[] } | undefined;
  if (mine === undefined) return true;
  return typeof mine === 'string' ? mine === audience : mine.$in.includes(audience);
}

function sum(lists: readonly (readonly PledgeLine[])[]): PledgeLine[] {
  const units = new Map<string, number>();
  for (const { lineId, quantity } of lists.flat()) units.set(lineId, (units.get(lineId) ?? 0) + quantity);
  return [...units].map(([lineId, quantity]) => ({ lineId, quantity }));
}
