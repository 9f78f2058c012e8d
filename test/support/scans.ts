import type { Connection } from 'mongoose';

/** What the profiler of MongoDB notes of an operation. */
interface Noted {
  readonly ns: string;
  readonly command?: { readonly filter?: object; readonly pipeline?: readonly object[]; readonly q?: object };
  readonly originatingCommand?: { readonly pipeline?: readonly object[] };
}

const SIZE = 4 * 1024 * 1024;

/** From now on MongoDB notes which operations of this database read a whole collection because no index serves them. */
export async function watchScans({ db }: Connection): Promise<void> {
  if (db === undefined) throw new Error('not connected');
  await db.createCollection('system.profile', { capped: true, size: SIZE });
  await db.command({ profile: 1, filter: { planSummary: { $regex: 'COLLSCAN' } } });
}

/** Each kind of them once. Change streams follow the log of operations, and who asks for all records means it. */
export async function scansOf({ db }: Connection): Promise<string[]> {
  if (db === undefined) throw new Error('not connected');
  await db.command({ profile: 0 });
  const noted = await db.collection('system.profile').find({}).toArray();
  await db.collection('system.profile').drop();
  const scans = noted.flatMap((entry) => scanOf(entry as unknown as Noted) ?? []);
  return [...new Set(scans)].sort();
}

function scanOf({ ns, command, originatingCommand }: Noted): string | null {
  const pipeline = command?.pipeline ?? originatingCommand?.pipeline ?? [];
  if (pipeline.some((step) => '$changeStream' in step) || ns.endsWith('.system.profile')) return null;
  const asked = command?.filter ?? command?.q ?? pipeline[0] ?? {};
  return Object.keys(asked).length === 0 ? null : `${ns.slice(ns.indexOf('.') + 1)} ${JSON.stringify(asked)}`;
}
