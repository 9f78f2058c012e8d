import { dateInShanghai } from '../../../domain/time/calendar.ts';
import { smsReply, smsWish, type SmsReply, type SmsWish } from '../../../domain/sms/keywords.ts';
import { inboundSmsPlace, newSms, type SmsRecord } from '../../../models/sms.ts';
import type { ApiDeps } from '../../deps.ts';
import type { ApiServices } from '../../services.ts';
import { senderOf, type SmsSender } from './sender.ts';
import { confirmPreview, showPreview } from './preview-wish.ts';
import { answerQuestion, askFor, confirm, tellProgress } from './wishes.ts';

export interface InboundSms {
  readonly id: string;
  readonly phone: string;
  readonly text: string;
  readonly at: Date;
}

export interface InboundDeps {
  readonly deps: ApiDeps;
  readonly services: ApiServices;
  readonly requestId: string;
}

/** What is answered, and the ids that a later message refers to. */
export interface Answered {
  readonly reply: SmsReply;
  readonly words?: Readonly<Record<string, string>>;
  readonly about?: Partial<Pick<SmsRecord, 'caseType' | 'caseId' | 'args'>>;
}

const KEPT_MS = 90 * 86_400_000;
const HOUR_MS = 3_600_000;
/** More than this from one phone in an hour is no person. */
const PER_HOUR = 30;

/**
 * Carries out what a phone says, once per message: its command has an id made from the message's, and so has the reply.
 * A call that broke off is repeated by the provider and ends up the same.
 * @returns false when it was handled before or nobody here knows the phone
 */
export async function handleInbound(inbound: InboundDeps, sms: InboundSms): Promise<boolean> {
  const { deps } = inbound;
  const { models, crypto } = deps;
  const now = new Date(deps.now());
  const phoneIndex = crypto.index.of('phone', sms.phone);
  const received = await models.sms.receive({
    _id: sms.id,
    phoneIndex,
    sealed: crypto.fields.seal(inboundSmsPlace(sms.id), { phone: sms.phone, text: sms.text }),
    at: now,
    householdId: null,
    action: null,
    handledAt: null,
    expiresAt: new Date(now.getTime() + KEPT_MS),
  });
  if (received.handledAt !== null || received.phoneIndex !== phoneIndex) return false;
  if (await isFlood(deps, phoneIndex, now)) return finish('limited', false);
  const sender = await senderOf(deps, sms.phone);
  if (sender === null) {
    // Once a day, so that nobody makes us write to strangers all day long.
    await reply(deps, sms.phone, `unknown-${phoneIndex}-${dateInShanghai(now.getTime())}`, { reply: 'unknown' });
    return finish('unknown', false);
  }
  const wish = smsWish(sms.text);
  await reply(deps, sms.phone, `reply-${sms.id}`, await carriedOut(inbound, sms, sender, wish), sender);
  return finish(wish.kind, true, sender.householdIds[0]);

  async function finish(action: string, known: boolean, householdId: string | null = null): Promise<boolean> {
    await models.sms.handled(sms.id, action, householdId, new Date(deps.now()));
    return known;
  }
}

async function isFlood({ models }: ApiDeps, phoneIndex: string, now: Date): Promise<boolean> {
  const since = { phoneIndex, at: { $gte: new Date(now.getTime() - HOUR_MS) } };
  return (await models.sms.inbound.countDocuments(since, { maxTimeMS: 3000, limit: PER_HOUR + 1 })) > PER_HOUR;
}

function carriedOut(inbound: InboundDeps, sms: InboundSms, sender: SmsSender, wish: SmsWish): Promise<Answered> {
  switch (wish.kind) {
    case 'answer':
      return answerQuestion(inbound, sms, sender, wish.answer);
    case 'progress':
      return tellProgress(inbound, sender);
    case 'withdraw':
      return askFor('withdraw', inbound, sender, wish.choice);
    case 'confirmWithdraw':
      return confirm('withdraw', inbound, sms, sender);
    case 'revoke':
      return askFor('revoke', inbound, sender, wish.choice);
    case 'confirmRevoke':
      return confirm('revoke', inbound, sms, sender);
    case 'preview':
      return showPreview(inbound, sender, wish.choice);
    case 'confirmPreview':
      return confirmPreview(inbound, sms, sender);
    case 'wanted':
      return want(inbound, sms, wish.wanted);
    case 'help':
      return Promise.resolve({ reply: 'help' });
  }
}

const WANTED: { readonly [wanted in 'all' | 'urgent' | 'none']: SmsReply } = {
  all: 'wantedAll',
  urgent: 'wantedUrgent',
  none: 'wantedNone',
};

async function want({ deps }: InboundDeps, { phone }: InboundSms, wanted: keyof typeof WANTED): Promise<Answered> {
  await deps.models.sms.want(deps.crypto.index.of('phone', phone), wanted, new Date(deps.now()));
  return { reply: WANTED[wanted] };
}

async function reply(
  deps: ApiDeps,
  phone: string,
  id: string,
  { reply: name, words, about = {} }: Answered,
  sender?: SmsSender,
): Promise<void> {
  const message = newSms(deps.crypto, {
    id,
    kind: 'reply',
    template: `sms.${name}`,
    phone,
    text: smsReply(name, words),
    about: { ...about, householdId: sender?.householdIds[0] ?? null },
    now: deps.now(),
  });
  await deps.models.sms.add(message);
  await deps.jobs.sendSms(id);
}
