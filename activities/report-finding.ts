import { workflowId } from '../contracts/cases.ts';
import type { FindingSeed } from '../domain/finding/types.ts';
import { SYSTEM, type JsonObject } from '../domain/kernel/types.ts';
import { pendingCommand, type CommandRecord, type commandRepository, type NewCommand } from '../models/command.ts';
import type { FindingRecord, findingRepository, NewFinding } from '../models/finding.ts';

/**
 * What the sweeper finds becomes a case with an owner: a new one begins `finding:<id>`, one that is found again after
 * it was settled is open again, and one that is gone settles itself. The commands are in the outbox first, so a process
 * that dies in between loses none; the same sight twice makes the same command.
 */

type Findings = ReturnType<typeof findingRepository>;

export interface ReporterDeps {
  readonly findings: Findings;
  readonly commands: Pick<ReturnType<typeof commandRepository>, 'enqueue'>;
  readonly dispatch: (command: CommandRecord) => Promise<void>;
  /** The policy in force now. */
  readonly policyVersion: (now: number) => string;
}

export function createFindingReporter({ findings, commands, dispatch, policyVersion }: ReporterDeps): Findings {
  async function send(command: NewCommand): Promise<void> {
    await commands.enqueue([command]);
    // What cannot be sent now, the sweeper sends.
    await dispatch(pendingCommand(command)).catch(() => undefined);
  }

  const base = ({ findingId }: FindingRecord, name: string, mark: string | number) => ({
    _id: `${name}-${findingId}-${mark}`,
    caseType: 'finding',
    caseId: findingId,
    name,
    actor: SYSTEM,
    data: {},
    bodyHash: '',
  });

  async function begin(record: FindingRecord, now: Date): Promise<void> {
    const { kind, caseType, caseId, regionPath } = record;
    const seed: FindingSeed = { kind, about: workflowId(caseType, caseId), regionPath };
    const start = { seed: seed as unknown as JsonObject, policyVersion: policyVersion(now.getTime()) };
    await send({ ...base(record, 'report', 1), start });
  }

  return {
    ...findings,

    async report(found: NewFinding, now = new Date()) {
      const isNew = await findings.report(found, now);
      const _id = `${found.kind}:${found.caseType}:${found.caseId}`;
      let record = await findings.find(_id);
      if (record === null) return isNew;
      const ended = record.stage === 'closed' || record.stage === 'cancelled';
      if (ended || record.findingId === undefined) {
        await findings.renew(record, now);
        record = (await findings.find(_id)) ?? record;
      }
      if (record.stage === 'draft') await begin(record, now);
      const quiet = record.quietUntil !== null && record.quietUntil > now;
      if (record.stage === 'settled' && !quiet) await send(base(record, 'foundAgain', record.seq));
      return isNew;
    },

    async resolve(ids, now = new Date()) {
      await findings.resolve(ids, now);
      for (const id of ids) {
        const record = await findings.find(id);
        if (record !== null && ['draft', 'open', 'taken'].includes(record.stage)) {
          await send(base(record, 'gone', record.seq));
        }
      }
    },
  };
}
