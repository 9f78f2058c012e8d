import { fieldProblem, problem, type Problem } from '../../../contracts/problems.ts';
import { publicTitle } from '../../../domain/category/category.ts';
import type { JsonObject } from '../../../domain/kernel/types.ts';
import type { PledgeLine } from '../../../domain/pledge/types.ts';
import { mostAlike } from '../../../domain/search/similarity.ts';
import { KNOWN_STAGES, PUBLIC_ORDER, type NeedRecord } from '../../../models/need.ts';
import type { SeenBy } from '../../audience.ts';
import type { ApiDeps } from '../../deps.ts';

/** What a donor is told whose claim came too late: what is left, and who else needs the like. */

export async function findClaimable({ models }: ApiDeps, needId: string, seen: SeenBy): Promise<NeedRecord> {
  const filter = { _id: needId, stage: { $in: [...KNOWN_STAGES] }, ...seen };
  const need = await models.needs.needs.findOne(filter, { maxTimeMS: 3000 });
  if (need === null) throw problem('NOT_FOUND');
  return need;
}

const lineUnknown = (need: NeedRecord, lines: readonly PledgeLine[]): number =>
  lines.findIndex((line) => !need.lines.some((known) => known.id === line.lineId));

interface Look {
  readonly since: number;
  readonly found: ReturnType<typeof lookNow>;
  /** Set when nothing was left. */
  nothing: NeedRecord | null;
}

interface When {
  readonly now: number;
  readonly seen: SeenBy;
}

/**
 * For so long nobody looks again at a need of which nothing was left. What comes free meanwhile goes to its queue first,
 * and after half a second to whoever asks.
 */
const GONE_MS = 500;
const REMEMBERED = 500;

/** Tells those who came too late. A crowd is told the same: looked up once for all who see the same, not once per donor. */
export function createTooLate(deps: ApiDeps) {
  const looks = new Map<string, Look>();
  const keyOf = (needId: string, seen: SeenBy): string => `${needId} ${JSON.stringify(seen)}`;

  function look(needId: string, { now, seen }: When): Look {
    const key = keyOf(needId, seen);
    const before = looks.get(key);
    if (before !== undefined && performance.now() - before.since < GONE_MS) return before;
    const forget = (): void => void (looks.get(key) === made && looks.delete(key));
    const made: Look = { since: performance.now(), found: lookNow(deps, needId, { now, seen }), nothing: null };
    looks.delete(key);
    looks.set(key, made);
    if (looks.size > REMEMBERED) looks.delete(looks.keys().next().value ?? '');
    made.found.then(({ need, nothing }) => {
      if (nothing) made.nothing = need;
      else forget();
    }, forget);
    return made;
  }

  return {
    /** @throws Problem NOT_FOUND when the need is none for him */
    async answer(needId: string, lines: readonly PledgeLine[], when: When): Promise<Problem> {
      const { need, problem: told } = await look(needId, when).found;
      return unknownLine(need, lines) ?? told;
    },

    /** The answer, if a moment ago nothing was left of the need; null: look at the need. */
    known(needId: string, lines: readonly PledgeLine[], seen: SeenBy): Promise<Problem> | null {
      const before = looks.get(keyOf(needId, seen));
      if (before?.nothing == null || performance.now() - before.since >= GONE_MS) return null;
      return unknownLine(before.nothing, lines) === null ? before.found.then((found) => found.problem) : null;
    },
  };
}

async function lookNow(deps: ApiDeps, needId: string, { now, seen }: When) {
  const need = await findClaimable(deps, needId, seen);
  const open = need.stage === 'published' && (need.expiresAt?.getTime() ?? 0) > now;
  const left = need.lines.map((line) => ({ lineId: line.id, available: open ? line.free : 0 }));
  const similar = await similarFor(deps, need, now, seen);
  const told = problem(open ? 'UNITS_NOT_AVAILABLE' : 'NOT_OPEN_FOR_CLAIMS', { members: { left, similar } });
  return { need, problem: told, nothing: left.every(({ available }) => available === 0) };
}

function unknownLine(need: NeedRecord, lines: readonly PledgeLine[]): Problem | null {
  const unknown = lineUnknown(need, lines);
  if (unknown < 0) return null;
  return fieldProblem('LINE_UNKNOWN', `/body/lines/${unknown}/lineId`, 'the need has no such line');
}

/** Who else needs the like changes less often than what is left. */
const BELIEVED_MS = 1_000;
const remembered = new WeakMap<
  ApiDeps,
  Map<string, { readonly since: number; readonly rows: Promise<JsonObject[]> }>
>();

function similarFor(deps: ApiDeps, need: NeedRecord, now: number, seen: SeenBy): Promise<JsonObject[]> {
  const known = remembered.get(deps) ?? new Map<string, { since: number; rows: Promise<JsonObject[]> }>();
  remembered.set(deps, known);
  const key = `${need._id} ${JSON.stringify(seen)}`;
  const before = known.get(key);
  if (before !== undefined && performance.now() - before.since < BELIEVED_MS) return before.rows;
  const rows = similarNeeds(deps, need, now, seen);
  known.delete(key);
  known.set(key, { since: performance.now(), rows });
  rows.catch(() => known.delete(key));
  if (known.size > 500) known.delete(known.keys().next().value ?? '');
  return rows;
}

/** The newest of the category are compared, by its index: the answer costs the same however many needs there are. */
const COMPARED = 40;
const SHOWN = 5;

async function similarNeeds(
  { models, reference }: ApiDeps,
  need: NeedRecord,
  now: number,
  seen: SeenBy,
): Promise<JsonObject[]> {
  const rows = await models.needs.needs
    .find({ category: need.category, stage: 'published', ...seen })
    .sort(PUBLIC_ORDER)
    .limit(COMPARED)
    .project<NeedRecord>({
      title: 1,
      category: 1,
      lines: 1,
      householdId: 1,
      regionNames: 1,
      regionPath: 1,
      expiresAt: 1,
    })
    .maxTimeMS(1000)
    .toArray();
  const open = rows.filter(
    (row) => row._id !== need._id && (row.expiresAt?.getTime() ?? 0) > now && row.lines.some(({ free }) => free > 0),
  );
  return mostAlike(textOf(need), open, textOf, SHOWN).map((row) => ({
    id: row._id,
    title: publicTitle(row.title, row.category, reference.categories),
    place: row.regionNames.join(''),
    available: row.lines.reduce((sum, { free }) => sum + free, 0),
  }));
}

const textOf = ({ title, lines }: Pick<NeedRecord, 'title' | 'lines'>): string =>
  [title, ...lines.map(({ name }) => name)].join(' ');
