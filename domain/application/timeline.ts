import type { Actor, JsonObject } from '../kernel/types.ts';
import { textOf, type Text } from '../need/timeline.ts';
import { authorityIn, partOf, reviewTexts } from '../reviewed/timeline.ts';

/** An application's history in plain Chinese, without names. */
const TEXTS: Readonly<Record<string, Text>> = {
  applicationSubmitted: '提交了任职申请',
  ...reviewTexts('审批'),
  applicationApproved: (d) => `${authorityIn(d, 'by')}审批通过`,
  applicationRefused: (d) => `${authorityIn(d, 'by')}审批未通过`,
  applicationWithdrawn: '撤回了申请',
  applicationCancelled: '平台取消了申请',
};

export const applicationEventText = (type: string, data: JsonObject): string => textOf(TEXTS, type, data);

export const applicationPartOf = (actor: Actor, applicantId: string): string => partOf(actor, applicantId, '申请人');
