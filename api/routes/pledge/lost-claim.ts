import { fieldProblem, problem, type Problem } from '../../../contracts/problems.ts';
import { publicTitle } from '../../../domain/category/category.ts';
import type { JsonObject } from '../../../domain/kernel/types.ts';
import type { PledgeLine } from '../../../domain/pledge/types.ts';
import { mostAlike } from '../../../domain/search/similarity.ts';
import { createMemory } from '../../../models/memory.ts';
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

/** Who else needs the like changes less often than what is left. */
const SIMILAR_MS = 1_000;

type TooLate = Awaited<ReturnType<typeof lookNow>>;

/** Tells those who came too late. A crowd is told the same: looked up once for all who see the same, not once per donor. */
export function createTooLate(deps: ApiDeps) {
  const looks = createMemory<TooLate>({ forMs: GONE_MS, most: REMEMBERED, keep: ({ nothing }) => nothing });
  const similar = createMemory<JsonObject[]>({ forMs: SIMILAR_MS, most: REMEMBERED });
  const keyOf = (needId: string, seen: SeenBy): string => `${needId} ${JSON.stringify(seen)}`;

  return {
    /** @throws Problem NOT_FOUND when the need is none for him */
    async answer(needId: string, lines: readonly PledgeLine[], { now, seen }: When): Promise<Problem> {
      const key = keyOf(needId, seen);
      const alike = (need: NeedRecord) => similar.get(key, () => similarNeeds(deps, need, now, seen));
      const look = await looks.get(key, () => lookNow(deps, needId, { now, seen }, alike));
      return unknownLine(look.need, lines) ?? moreThanWanted(look, lines) ?? look.told;
    },

    /** The answer, if a moment ago nothing was left of the need; null: look at the need. */
    known(needId: string, lines: readonly PledgeLine[], seen: SeenBy): Problem | null {
      const before = looks.known(keyOf(needId, seen));
      return before === undefined || unknownLine(before.need, lines) !== null ? null : before.told;
    },
  };
}

async function lookNow(
  deps: ApiDeps,
  needId: string,
  { now, seen }: When,
  alike: (need: NeedRecord) => Promise<JsonObject[]>,
) {
  const need = await findClaimable(deps, needId, seen);
  const open = need.stage === 'published' && (need.expiresAt?.getTime() ?? 0) > now;
  const left = need.lines.map((line) => ({ lineId: line.id, available: open ? line.free : 0 }));
  const similar = await alike(need);
  const told = problem(open ? 'UNITS_NOT_AVAILABLE' : 'NOT_OPEN_FOR_CLAIMS', { members: { left, similar } });
  return { need, told, nothing: left.every(({ available }) => available === 0) };
}

function unknownLine(need: NeedRecord, lines: readonly PledgeLine[]): Problem | null {
  const unknown = lines.findIndex((line) => !need.lines.some((known) => known.id === line.lineId));
  if (unknown < 0) return null;
  return fieldProblem('LINE_UNKNOWN', `/body/lines/${unknown}/lineId`, 'the need has no such line');
}

/** Nobody took what he wants beyond what is left: the line never had so much. Once all is gone, others were faster all the same. */
function moreThanWanted({ need, told, nothing }: TooLate, lines: readonly PledgeLine[]): Problem | null {
  if (nothing || told.code !== 'UNITS_NOT_AVAILABLE') return null;
  const most = (lineId: string): number => need.lines.find(({ id }) => id === lineId)?.quantity ?? 0;
  const beyond = lines.findIndex(({ lineId, quantity }) => quantity > most(lineId));
  if (beyond < 0) return null;
  const pointer = `/body/lines/${beyond}/quantity`;
  const detail = `the need asks for ${most(lines[beyond]?.lineId ?? '')}`;
  const errors = [{ pointer, code: 'MORE_THAN_WANTED', detail }];
  return problem('MORE_THAN_WANTED', { errors, members: told.options.members ?? {} });
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
