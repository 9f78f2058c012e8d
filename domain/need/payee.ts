import { fault, type Fault } from './fault.ts';
import type { NeedKind } from './kind.ts';

/** Whom money would be paid to. */
export const PAYEES = ['recipient', 'guardian', 'hospital', 'school', 'supplier', 'other'] as const;
export type PayeeKind = (typeof PAYEES)[number];

/** What the rules want to know of a payee; name and account are sealed. */
export interface PayeeFacts {
  readonly kind: PayeeKind;
  /** Photo of a bill, an admission note or a proof of guardianship. */
  readonly proof: string | null;
}

/** Digits and letters alone, so that one account is one however it is spaced. */
export const normaliseAccount = (account: string): string =>
  account
    .normalize('NFKC')
    .replace(/[^0-9A-Za-z]/g, '')
    .toUpperCase();

export function payeeFaults(kind: NeedKind, payee: PayeeFacts | null): Fault[] {
  if (kind !== 'money') return payee === null ? [] : [fault('/payee', 'PAYEE_NOT_ASKED', '只有资金求助需要收款人')];
  if (payee === null) return [fault('/payee', 'PAYEE_REQUIRED', '请填写收款人和账号')];
  if (payee.kind === 'recipient' || payee.proof !== null) return [];
  return [fault('/payee/proof', 'PAYEE_PROOF_REQUIRED', '收款人不是受助家庭本人，须提交缴费单或监护证明')];
}
