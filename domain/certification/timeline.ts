import type { Actor, JsonObject } from '../kernel/types.ts';
import { textOf, type Text } from '../need/timeline.ts';
import { authorityIn, partOf, reviewTexts } from '../reviewed/timeline.ts';

/** A certification's history in plain Chinese, without names. */
const TEXTS: Readonly<Record<string, Text>> = {
  certificationSubmitted: '提交了实名认证申请',
  ...reviewTexts('核实'),
  certificationApproved: (d) => `${authorityIn(d, 'by')}核实一致，实名认证通过`,
  certificationRefused: (d) => `${authorityIn(d, 'by')}核实未通过`,
  certificationWithdrawn: '撤回了实名认证申请',
  certificationCancelled: '平台取消了实名认证申请',
};

export const certificationEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);

export const certificationPartOf = (actor: Actor, applicantId: string): string => partOf(actor, applicantId, '申请人');
