import type { Client } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { Redis } from 'ioredis';
import { createPayloadCodec } from '../../infra/temporal/codec.ts';
import type { Config } from '../../infra/config.ts';

/** Everything that somebody could read outside of the database, as text, to look for planted marks in. */

/** A mark as it may stand in text: itself, or escaped as JSON would. */
export function hits(text: string, marks: readonly string[]): string[] {
  return marks.filter((mark) => text.includes(mark) || text.includes(JSON.stringify(mark).slice(1, -1)));
}

/**
 * The raw histories of these workflows and what a list shows of them: every field of every event, payloads as they are
 * stored (encrypted) and as they are read (decrypted).
 */
export async function historiesOf(client: Client, config: Config, workflowIds: readonly string[]): Promise<string> {
  const codec = createPayloadCodec(config.keys.codec);
  const parts: string[] = [];
  const { namespace } = config.temporal;
  for (const workflowId of workflowIds) {
    const handle = client.workflow.getHandle(workflowId);
    const [history, described] = await Promise.all([handle.fetchHistory(), handle.describe()]);
    for (const part of [history, described.raw, { namespace, workflowId }]) {
      const payloads: Payload[] = [];
      parts.push(readable(part, payloads));
      for (const payload of payloads) {
        // A key of another test's own: as it is stored it was looked at already.
        const opened = await codec.decode([payload]).catch(() => []);
        parts.push(...opened.flatMap(({ data, metadata }) => [text(data), ...Object.values(metadata ?? {}).map(text)]));
      }
    }
  }
  return parts.join('\n');
}

const text = (bytes: Uint8Array | null | undefined): string => Buffer.from(bytes ?? []).toString('utf8');

/** Bytes as the text that they may be, and every payload found on the way. */
function readable(value: unknown, payloads: Payload[]): string {
  if (value instanceof Uint8Array) return text(value);
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object' || value === null) return '';
  if (Array.isArray(value)) return value.map((item) => readable(item, payloads)).join('\n');
  const { metadata, data } = value as { metadata?: unknown; data?: unknown };
  if (data instanceof Uint8Array && typeof metadata === 'object') payloads.push(value as Payload);
  return Object.entries(value)
    .map(([key, item]) => `${key} ${readable(item, payloads)}`)
    .join('\n');
}

/** Ids of all workflows of the namespace that the visibility store knows, those of before `since` left out. */
export async function workflowsSince(client: Client, since: Date): Promise<string[]> {
  const ids: string[] = [];
  const query = `StartTime >= '${since.toISOString()}'`;
  for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
  return ids;
}

/** Every key with its value, whatever its type. */
export async function redisDump(redis: Redis): Promise<string> {
  const parts: string[] = [];
  let cursor = '0';
  do {
    const [next, keys] = await redis.scan(cursor, 'COUNT', 1000);
    cursor = next;
    for (const key of keys) parts.push(key, await valueOf(redis, key));
  } while (cursor !== '0');
  return parts.join('\n');
}

async function valueOf(redis: Redis, key: string): Promise<string> {
  switch (await redis.type(key)) {
    case 'string':
      return (await redis.get(key)) ?? '';
    case 'hash':
      return JSON.stringify(await redis.hgetall(key));
    case 'list':
      return (await redis.lrange(key, 0, -1)).join('\n');
    case 'set':
      return (await redis.smembers(key)).join('\n');
    case 'zset':
      return JSON.stringify(await redis.call('ZRANGE', key, '0', '-1'));
    case 'stream':
      return JSON.stringify(await redis.xrange(key, '-', '+'));
    default:
      return '';
  }
}

/** What a process writes to its outputs from now on; `stop` gives it. */
export function captureOutput(): { stop(): string } {
  const written: string[] = [];
  const outputs = [process.stdout, process.stderr] as const;
  const originals = outputs.map((output) => output.write.bind(output));
  for (const [i, output] of outputs.entries()) {
    output.write = ((chunk: string | Uint8Array, ...rest: never[]) => {
      written.push(typeof chunk === 'string' ? chunk : text(chunk));
      return (originals[i] as (...args: unknown[]) => boolean)(chunk, ...rest);
    }) as typeof output.write;
  }
  return {
    stop() {
      for (const [i, output] of outputs.entries()) output.write = originals[i] as typeof output.write;
      return written.join('');
    },
  };
}
