import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CheckpointRecord } from '../contracts/checkpoint.ts';
import type { KeyRing } from './config.ts';

/**
 * Signed checkpoints over the event log. Each case's events are a hash chain, which shows a changed event, but not a
 * chain that was made anew as a whole; a checkpoint does. It is kept in MongoDB and, one line each, in a file outside of
 * it, so that a database that was changed together with its checkpoints still contradicts the file.
 */

/** An event may be committed this much after the time that it carries; a transaction may take 15 s. */
export const SETTLED_AFTER_MS = 60_000;

/** Where checkpoints and events are kept (models/checkpoint.ts). */
export interface CheckpointStore {
  newest(): Promise<CheckpointRecord | null>;
  list(after: number, limit: number): Promise<CheckpointRecord[]>;
  insert(record: CheckpointRecord): Promise<boolean>;
  leaves(from: Date, to: Date): Promise<string[]>;
}

/** An Ed25519 private key in its DER form is this and the 32 bytes of its seed. */
const ED25519 = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKey = (seed: Buffer): KeyObject =>
  createPrivateKey({ key: Buffer.concat([ED25519, seed]), format: 'der', type: 'pkcs8' });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Root of the binary hash tree over these leaves; of none, the hash of nothing. Leaves and nodes never look alike. */
export function merkleRoot(leaves: readonly string[]): string {
  let level = leaves.map((leaf) => sha256(`leaf\n${leaf}`));
  while (level.length > 1) {
    const next: string[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const [left = '', right] = level.slice(i, i + 2);
      next.push(right === undefined ? left : sha256(`node\n${left}\n${right}`));
    }
    level = next;
  }
  return level[0] ?? sha256('');
}

const digestOf = ({ _id, from, to, events, root, prev }: Omit<CheckpointRecord, 'digest' | 'keyId' | 'signature'>) =>
  sha256([_id, from.toISOString(), to.toISOString(), events, root, prev].join('\n'));

const fileOf = (dataDir: string): string => join(dataDir, 'checkpoints.jsonl');

export interface CheckpointDeps {
  readonly checkpoints: CheckpointStore;
  readonly keys: KeyRing;
  readonly dataDir: string;
}

/**
 * Makes the next checkpoint over what is recorded and settled since the last one.
 * @returns null when there is nothing new, or another process was quicker
 */
export async function makeCheckpoint(
  { checkpoints, keys, dataDir }: CheckpointDeps,
  now: number,
  settledAfterMs = SETTLED_AFTER_MS,
): Promise<CheckpointRecord | null> {
  const last = await checkpoints.newest();
  const from = last?.to ?? new Date(0);
  const to = new Date(now - settledAfterMs);
  if (to <= from) return null;
  const leaves = await checkpoints.leaves(from, to);
  if (leaves.length === 0) return null;
  const body = { _id: (last?._id ?? 0) + 1, from, to, events: leaves.length, root: merkleRoot(leaves) };
  const digest = digestOf({ ...body, prev: last?.digest ?? '' });
  const signature = sign(null, Buffer.from(digest), privateKey(keys.current.key)).toString('base64');
  const record = { ...body, prev: last?.digest ?? '', digest, keyId: keys.current.id, signature };
  if (!(await checkpoints.insert(record))) return null;
  await mkdir(dataDir, { recursive: true });
  await appendFile(fileOf(dataDir), `${JSON.stringify({ n: record._id, digest, keyId: record.keyId, signature })}\n`);
  return record;
}

export interface Verification {
  readonly checked: number;
  readonly events: number;
  /** What does not fit, by number of the checkpoint. */
  readonly faults: readonly { readonly checkpoint: number; readonly fault: CheckpointFault }[];
  /** How many of the checked ones the file outside the database has too. */
  readonly inFile: number;
}
export type CheckpointFault = 'missing' | 'unlinked' | 'altered' | 'unsigned' | 'events' | 'file';

/** Checks the checkpoints after number `after` against their signatures, one another, the events and the file. */
export async function verifyCheckpoints(
  { checkpoints, keys, dataDir }: CheckpointDeps,
  { after = 0, limit = Number.MAX_SAFE_INTEGER }: { readonly after?: number; readonly limit?: number } = {},
): Promise<Verification> {
  const file = await readCheckpointFile(dataDir);
  const faults: Verification['faults'][number][] = [];
  const [before] = after === 0 ? [] : await checkpoints.list(after - 1, 1);
  let previous = before?.digest ?? '';
  let expected = after + 1;
  let events = 0;
  let inFile = 0;
  const records = await checkpoints.list(after, Math.min(limit, 100_000));
  for (const record of records) {
    const blame = (fault: CheckpointFault) => faults.push({ checkpoint: record._id, fault });
    if (record._id !== expected) blame('missing');
    if (record.prev !== previous) blame('unlinked');
    if (digestOf(record) !== record.digest) blame('altered');
    if (!isSigned(record, keys)) blame('unsigned');
    const leaves = await checkpoints.leaves(record.from, record.to);
    if (leaves.length !== record.events || merkleRoot(leaves) !== record.root) blame('events');
    const kept = file.get(record._id);
    if (kept !== undefined && kept !== record.digest) blame('file');
    if (kept === record.digest) inFile += 1;
    previous = record.digest;
    expected = record._id + 1;
    events += leaves.length;
  }
  // The file knows more: the newest checkpoints were taken out of the database.
  const last = records.at(-1)?._id ?? after;
  const lost = records.length < limit ? [...file.keys()].filter((n) => n > last) : [];
  faults.push(...lost.map((n) => ({ checkpoint: n, fault: 'missing' as const })));
  return { checked: records.length, events, faults, inFile };
}

function isSigned({ digest, keyId, signature }: CheckpointRecord, keys: KeyRing): boolean {
  const seed = keys.all.get(keyId);
  if (seed === undefined) return false;
  return verify(null, Buffer.from(digest), createPublicKey(privateKey(seed)), Buffer.from(signature, 'base64'));
}

/** Number → digest; empty when this machine has no file. A torn last line counts as not written. */
async function readCheckpointFile(dataDir: string): Promise<Map<number, string>> {
  const text = await readFile(fileOf(dataDir), 'utf8').catch(() => '');
  const lines = text.split('\n').flatMap((line): [number, string][] => {
    try {
      const { n, digest } = JSON.parse(line) as { n: number; digest: string };
      return [[n, digest]];
    } catch {
      return [];
    }
  });
  return new Map(lines);
}

/** The public half of the current key, for who verifies elsewhere: SPKI, base64. */
export const checkpointPublicKey = ({ current }: KeyRing): string =>
  createPublicKey(privateKey(current.key)).export({ format: 'der', type: 'spki' }).toString('base64');
