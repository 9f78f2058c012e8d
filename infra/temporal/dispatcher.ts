import type { Client } from '@temporalio/client';
import type { CaseType, OutboxCommand } from '../../contracts/cases.ts';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import type { Outcome } from '../../domain/kernel/case-file.ts';
import { policyOf } from '../../domain/policy.ts';
import type { Reference } from '../reference.ts';
import { createDispatch, type FoundCase } from './dispatch.ts';

export interface DispatcherDeps {
  readonly client: Client;
  readonly taskQueue: string;
  readonly models: {
    readonly cases: { find(caseType: string, caseId: string): Promise<FoundCase | null> };
    readonly commands: {
      find(id: string): Promise<{ readonly name: string } | null>;
      settle(outcome: Outcome): Promise<unknown>;
    };
  };
  readonly reference: Pick<Reference, 'calendar' | 'policyFor'>;
}

/** The dispatch of every process: the API after its answer, the recorder after its commit, the sweeper. */
export function createDispatcher({
  client,
  taskQueue,
  models,
  reference,
}: DispatcherDeps): (record: OutboxCommand) => Promise<void> {
  return createDispatch({
    client,
    taskQueue,
    calendar: reference.calendar,
    policyFor: (caseType, version) => policyOf(reference.policyFor(version), caseType as CaseType),
    deciderOf: (caseType) => {
      const decider = CASE_DECIDERS[caseType];
      if (decider === undefined) throw new Error(`no case kind ${caseType}`);
      return decider;
    },
    findCase: (caseType, caseId) => models.cases.find(caseType, caseId),
    started: async ({ _id: commandId, name: command }) => {
      await models.commands.settle({ commandId, command, status: 'applied', seq: 0, stage: 'started' });
    },
    settle: async (commandId, record, code) => {
      const { seq = 0, stage = '' } = record ?? {};
      const command = (await models.commands.find(commandId))?.name ?? '';
      await models.commands.settle({
        commandId,
        command,
        status: 'refused',
        seq,
        stage,
        refusal: { code, detail: { stage } },
      });
    },
  });
}
