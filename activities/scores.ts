import type { Connection } from 'mongoose';
import type { Instant } from '../domain/kernel/types.ts';
import type { Policy } from '../domain/policy.ts';
import { entriesOf } from '../domain/score/entries.ts';
import {
  looksAtGifts,
  mayScore,
  meritsOf,
  meritsOfOutcomeCheck,
  meritsOfRating,
  meritsOfRecheck,
  scoreName,
} from '../domain/score/merits.ts';
import type { Gift, Merit, ScoreEntry, Step } from '../domain/score/types.ts';
import { toCaseEvent } from '../models/event.ts';
import { outcomeCheckRepository } from '../models/outcome-check.ts';
import { pledgeRepository } from '../models/pledge.ts';
import { ratingRepository } from '../models/rating.ts';
import { recheckRepository } from '../models/recheck.ts';
import { scoreRepository } from '../models/score.ts';
import { inTransaction } from '../models/transaction.ts';
import { allCases, historyReader, parseEventId, steps, type Deciders } from './case-history.ts';

/**
 * Feeds the scores. What happens in cases comes here by the relay, at least once and in any order: each entry has an id of
 * its own, so it is booked once. Records with a decision of their own (a second review, a second asking) book their entry
 * in the transaction that decides them, by the same rules.
 */

export interface ScoresDeps {
  readonly db: Connection;
  readonly deciders: Deciders;
  readonly currentPolicy: (at: Instant) => Pick<Policy, 'version' | 'score'>;
}

/** The consumer: books what this event is worth. */
export function createScores(deps: ScoresDeps): (eventId: string) => Promise<void> {
  const { db, deciders } = deps;
  const read = historyReader(db, deciders);
  const { book } = scoreRepository(db);

  return async function score(eventId) {
    const { caseType, caseId, seq } = parseEventId(eventId);
    const history = await read(caseType, caseId, seq);
    if (history === null) return;
    const entries = await entriesOfStep(eventId, caseType, history.steps, deps);
    // A need may have had hundreds of donors; each part by itself is whole.
    for (const part of inParts(entries)) await inTransaction(db, (session) => book(part, session));
  };
}

/** Of the last of these steps. */
async function entriesOfStep(
  eventId: string,
  caseType: string,
  all: readonly Step[],
  deps: ScoresDeps,
): Promise<ScoreEntry[]> {
  const step = all.at(-1);
  if (step === undefined || !mayScore(caseType, step.event.type)) return [];
  const { at, type } = step.event;
  const gifts = looksAtGifts(caseType, type) ? await giftsFor(step.after.id, at, deps.db) : [];
  const merits = meritsOf(caseType, step, all.slice(0, -1), gifts);
  return entriesOf(merits, { source: eventId, at, policy: deps.currentPolicy(at) });
}

/** What was received for a need by then. A pledge that was received stays so: a recount finds the same. */
function giftsFor(needId: string, at: Instant, db: Connection): Promise<Gift[]> {
  const by = { needId, stage: 'received' as const, stageSince: { $lte: new Date(at) } };
  return pledgeRepository(db)
    .pledges.find(by, { projection: { _id: 0, donorId: 1, marks: 1 }, maxTimeMS: 5000 })
    .toArray();
}

const BATCH = 200;
const inParts = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / BATCH) }, (_, i) => all.slice(i * BATCH, (i + 1) * BATCH));

/** Every entry that there must be. Reads all events: for the checker and after a repair. */
export async function* recountScores(deps: ScoresDeps): AsyncGenerator<ScoreEntry> {
  for await (const { decider, record, events } of allCases(deps.db, deps.deciders)) {
    if (!events.some(({ type }) => mayScore(decider.type, type))) continue;
    const told = [...steps(decider, record, events.map(toCaseEvent))];
    for (const [i, { event }] of told.entries()) {
      if (!mayScore(decider.type, event.type)) continue;
      const id = `${decider.type}:${record.caseId}:${event.seq}`;
      yield* await entriesOfStep(id, decider.type, told.slice(0, i + 1), deps);
    }
  }
  yield* ofRecords(deps);
}

/** Second reviews and second askings that are done, and ratings. */
async function* ofRecords(deps: ScoresDeps): AsyncGenerator<ScoreEntry> {
  const entries = (source: string, date: Date | null, merits: readonly Merit[]): ScoreEntry[] => {
    const at = date?.getTime() ?? 0;
    return date === null ? [] : entriesOf(merits, { source, at, policy: deps.currentPolicy(at) });
  };
  const done = { status: 'done' as const };
  for await (const { _id, reviewerId, agreed, decidedAt } of recheckRepository(deps.db).rechecks.find(done))
    yield* entries(`recheck:${_id}`, decidedAt, meritsOfRecheck({ reviewerId, agreed: agreed === true }));
  for await (const { _id, regionPath, agreed, checkedAt } of outcomeCheckRepository(deps.db).checks.find(done)) {
    const merits = meritsOfOutcomeCheck({ villageCode: regionPath.at(-1) ?? '', agreed: agreed === true });
    yield* entries(`outcomeCheck:${_id}`, checkedAt, merits);
  }
  for await (const rating of ratingRepository(deps.db).ratings.find({}))
    yield* entries(`rating:${rating._id}`, rating.at, meritsOfRating(rating));
}

/** Books whatever is missing, from all events and records. @returns how many entries there are by a recount */
export async function bookMissing(deps: ScoresDeps): Promise<number> {
  const { book } = scoreRepository(deps.db);
  const flush = (batch: readonly ScoreEntry[]) => inTransaction(deps.db, (session) => book(batch, session));
  let waiting: ScoreEntry[] = [];
  let total = 0;
  for await (const entry of recountScores(deps)) {
    waiting.push(entry);
    total += 1;
    if (waiting.length < BATCH) continue;
    await flush(waiting);
    waiting = [];
  }
  await flush(waiting);
  return total;
}

/**
 * Where ledger and sums differ from a recount: entry or score → [stored, recounted]. Empty when all is well and the queue
 * is drained.
 */
export async function scoreDifferences(deps: ScoresDeps): Promise<Map<string, readonly [number, number]>> {
  const { ledger, scores } = scoreRepository(deps.db);
  const wanted = new Map<string, ScoreEntry>();
  const sums = new Map<string, number>();
  for await (const entry of recountScores(deps)) {
    const name = scoreName(entry.subject);
    wanted.set(entry.id, entry);
    sums.set(name, (sums.get(name) ?? 0) + entry.points);
  }
  const differences = new Map<string, readonly [number, number]>();
  for await (const { _id, score, points, policyVersion } of ledger.find({})) {
    const should = wanted.get(_id);
    const same = should?.points === points && scoreName(should.subject) === score;
    if (!same || should.policyVersion !== policyVersion) differences.set(_id, [points, should?.points ?? 0]);
    wanted.delete(_id);
  }
  for (const [id, { points }] of wanted) differences.set(id, [0, points]);
  for await (const { _id, points } of scores.find({})) {
    const should = sums.get(_id) ?? 0;
    if (points !== should) differences.set(_id, [points, should]);
    sums.delete(_id);
  }
  for (const [name, points] of sums) differences.set(name, [0, points]);
  return differences;
}
