/** Middle of the values; of an even count the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** Linear interpolation between neighbours. */
export function quantile(values: readonly number[], q: number): number {
  if (values.length === 0) throw new Error('no values');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * q;
  const low = sorted[Math.floor(at)] ?? 0;
  const high = sorted[Math.ceil(at)] ?? low;
  return low + (high - low) * (at - Math.floor(at));
}

/** The values of both sides as they were measured, in turns: A B B A A B B A … */
export interface Paired {
  readonly ours: readonly number[];
  readonly bare: readonly number[];
}

/**
 * Runs both sides in turns in one go, so that a slow minute of the machine hits both. One turn of each first is not
 * counted.
 */
export async function interleaved(
  pairs: number,
  ours: () => Promise<number>,
  bare: () => Promise<number>,
): Promise<Paired> {
  const result = { ours: [] as number[], bare: [] as number[] };
  await bare();
  await ours();
  for (let pair = 0; pair < pairs; pair += 1) {
    const oursFirst = pair % 2 === 0;
    if (oursFirst) result.ours.push(await ours());
    result.bare.push(await bare());
    if (!oursFirst) result.ours.push(await ours());
  }
  return result;
}

/** Ratio pair by pair: median, lowest and highest. */
export function ratioOf({ ours, bare }: Paired): { median: number; low: number; high: number } {
  const ratios = ours.map((value, i) => value / (bare[i] ?? Number.NaN));
  return { median: median(ratios), low: Math.min(...ratios), high: Math.max(...ratios) };
}

/** Milliseconds that `work` took. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Runs `count` pieces of work, `lanes` at a time. */
export async function inLanes(count: number, lanes: number, work: (i: number) => Promise<unknown>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) await work(i);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
}
