import { z } from 'zod';
import catalogue from '../../data/reason-codes.json' with { type: 'json' };
import { reason } from './command.ts';

/** What may be given as a reason: the codes of data/reason-codes.json for what is done, and no other. */
export type ReasonAct =
  | 'return'
  | 'refuse'
  | 'revoke'
  | 'challenge'
  | 'ruling'
  | 'delivery'
  | 'parcel'
  | 'colleagues'
  | 'office'
  | 'certification'
  | 'giving'
  | 'complaint'
  | 'measure'
  | 'dismissal'
  | 'cancel';

/** A stable code that statistics count. @throws Error when the catalogue has none for this */
export function reasonCode(act: ReasonAct) {
  const codes = Object.keys(catalogue.acts.find((one) => one.act === act)?.codes ?? {});
  if (codes.length === 0) throw new Error(`no reason codes for ${act}`);
  return z.enum(codes).meta({ description: `A code of \`${act}\`; GET /v1/reason-codes has the words for it` });
}

/** A reason: its code, and words for the people concerned. */
export const because = (act: ReasonAct) => ({ reasonCode: reasonCode(act), reason });
