import type { AnyRoute } from '../../route.ts';
import { freeze, unfreeze } from './freeze.ts';
import { grantRole, withdrawRole } from './grants.ts';
import { getMe, setHome } from './me.ts';
import { getAccount, lookUpAccount } from './read.ts';
import { register } from './register.ts';

/** Accounts, what they may do, and who is shut out. */

export const accountRoutes: readonly AnyRoute[] = [
  register,
  getMe,
  setHome,
  getAccount,
  lookUpAccount,
  grantRole,
  withdrawRole,
  freeze,
  unfreeze,
];
