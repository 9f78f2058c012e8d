import type { Actor } from '../../../domain/kernel/types.ts';
import type { ApiDeps } from '../../deps.ts';

/** Whose phone it is: the households that the register knows by it, or the one of the account that has it. */
export interface SmsSender {
  readonly phoneIndexes: readonly string[];
  readonly householdIds: readonly string[];
  /** In which capacity he acts for one of them: with the recipient's rights and no others. */
  actorFor(householdId: string): Actor;
}

/** A household that acts by itself, without an account: its own id stands for the person. */
export const householdActor = (householdId: string): Actor => ({ id: householdId, role: 'household', householdId });

/** Null for a phone that nobody here has. */
export async function senderOf({ models, crypto }: ApiDeps, phone: string): Promise<SmsSender | null> {
  const phoneIndexes = crypto.index.candidates('phone', phone);
  const households = await models.households.findByPhone(phoneIndexes);
  if (households.length > 0) {
    return { phoneIndexes, householdIds: households.map(({ _id }) => _id), actorFor: householdActor };
  }
  const account = await models.accounts.findByPhone(phoneIndexes);
  if (account?.householdId == null || account.frozen !== null) return null;
  const { _id: id, householdId } = account;
  return { phoneIndexes, householdIds: [householdId], actorFor: () => ({ id, role: 'household', householdId }) };
}
