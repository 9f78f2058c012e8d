import { mongo } from 'mongoose';
import { addressKey } from '../domain/household/household.ts';
import type { RegisterRow } from '../domain/household/register-row.ts';
import { publicName } from '../domain/people/masking.ts';
import { pathOf } from '../domain/region/region.ts';
import type { Crypto } from '../infra/crypto/index.ts';
import { householdPlace, type HouseholdRecord } from '../models/household.ts';
import type { Models } from '../models/index.ts';
import type { RowError } from '../models/import-run.ts';

/** A valid row on its way into the register. `_id` is used when the household is new. */
export interface Candidate {
  readonly _id: string;
  readonly line: number;
  readonly row: RegisterRow;
  readonly idIndex: string;
  readonly rowHash: string;
}

export interface Written {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly rejected: readonly RowError[];
}

export interface HouseholdWriterDeps {
  readonly models: Pick<Models, 'households' | 'accounts'>;
  readonly crypto: Crypto;
}

/** What a row says about a household. */
type Content = Omit<HouseholdRecord, '_id' | 'rev' | 'consents' | 'erasedAt' | 'createdAt' | 'updatedAt'>;

type Known = Pick<HouseholdRecord, '_id' | 'number' | 'rowHash' | 'idIndexes'>;

const NOTHING: Written = { created: 0, updated: 0, unchanged: 0, rejected: [] };
const DUPLICATE = 11000;

/**
 * Writes batches of households, new ones and changed ones. As long as a register is new, batches are inserted without
 * looking first, and only what meets a unique index is looked up; once known households appear, looking comes first.
 */
