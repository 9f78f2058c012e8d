import { Problem, problemForRefusal, PROBLEMS, type Language } from '../contracts/problems.ts';
import { GatewayBusy, type CommandReceipt } from './gateway.ts';

/** Many cases with one request: each its own command with its own result. */

/** So many cases are asked at once: one caller's list must not fill the gateway. */
const AT_ONCE = 8;

export interface ItemResult {
  readonly status: 'applied' | 'pending' | 'refused';
  readonly stage: string | null;
  readonly problem: { readonly code: string; readonly title: string } | null;
}

/** What became of one item; a refusal, a missing case and a busy one are results, anything else is an error. */
export async function resultOf(send: () => Promise<CommandReceipt>, language: Language): Promise<ItemResult> {
  try {
    const receipt = await send();
    if (receipt.status === 'pending') return { status: 'pending', stage: null, problem: null };
    const { refusal, stage } = receipt.outcome;
    if (refusal === undefined) return { status: 'applied', stage, problem: null };
    return { status: 'refused', stage, problem: told(problemForRefusal(refusal).code, language) };
  } catch (error) {
    if (error instanceof GatewayBusy) return { status: 'refused', stage: null, problem: told('CASE_BUSY', language) };
    if (!(error instanceof Problem)) throw error;
    return { status: 'refused', stage: null, problem: told(error.code, language) };
  }
}

const told = (code: Problem['code'], language: Language) => ({ code, title: PROBLEMS[code][language] });

/** The results in the order of the items. */
export async function eachOf<T, R>(items: readonly T[], work: (item: T, index: number) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const batch = items.slice(from, from + AT_ONCE);
    results.push(...(await Promise.all(batch.map((item, i) => work(item, from + i)))));
  }
  return results;
}
