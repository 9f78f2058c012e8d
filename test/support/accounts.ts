import type { Level, Role } from '../../domain/kernel/types.ts';
import type { AccountRecord } from '../../models/account.ts';
import type { Models } from '../../models/index.ts';

/** An account with one office, for tests that only look at who holds which. */
export async function insertAccount(
  models: Pick<Models, 'accounts'>,
  id: string,
  office?: { role: Exclude<Role, 'clock' | 'system'>; level?: Level; regionCode?: string },
  householdId: string | null = null,
): Promise<void> {
  const now = new Date();
  const grant = office && { id: `${id}-office`, ...office, grantedBy: 'test', grantedAt: now };
  const record: AccountRecord = {
    _id: id,
    rev: 1,
    kind: 'person',
    phoneIndex: id,
    sealed: {},
    maskedPhone: '',
    publicName: '',
    passwordHash: '',
    epoch: 0,
    frozen: null,
    grants: grant ? [grant] : [],
    householdId,
    createdAt: now,
    updatedAt: now,
  } as unknown as AccountRecord;
  await models.accounts.insert(record);
}
