import type { ClientSession } from 'mongoose';
import type { CaseType } from '../contracts/cases.ts';
import type { Actor, JsonObject } from '../domain/kernel/types.ts';
import { isDuplicateKey, startingCommand, type CommandRecord } from '../models/command.ts';
import { inTransaction } from '../models/transaction.ts';
import type { ApiDeps } from './deps.ts';

interface Opening {
  readonly caseType: CaseType;
  readonly caseId: string;
  readonly name?: string;
  /** The case's start data: ids, codes and numbers only. */
  readonly seed: object;
  readonly policyVersion: string;
}

/** The first command of a case, as the request sends it. */
export const openingCommand = (
  { commandId, actor }: { readonly commandId: string; readonly actor: Actor },
  { name = 'submit', seed, ...opening }: Opening,
): CommandRecord => startingCommand({ commandId, actor, name, data: {}, seed: seed as JsonObject, ...opening });

/**
 * The record and the command that opens its case come in one transaction; the case starts after it.
 * @returns false when the record was there already (the same request came before and its answer was lost), or another
 * stands in its place
 */
export async function openCase(
  { models, gateway }: Pick<ApiDeps, 'models' | 'gateway'>,
  command: CommandRecord,
  write: (session: ClientSession) => Promise<unknown>,
): Promise<boolean> {
  try {
    await inTransaction(models.db, async (session) => {
      await write(session);
      await models.commands.commands.insertOne(command, { session });
    });
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return false;
  }
  // Not awaited: what cannot be sent now, the sweeper sends.
  void gateway.dispatch(command);
  return true;
}
