import type { ClientSession } from 'mongoose';
import { holdQuota } from '../domain/pledge/reliability.ts';
import type { Closeness } from '../domain/pledge/marks.ts';
import type { PledgeLine } from '../domain/pledge/types.ts';
import type { DonorRecord } from './donor.ts';
import { holdAsRead, type NeedRecord } from './need.ts';
import { recordsFor, type Claim, type ClaimRefusal, type ClaimResult, type ReservationDeps } from './reservation.ts';
import { inTransaction } from './transaction.ts';

/**
 * Claims of many donors for one need in one transaction, in the order in which they came: a crowd costs one commit and
 * not one each, and nobody makes the others start again. Each donor is told as if he had come alone.
 */
export function createJointReservations({ models, reference, closenessOf }: ReservationDeps) {
  const { needs, pledges, donors, commands } = models;

  /** No two claims of one donor. @throws what `createReservations` would answer, too: then each is tried alone */
  return async function reserveTogether(claims: readonly Claim[]): Promise<readonly ClaimResult[]> {
    const needId = claims[0]?.needId ?? '';
    const need = await needs.find(needId);
    if (need === null) return claims.map(() => refused({ code: 'NOT_FREE' }));
    const closeness = await Promise.all(claims.map(({ donor }) => closenessOf(donor, need)));
    return inTransaction(models.db, (session) => reserveAll(needId, claims, closeness, session));
  };

  async function reserveAll(
    needId: string,
    claims: readonly Claim[],
    closeness: readonly (Closeness | null)[],
    session: ClientSession,
  ): Promise<readonly ClaimResult[]> {
    const need = await needs.needs.findOne(
      { _id: needId, stage: 'published', expiresAt: { $gt: new Date() } },
      { session, maxTimeMS: 3000 },
    );
    if (need === null) return claims.map(() => refused({ code: 'NOT_FREE' }));
    const known = await donors.ofMany(
      claims.map(({ donor }) => donor.accountId),
      session,
    );
    const free = new Map(need.lines.map(({ id, free: units }) => [id, units]));
    const results = claims.map((claim, i): ClaimResult => {
      const close = closeness[i] ?? null;
      const refusal = refusalOf(claim, need, free, close, known);
      if (refusal !== null || close === null) return refused(refusal ?? { code: 'OWN_NEED' });
      for (const { lineId, quantity } of claim.lines) free.set(lineId, (free.get(lineId) ?? 0) - quantity);
      return { ok: true, ...recordsFor(claim, { need, lines: claim.lines, standby: false }, close, reference) };
    });
    await write(need, results, session);
    return results;
  }

  function refusalOf(
    claim: Claim,
    need: NeedRecord,
    free: ReadonlyMap<string, number>,
    close: Closeness | null,
    known: ReadonlyMap<string, DonorRecord>,
  ): ClaimRefusal | null {
    const enough = claim.lines.every(({ lineId, quantity }) => (free.get(lineId) ?? 0) >= quantity);
    if (!enough || !sees(claim, need)) return { code: 'NOT_FREE' };
    if (close === null) return { code: 'OWN_NEED' };
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
