import type { z } from 'zod';
import type { accountSchema, grantSchema } from '../../../contracts/http/account.ts';
import { shownTo } from '../../../domain/access/disclosure.ts';
import type { Actor } from '../../../domain/kernel/types.ts';
import { realNameFault } from '../../../domain/people/real-name.ts';
import type { AccountRecord } from '../../../models/account.ts';
import type { GrantRecord } from '../../../models/account-offices.ts';

const grantView = ({ grantedBy: _, grantedAt, from, until, ...grant }: GrantRecord): z.output<typeof grantSchema> => ({
  ...grant,
  ...(from !== undefined && { from: from.toISOString() }),
  ...(until !== undefined && { until: until.toISOString() }),
  grantedAt: grantedAt.toISOString(),
});

/** An account as operators and its owner see it: nothing that the seal protects. */
export const accountView = (account: AccountRecord): z.output<typeof accountSchema> => ({
  id: account._id,
  kind: account.kind,
  publicName: account.publicName,
  maskedPhone: account.maskedPhone,
  frozen: account.frozen !== null,
  homeRegion: account.homeRegion ?? null,
  vettedUntil: account.vetting?.until.toISOString() ?? null,
  realNamed: realNameFault(account) === null,
  householdId: account.householdId,
  grants: account.grants.map(grantView),
  createdAt: account.createdAt.toISOString(),
});

/** Somebody's account as an answer, with whose it is. */
export const othersView = (account: AccountRecord, actor: Actor) => ({
  etag: account.rev,
  persons: shownTo(actor, { accounts: [account._id] }),
  body: accountView(account),
});
