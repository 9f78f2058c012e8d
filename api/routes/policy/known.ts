import type { z } from 'zod';
import type { policyVersionSchema } from '../../../contracts/http/policy.ts';
import type { Policy } from '../../../domain/policy.ts';
import { versionParts } from '../../../domain/policy/override.ts';
import { isValidOn } from '../../../infra/policy-snapshot.ts';
import type { PolicyOverrideRecord, PolicyRecord } from '../../../models/policy.ts';
import type { ApiDeps } from '../../deps.ts';

/** All versions of the policy there are, national ones and overrides, and which of them hold. */

export type Entry = z.input<typeof policyVersionSchema>;

export const isDemo = (version: string): boolean => version.startsWith('demo');

/** A national version or an override, as the list shows it. */
export interface Known {
  readonly version: string;
  readonly region: string | null;
  readonly base: string | null;
  readonly validFrom: string;
  readonly endsOn: string | null;
  readonly note: string;
  readonly publishedAt: Date | null;
  readonly publishedBy: string | null;
}

const published = ({ publishedAt, publishedBy }: PolicyRecord | PolicyOverrideRecord) => ({
  publishedAt: publishedAt ?? null,
  publishedBy: publishedBy ?? null,
});

const ofVersion = (record: PolicyRecord): Known => {
  const { validFrom, validTo, note } = record.policy;
  const [ends = null] = [validTo, record.endsOn ?? null].filter((end) => end !== null).sort();
  return { version: record._id, region: null, base: null, validFrom, endsOn: ends, note, ...published(record) };
};

const ofOverride = (record: PolicyOverrideRecord): Known => {
  const { _id, region, base, validFrom, note, endsOn = null } = record;
  return { version: _id, region, base, validFrom, endsOn, note, ...published(record) };
};

export const view = (known: Known, state: Entry['state']): Entry => ({
  ...known,
  state,
  publishedAt: known.publishedAt?.toISOString() ?? null,
});

export function stateOf(known: Known, effective: readonly string[], today: string): Entry['state'] {
  if (known.validFrom > today) return 'coming';
  if (!isValidOn({ ...known, validTo: known.endsOn }, today)) return 'ended';
  return effective.includes(known.version) ? 'inForce' : 'superseded';
}

const fromFile = (policy: Policy): PolicyRecord => {
  const nobody = { publishedAt: null, publishedBy: null, endsOn: null, endedBy: null };
  return { _id: policy.version, policy, storedAt: new Date(0), ...nobody };
};

export async function allVersions({ models, reference }: ApiDeps, now: number): Promise<Known[]> {
  const demo = isDemo(reference.currentPolicy(now).version);
  const options = { maxTimeMS: 3000 };
  const [versions, overrides] = await Promise.all([
    models.policies.policies.find({}, options).toArray(),
    models.policies.overrides.find({}, options).toArray(),
  ]);
  const stored = new Set(versions.map(({ _id }) => _id));
  const files = reference.all.filter(({ version }) => !stored.has(version)).map(fromFile);
  return [...versions, ...files]
    .map(ofVersion)
    .concat(overrides.map(ofOverride))
    .filter(({ version }) => isDemo(version) === demo)
    .sort((a, b) => (a.validFrom < b.validFrom ? 1 : a.validFrom > b.validFrom ? -1 : a.version < b.version ? 1 : -1));
}

/** Which versions hold now, in this version's own place. */
export function inForce({ reference }: ApiDeps, { region }: Known, now: number): string[] {
  const path = region === null ? [] : reference.regions.path(region).map(({ code }) => code);
  const { base, overrides } = versionParts(reference.policyIn(path, now).version);
  return [base, ...overrides];
}
