import type { Client } from '@temporalio/client';
import { CASE_DECIDERS } from '../../domain/cases.ts';
import { policyOf } from '../../domain/policy.ts';
import type { Models } from '../../models/index.ts';
import type { CommandRecord } from '../../models/command.ts';
import type { Reference } from '../reference.ts';
import { createDispatch } from './dispatch.ts';

export interface DispatcherDeps {
  readonly client: Client;
  readonly taskQueue: string;
  readonly models: Pick<Models, 'cases' | 'commands'>;
  readonly reference: Pick<Reference, 'calendar' | 'policyFor'>;
}

/** The dispatch of every process: the API after its answer, the recorder after its commit, the sweeper. */
export function createDispatcher({
  client,
  taskQueue,
  models,
  reference,
}: DispatcherDeps): (record: CommandRecord) => Promise<void> {
  return createDispatch({
    client,
    taskQueue,
    calendar: reference.calendar,
    policyFor: (caseType, version) => policyOf(reference.policyFor(version), caseType as 'need' | 'pledge'),
    deciderOf: (caseType) => {
      const decider = CASE_DECIDERS[caseType];
      if (decider === undefined) throw new Error(`no case kind ${caseType}`);
      return decider;
    },
    findCase: (caseType, caseId) => models.cases.find(caseType, caseId),
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
