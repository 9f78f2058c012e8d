import { z } from 'zod';

export const resultSchema = z.object({
  passed: z.number(),
  failures: z.array(z.object({ title: z.string(), file: z.string().optional(), message: z.string() })),
  skipped: z.array(z.string()),
});

/** What one part of `npm test` found. */
export type Result = z.infer<typeof resultSchema>;

export function addUp(results: Result[]): Result {
  return {
    passed: results.reduce((sum, { passed }) => sum + passed, 0),
    failures: results.flatMap(({ failures }) => failures),
    skipped: results.flatMap(({ skipped }) => skipped),
  };
}

/** The closing lines: skips and failures once more by name, then the counts alone on the last line. */
export function summary({ passed, failures, skipped }: Result): string {
  return [
    '',
    ...skipped.map((title) => `SKIPPED  ${title}`),
    ...failures.map(({ title, file, message }) => `FAILED   ${title}${file ? ` (${file})` : ''}\n         ${message}`),
    '',
    `${passed} passed, ${failures.length} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
  ].join('\n');
}