export function createHouseholdWriter({ models, crypto }: HouseholdWriterDeps, dryRun: boolean) {
  const { households } = models.households;
  const helperOf = createHelperLookup(models, crypto);
  let mayBeKnown = true;

  async function write(candidates: readonly Candidate[]): Promise<Written> {
    if (candidates.length === 0) return NOTHING;
    if (dryRun || mayBeKnown) return reconcile(candidates, 1);
    const met = await insert(candidates);
    const created = candidates.length - met.length;
    if (met.length === 0) return { ...NOTHING, created };
    mayBeKnown = true;
    const rest = await reconcile(met, 1);
    return { ...rest, created: rest.created + created };
  }

  /** Looks up what is known of the candidates and brings the register to what they say. */
  async function reconcile(candidates: readonly Candidate[], triesLeft: number): Promise<Written> {
    const known = await lookUp(candidates);
    mayBeKnown = known.byNumber.size > 0;
    const fresh: Candidate[] = [];
    const changed: { candidate: Candidate; id: string }[] = [];
    const rejected: RowError[] = [];
    let unchanged = 0;
    for (const candidate of candidates) {
      const { line, row, idIndex, rowHash } = candidate;
      const same = known.byNumber.get(row.number);
      const owner = known.byPerson.get(idIndex);
      if (owner !== undefined && owner !== row.number) {
        rejected.push({ line, column: 'headIdNumber', code: 'ID_NUMBER_IN_OTHER_HOUSEHOLD' });
      } else if (same === undefined) fresh.push(candidate);
      else if (same.rowHash === rowHash) unchanged += 1;
      else changed.push({ candidate, id: same._id });
    }
    const counts = { created: fresh.length, updated: changed.length, unchanged, rejected };
    if (dryRun) return counts;
    const [met] = await Promise.all([insert(fresh), update(changed)]);
    if (met.length === 0) return counts;
    // Somebody else imported them in this moment: look again, once.
    if (triesLeft === 0) throw new Error('households keep changing under this import');
    return sum({ ...counts, created: fresh.length - met.length }, await reconcile(met, triesLeft - 1));
  }

  async function lookUp(candidates: readonly Candidate[]) {
    const numbers = candidates.map(({ row }) => row.number);
    const people = candidates.map(({ idIndex }) => idIndex);
    const projection = { number: 1, rowHash: 1, idIndexes: 1 };
    const options = { projection, maxTimeMS: 20_000, batchSize: candidates.length * 2 };
    const found: Known[] = await households
      .find({ $or: [{ number: { $in: numbers } }, { idIndexes: { $in: people } }] }, options)
      .toArray();
    return {
      byNumber: new Map(found.map((known) => [known.number, known])),
      byPerson: new Map(found.flatMap(({ idIndexes, number }) => idIndexes.map((index) => [index, number] as const))),
    };
  }

  /** Returns the candidates whose number or person is in the register already. */
  async function insert(candidates: readonly Candidate[]): Promise<Candidate[]> {
    if (candidates.length === 0) return [];
    const now = new Date();
    await helperOf.load(candidates);
    const records = candidates.map((candidate): HouseholdRecord => {
      const record = contentOf(candidate, candidate._id) as HouseholdRecord;
      record._id = candidate._id;
      record.rev = 1;
      record.consents = [];
      record.erasedAt = null;
      record.createdAt = record.updatedAt = now;
      return record;
    });
    try {
      await households.insertMany(records, { ordered: false });
      return [];
    } catch (error) {
      const writeErrors = error instanceof mongo.MongoBulkWriteError ? [error.writeErrors].flat() : [];
      if (writeErrors.length === 0 || writeErrors.some(({ code }) => code !== DUPLICATE)) throw error;
      return writeErrors.flatMap(({ index }) => candidates[index] ?? []);
    }
  }

  async function update(changed: readonly { candidate: Candidate; id: string }[]): Promise<void> {
    if (changed.length === 0) return;
    await helperOf.load(changed.map(({ candidate }) => candidate));
    const updatedAt = new Date();
    const writes = changed.map(({ candidate, id }) => ({
      updateOne: {
        filter: { _id: id, erasedAt: null },
        update: { $set: { ...contentOf(candidate, id), updatedAt }, $inc: { rev: 1 } },
      },
    }));
    await households.bulkWrite(writes, { ordered: false });
    const helped = new Map<string | null, string[]>();
    for (const { candidate, id } of changed) {
      const { helperId } = helperOf.get(candidate.row.helperPhone);
      helped.set(helperId, [...(helped.get(helperId) ?? []), id]);
    }
    for (const [helperId, ids] of helped) await models.households.tellNeeds(ids, helperId);
  }

  // Spelt out field by field: spreading objects here took a fifth of the import's time.
  function contentOf({ row, idIndex, rowHash }: Candidate, id: string): Content {
    const { head, members } = row.personal;
    const { helperId, helperPhoneIndex } = helperOf.get(row.helperPhone);
    return {
      number: row.number,
      villageCode: row.villageCode,
      regionPath: pathOf(row.villageCode),
      publicName: publicName(head.name),
      sealed: crypto.fields.seal(householdPlace(id), row.personal),
      idIndexes: [idIndex],
      addressIndex:
        row.personal.address === undefined
          ? null
          : crypto.index.of('address', addressKey(row.villageCode, row.personal.address)),
      phoneIndex: head.phone === null ? null : crypto.index.of('phone', head.phone),
      property: row.property,
      mainCause: row.mainCause,
      otherCauses: [...row.otherCauses],
      incomePerCapitaFen: row.incomePerCapitaFen,
      identifiedOn: row.identifiedOn,
      removedOn: row.removedOn,
      headBornYear: Number(head.birthDate.slice(0, 4)),
      members: members.map(({ relation, birthDate }) => ({ relation, bornYear: Number(birthDate.slice(0, 4)) })),
      helperId,
      helperPhoneIndex,
      rowHash,
    };
  }

  return { write };
}

const sum = (a: Written, b: Written): Written => ({
  created: a.created + b.created,
  updated: a.updated + b.updated,
  unchanged: a.unchanged + b.unchanged,
  rejected: [...a.rejected, ...b.rejected],
});

interface Helper {
  helperId: string | null;
  helperPhoneIndex: string | null;
}

const NO_HELPER: Helper = { helperId: null, helperPhoneIndex: null };
/** Helpers by phone. One cadre helps many households, so a file names few of them, again and again. */
function createHelperLookup({ accounts }: Pick<Models, 'accounts'>, crypto: Crypto) {
  const known = new Map<string, Helper>();
  return {
    get: (phone: string | null): Helper => (phone === null ? NO_HELPER : (known.get(phone) ?? NO_HELPER)),
    async load(candidates: readonly Candidate[]): Promise<void> {
      const phones = new Set(
        candidates.flatMap(({ row }) => row.helperPhone ?? []).filter((phone) => !known.has(phone)),
      );
      if (phones.size === 0) return;
      const indexes = new Map([...phones].map((phone) => [crypto.index.of('phone', phone), phone]));
      const found = await accounts.accounts
        .find({ phoneIndex: { $in: [...indexes.keys()] }, 'grants.role': 'helper' }, { projection: { phoneIndex: 1 } })
        .toArray();
      const accountOf = new Map(found.map(({ _id, phoneIndex }) => [phoneIndex, _id]));
      for (const [index, phone] of indexes) {
        known.set(phone, { helperId: accountOf.get(index) ?? null, helperPhoneIndex: index });
      }
    },
  };
}
