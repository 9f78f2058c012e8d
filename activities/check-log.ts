import { workflowId } from '../contracts/cases.ts';
import type { CaseRecord } from '../models/case.ts';
import type { Models } from '../models/index.ts';
import type { Invariant } from './check.ts';
import { idOf } from './check-case.ts';

/** What clients know, compared with what is stored. */

/** What clients were answered, from their own log. */
export interface ClientLog {
  /** Submissions and claims that were answered with 201 or 202. */
  readonly acknowledged: readonly { readonly caseType: string; readonly caseId: string }[];
  readonly told: readonly {
    readonly commandId: string;
    readonly status: 'applied' | 'refused' | 'pending';
    readonly seq?: number;
    readonly stage?: string;
    readonly code?: string;
  }[];
  /** Calls without an answer, never repeated: each was done once or not at all. */
  readonly unsure: readonly {
    readonly caseType: string;
    readonly caseId: string;
    readonly name: string;
    readonly actorId: string;
  }[];
}

export const NO_LOG: ClientLog = { acknowledged: [], told: [], unsure: [] };

interface Known {
  readonly models: Models;
  readonly cases: ReadonlyMap<string, CaseRecord>;
  readonly fault: (invariant: Invariant, id: string) => (detail: string) => unknown;
}

/** Whatever clients were told is so, and what nobody answered was done once or not at all. */
export async function checkLog(
  { acknowledged, told, unsure }: ClientLog,
  { models, cases, fault }: Known,
): Promise<void> {
  for (const one of acknowledged) {
    if (!cases.has(idOf(one))) fault('acknowledged', idOf(one))('was acknowledged and does not exist');
  }
  for (const { commandId, status, seq, stage, code } of told) {
    const stored = await models.commands.find(commandId);
    if (stored === null) fault('told', commandId)('was acknowledged and is not stored');
    else if (status === 'pending') continue;
    else if (stored.status !== status) fault('told', commandId)(`told ${status}, stored ${stored.status}`);
    else if (seq !== undefined && (stored.outcome?.seq !== seq || stored.outcome.stage !== stage))
      fault('told', commandId)('another outcome is stored than was told');
    else if (code !== undefined && stored.outcome?.refusal?.code !== code)
      fault('told', commandId)(`told ${code}, stored ${stored.outcome?.refusal?.code ?? 'none'}`);
  }
  for (const { caseType, caseId, name, actorId } of unsure) {
    const sent = await models.commands.commands.find({ caseType, caseId, name, 'actor.id': actorId }).toArray();
    const applied = sent.filter(({ status }) => status === 'applied').length;
    const pending = sent.filter(({ status }) => status === 'pending').length;
    if (applied > 1 || pending > 0)
      fault('indeterminate', workflowId(caseType, caseId))(`${name}: ${applied} done, ${pending} open`);
  }
}
