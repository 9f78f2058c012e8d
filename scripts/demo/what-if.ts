import type { DemoDeps } from './need-run.ts';
import { until } from './waiting.ts';

/**
 * At the end an operator asks what would have become of the demo's own cases: under their own policy nothing may come out
 * otherwise, under a tighter one much must.
 */

interface WhatIf {
  readonly id: string;
  readonly status: string;
  readonly report: {
    readonly compared: number;
    readonly notReproduced: number;
    readonly unreadable: { readonly [reason: string]: number };
    readonly differ: { readonly end: number; readonly course: number; readonly time: number };
    readonly ends: { readonly [way: string]: number };
  };
}

export interface WhatIfOutcome {
  readonly compared: number;
  readonly same: WhatIf['report']['differ'];
  readonly tighter: WhatIf['report']['differ'];
  /** What would have changed most often. */
  readonly examples: readonly string[];
}

/** Half a day of the demo to review, a tenth of one to send: what people did there in seconds comes too late. */
const TIGHTER = { need: { reviewWorkingDays: { village: 0.05 } }, pledge: { holdDays: 0.02 } };

/** @throws Error when the same policy gives another end, or a tighter one the same */
export async function askWhatIf(
  { client, people }: DemoDeps,
  begunAt: Date,
  progress: (line: string) => void,
): Promise<WhatIfOutcome> {
  const { token } = await people.operator();
  const kinds = { caseTypes: ['need', 'pledge', 'application'], startedFrom: begunAt.toISOString() };
  const ask = async (values: object): Promise<WhatIf['report']> => {
    const { id } = await client.post<WhatIf>('ask what if', '/v1/operator/what-if', token, { values, ...kinds });
    const { status, report } = await until(
      'the end of a what-if',
      () => client.get<WhatIf>(`/v1/operator/what-if/${id}`, token),
      (run) => run.status !== 'queued' && run.status !== 'running',
    );
    if (status !== 'done') throw new Error(`the what-if ${id} is ${status}`);
    return report;
  };
  const same = await ask({});
  const tighter = await ask(TIGHTER);
  const { compared } = same;
  progress(
    `what if: ${compared} cases replayed, ${tighter.differ.end} would have ended otherwise under a tighter policy`,
  );
  const examples = Object.entries(tighter.ends)
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([way, count]) => `${way} (${count})`);
  const fault = faultOf(same, tighter);
  if (fault !== null) throw new Error(fault);
  return { compared, same: same.differ, tighter: tighter.differ, examples };
}

function faultOf(same: WhatIf['report'], tighter: WhatIf['report']): string | null {
  const { end, course, time } = same.differ;
  const lost = same.notReproduced + Object.values(same.unreadable).reduce((sum, count) => sum + count, 0);
  if (end + course + time > 0) return `under the same policy ${end + course + time} cases came out otherwise`;
  if (lost > 0) return `${lost} cases did not come out as they are stored`;
  if (same.compared === 0) return 'no case was replayed';
  return tighter.differ.end === 0 ? 'a tighter policy changed nothing' : null;
}
