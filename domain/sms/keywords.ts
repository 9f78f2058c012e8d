/** What a household can say by text message. Anything else gets the help text. */
export type SmsWish =
  | { readonly kind: 'answer'; readonly answer: 'good' | 'partly' | 'bad' }
  | { readonly kind: 'progress' }
  /** `choice`: which of several, from 1. */
  | { readonly kind: 'withdraw'; readonly choice: number | null }
  | { readonly kind: 'confirmWithdraw' }
  | { readonly kind: 'revoke'; readonly choice: number | null }
  | { readonly kind: 'confirmRevoke' }
  | { readonly kind: 'preview'; readonly choice: number | null }
  | { readonly kind: 'confirmPreview' }
  | { readonly kind: 'wanted'; readonly wanted: 'all' | 'urgent' | 'none' }
  | { readonly kind: 'help' };

const ANSWERS: readonly (readonly [RegExp, 'good' | 'partly' | 'bad'])[] = [
  [/^(?:1|好|很好|有用|很有用)$/, 'good'],
  [/^(?:2|一般|还行|还可以)$/, 'partly'],
  [/^(?:3|没用|没有用|不好|没有帮助)$/, 'bad'],
];

/** Without spaces, punctuation, quotation marks and width; people copy the marks from our own texts. */
const plain = (text: string): string =>
  text
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[\s\p{P}\p{S}]/gu, '');

/** Whole texts only: a word within a sentence is nobody's order. */
export function smsWish(text: string): SmsWish {
  const said = plain(text);
  const answer = ANSWERS.find(([pattern]) => pattern.test(said))?.[1];
  if (answer !== undefined) return { kind: 'answer', answer };
  if (/^(?:进度|进展|查进度|查询进度|JD)$/.test(said)) return { kind: 'progress' };
  const withdraw = /^(?:撤回|CH)([1-9])?$/.exec(said);
  if (withdraw !== null) return { kind: 'withdraw', choice: withdraw[1] === undefined ? null : Number(withdraw[1]) };
  if (/^(?:确认撤回|QRCH)$/.test(said)) return { kind: 'confirmWithdraw' };
  const revoke = /^(?:不同意|收回同意|撤回同意|BTY)([1-9])?$/.exec(said);
  if (revoke !== null) return { kind: 'revoke', choice: revoke[1] === undefined ? null : Number(revoke[1]) };
  if (/^(?:确认不同意|QRBTY)$/.test(said)) return { kind: 'confirmRevoke' };
  const preview = /^(?:同意公开|TYGK)([1-9])?$/.exec(said);
  if (preview !== null) return { kind: 'preview', choice: preview[1] === undefined ? null : Number(preview[1]) };
  if (/^(?:确认公开|QRGK)$/.test(said)) return { kind: 'confirmPreview' };
  if (/^(?:退订|TD|T)$/.test(said)) return { kind: 'wanted', wanted: 'none' };
  if (/^(?:订阅|DY)$/.test(said)) return { kind: 'wanted', wanted: 'all' };
  if (/^(?:重要|ZY)$/.test(said)) return { kind: 'wanted', wanted: 'urgent' };
  return { kind: 'help' };
}

/** Our answers, in the words of the people who read them. */
export const SMS_REPLIES = {
  help: '没有看懂您的短信。可以回复：“进度”查求助进展；“撤回”撤回求助；“同意公开”查看并同意公开的内容；“不同意”收回对公开的同意；1很有用、2一般、3没用回答回访；“退订”不再接收提醒。也可以联系村干部。',
  unknown: '这个号码没有登记在帮扶平台，无法办理。需要帮助请联系所在村的村干部。',
  noNeeds: '您家目前没有进行中的求助。',
  noQuestion: '目前没有等待您回答的回访问题。回复“进度”可查求助进展。',
  answered: '已记下您的回答，谢谢。',
  withdrawAsk: '要撤回求助《{need}》吗？撤回后不再公开，也不会影响您家的任何待遇。确定请在30分钟内回复“确认撤回”。',
  withdrawChoose: '您家有{count}条可撤回的求助：{list}。请回复“撤回”加序号，例如“撤回1”。',
  withdrawNothing: '您家目前没有可以撤回的求助。物品已寄出的，请联系村干部。',
  withdrawExpired: '没有等待确认的撤回。请先回复“撤回”。',
  withdrawn: '求助《{need}》已撤回。',
  revokeAsk:
    '要收回对公开求助《{need}》的同意吗？收回后不再公开，无人认领的随之撤回，已寄出的仍会送到，不影响您家的任何待遇。确定请在30分钟内回复“确认不同意”。',
  revokeChoose: '您家有{count}条求助可以收回同意：{list}。请回复“不同意”加序号，例如“不同意1”。',
  revokeNothing: '您家目前没有可以收回同意的求助。需要帮助请联系村干部。',
  revokeExpired: '没有等待确认的事项。请先回复“不同意”。',
  revoked: '已收回对求助《{need}》的同意，不再公开。回复“进度”可查后续。',
  previewAsk: '外人将看到：{shown}。同意这样公开请在30分钟内回复“确认公开”；不同意请回复“撤回”，不影响您家的任何待遇。',
  previewChoose: '您家有{count}条求助等待您同意公开：{list}。请回复“同意公开”加序号，例如“同意公开1”。',
  previewNothing: '您家目前没有等待同意公开的求助。回复“进度”可查求助进展。',
  previewExpired: '没有等待确认的事项。请先回复“同意公开”。',
  previewed: '已记下：您家同意公开求助《{need}》。以后不同意了，随时回复“不同意”收回。',
  progress: '{list}',
  pending: '已收到您的短信，正在办理。回复“进度”可查结果。',
  refused: '没有办成：{why}。回复“进度”可查求助进展，也可以联系村干部。',
  wantedAll: '已为您开通短信提醒。回复“退订”可停止。',
  wantedUrgent: '今后只给您发送有期限和取件的短信。回复“订阅”恢复全部提醒。',
  wantedNone: '今后不再给您发送提醒短信，验证码不受影响。回复“订阅”恢复。',
} as const;
export type SmsReply = keyof typeof SMS_REPLIES;

export const smsReply = (reply: SmsReply, words: Readonly<Record<string, string>> = {}): string =>
  SMS_REPLIES[reply].replace(/\{(\w+)\}/g, (_, name: string) => words[name] ?? '');
