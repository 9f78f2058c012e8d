import { Schema, type Connection } from 'mongoose';
import type { Policy } from '../domain/policy.ts';
import { canonicalJson } from './event.ts';

/** Every policy version that was ever in use here: cases live longer than the files of one release. */
export interface PolicyRecord {
  /** The version. */
  _id: string;
  policy: Policy;
  storedAt: Date;
}

const schema = new Schema(
  {
    _id: String,
    policy: { type: Schema.Types.Mixed, required: true },
    storedAt: { type: Date, required: true },
  },
  { versionKey: false, autoIndex: false, strict: 'throw', minimize: false },
);

export const policyModel = (db: Connection) => db.model('Policy', schema, 'policies');

/** A version must never mean two things: cases remember it by name. */
export class PolicyChangedError extends Error {
  override name = 'PolicyChangedError';
  constructor(version: string) {
    super(`policy ${version} differs from the one stored under this version; give the changed policy a new version`);
  }
}

/** Validity may be ended and the note corrected; the numbers may not change. */
const rulesOf = ({ shared, need, pledge, application }: Policy): string =>
  canonicalJson({ shared, need, pledge, application });

export function policyRepository(db: Connection) {
  policyModel(db);
  const policies = db.collection<PolicyRecord>('policies');
  return {
    policies,
    find: (version: string): Promise<PolicyRecord | null> => policies.findOne({ _id: version }, { maxTimeMS: 3000 }),

    /** @throws PolicyChangedError unless `replace` is set (development only) */
    async store(given: readonly Policy[], { replace }: { readonly replace: boolean }): Promise<void> {
      for (const policy of given) {
        const stored = await policies.findOne({ _id: policy.version }, { maxTimeMS: 3000 });
        if (stored !== null && canonicalJson(stored.policy) === canonicalJson(policy)) continue;
        const changed = stored !== null && rulesOf(stored.policy) !== rulesOf(policy);
        if (changed && !replace) throw new PolicyChangedError(policy.version);
        const $set = { policy, storedAt: new Date() };
        await policies.updateOne({ _id: policy.version }, { $set }, { upsert: true });
      }
    },
  };
}
