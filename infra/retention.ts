import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Period } from '../domain/retention/types.ts';

/** The periods of data/retention.json. */
export interface RetentionPeriods {
  readonly days: { readonly [period in Period]: number };
  /** Between the request to be erased and the erasure, if no operator carries it out earlier. */
  readonly erasureWaitDays: number;
}

const days = z.number().int().positive();
const schema = z.strictObject({
  note: z.string(),
  date: z.iso.date(),
  days: z.strictObject({
    audit: days,
    inbox: days,
    imports: days,
    findings: days,
    words: days,
    applications: days,
    papers: days,
    dataExports: days,
  }),
  erasureWaitDays: days,
});

/** @throws Error when a period is missing or misspelt */
export function loadRetention(): RetentionPeriods {
  const text = readFileSync(new URL('../data/retention.json', import.meta.url), 'utf8');
  return schema.parse(JSON.parse(text));
}
