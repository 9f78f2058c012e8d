import { randomUUID } from 'node:crypto';
import { Schema, type ClientSession, type Connection } from 'mongoose';
import type { Instant, JsonObject } from '../domain/kernel/types.ts';
import { rulesOf, type Policy } from '../domain/policy.ts';
import type { PolicyOverride } from '../domain/policy/override.ts';
import { canonicalJson } from './event.ts';
import { settingRepository } from './setting.ts';

/** What operators did with a version or an override. */
interface Publication {
  /** Null: it came with the files of a release. */
  publishedAt: Date | null;
  publishedBy: string | null;
  /** Set when an operator ends it: the first Shanghai day on which it does not hold any more. */
  endsOn: string | null;
  endedBy: string | null;
}

/** Every policy version that was ever in use here: cases live longer than the files of one release. */
export interface PolicyRecord extends Publication {
  /** The version. */
  _id: string;
  policy: Policy;
  storedAt: Date;
}

/** What a region sets for itself; kept for ever, like the versions. */
export interface PolicyOverrideRecord extends Publication {
  /** `2026-01+360735.1` */
  _id: string;
  base: string;
  region: string;
  validFrom: string;
  note: string;
  values: JsonObject;
}

const publication = { publishedAt: Date, publishedBy: String, endsOn: String, endedBy: String };

const schema = new Schema(
  {
    _id: String,
    policy: { type: Schema.Types.Mixed, required: true },
    storedAt: { type: Date, required: true },
    ...publication,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);

const overrideSchema = new Schema(
  {
    _id: String,
    base: { type: String, required: true },
    region: { type: String, required: true },
    validFrom: { type: String, required: true },
    note: String,
    values: { type: Schema.Types.Mixed, required: true },
    ...publication,
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);
overrideSchema.index({ base: 1, region: 1 });

export const policyModel = (db: Connection) => db.model('Policy', schema, 'policies');
export const policyOverrideModel = (db: Connection) => db.model('PolicyOverride', overrideSchema, 'policyOverrides');

/** A version must never mean two things: cases remember it by name. */
export class PolicyChangedError extends Error {
  override name = 'PolicyChangedError';
  constructor(version: string) {
    super(`policy ${version} differs from the one stored under this version; give the changed policy a new version`);
  }
}

/** Validity may be ended and the note corrected; the numbers may not change. */
const numbersOf = (policy: Policy): string => canonicalJson(rulesOf(policy));

/** By this every process sees that something was published or ended. */
const REVISION = 'policyRevision';

const at = (date: Date | null | undefined): Instant | null => date?.getTime() ?? null;

export const toOverride = ({ _id, endsOn, ...record }: PolicyOverrideRecord): PolicyOverride => ({
  version: _id,
  base: record.base,
  region: record.region,
  validFrom: record.validFrom,
  validTo: endsOn,
  note: record.note,
  values: record.values,
});

export function policyRepository(db: Connection) {
  policyModel(db);
  policyOverrideModel(db);
  const policies = db.collection<PolicyRecord>('policies');
  const overrides = db.collection<PolicyOverrideRecord>('policyOverrides');
  const settings = settingRepository(db);

  /** Tells every process to read again. */
  const touch = (session: ClientSession): Promise<void> => settings.set(REVISION, randomUUID(), session);

  return {
    policies,
    overrides,
    touch,
    find: (version: string): Promise<PolicyRecord | null> => policies.findOne({ _id: version }, { maxTimeMS: 3000 }),

    revision: (): Promise<string | null> => settings.get(REVISION),

    /** Everything that a process must know of besides its files. */
    async published() {
      const options = { maxTimeMS: 3000 };
      const [versions, own] = await Promise.all([
        policies.find({}, options).toArray(),
        overrides.find({}, options).toArray(),
      ]);
      return {
        versions: versions.map(({ policy, publishedAt, endsOn }) => ({
          policy: policy as unknown,
          publishedAt: at(publishedAt),
          endsOn: endsOn ?? null,
        })),
        overrides: own.map((record) => ({ is: toOverride(record), publishedAt: at(record.publishedAt) })),
      };
    },

    /** @throws PolicyChangedError unless `replace` is set (development only) */
    async store(given: readonly Policy[], { replace }: { readonly replace: boolean }): Promise<void> {
      for (const policy of given) {
        const stored = await policies.findOne({ _id: policy.version }, { maxTimeMS: 3000 });
        if (stored !== null && canonicalJson(stored.policy) === canonicalJson(policy)) continue;
        const changed = stored !== null && numbersOf(stored.policy) !== numbersOf(policy);
        if (changed && !replace) throw new PolicyChangedError(policy.version);
        const $set = { policy, storedAt: new Date() };
        await policies.updateOne({ _id: policy.version }, { $set }, { upsert: true });
      }
    },
  };
}
