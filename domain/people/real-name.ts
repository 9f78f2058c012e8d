/** When an account counts as somebody with a real name: the one rule for all that asks for one. */

/** That name and ID number belong together was said by a register, or by a cadre who saw the papers (`by`). */
export interface RealName {
  readonly source: 'register' | 'papers';
  readonly by: string | null;
  readonly at: Date;
}

interface Named {
  readonly idNumberIndex?: string;
  readonly realName?: RealName;
}

/** What is missing, or null. A number that somebody merely typed in makes nobody real. */
export function realNameFault(account: Named | null): 'REAL_NAME_REQUIRED' | 'REAL_NAME_UNCONFIRMED' | null {
  if (account?.idNumberIndex === undefined) return 'REAL_NAME_REQUIRED';
  return account.realName === undefined ? 'REAL_NAME_UNCONFIRMED' : null;
}
