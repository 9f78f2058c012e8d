import { workflowId, type CaseType } from '../../contracts/cases.ts';
import { problem } from '../../contracts/problems.ts';
import type { Actor } from '../../domain/kernel/types.ts';
import type { CaseRecord } from '../../models/case.ts';
import type { PersonalAccess } from '../case-command.ts';
import type { ApiDeps } from '../deps.ts';

/** What operators see of any case. */

export const OPERATOR: PersonalAccess = { roles: ['operator'], scope: 'region' };

export function temporalUrl({ config }: Pick<ApiDeps, 'config'>, type: string, caseId: string): string {
  const { uiUrl, namespace } = config.temporal;
  return `${uiUrl}/namespaces/${namespace}/workflows/${encodeURIComponent(workflowId(type, caseId))}`;
}

/** A complaint about an operator is no case of his. @throws Problem NOT_FOUND */
export async function findCase(
  { models }: ApiDeps,
  type: CaseType,
  caseId: string,
  { id: own }: Pick<Actor, 'id'>,
): Promise<CaseRecord> {
  const filter = { _id: workflowId(type, caseId), 'state.accusedIds': { $ne: own } };
  const record = await models.cases.cases.findOne(filter, { maxTimeMS: 3000 });
  if (record === null) throw problem('NOT_FOUND');
  return record;
}

export const caseFields = (deps: ApiDeps, record: CaseRecord) => ({
  caseType: record.caseType as CaseType,
  caseId: record.caseId,
  stage: record.stage,
  stageSince: record.stageSince.toISOString(),
  seq: record.seq,
  dueAt: record.dueAt?.toISOString() ?? null,
  dueCommand: record.dueCommand,
  waitingOn: record.waitingOn,
  parkedReason: record.parkedReason,
  regionPath: record.regionPath,
  policyVersion: record.policyVersion,
  temporalUrl: temporalUrl(deps, record.caseType, record.caseId),
});
