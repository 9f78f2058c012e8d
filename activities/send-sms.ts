import type { Connection } from 'mongoose';
import { smsDayOf, tomorrow, wakingTime, type SmsRules } from '../domain/sms/rules.ts';
import type { Instant } from '../domain/kernel/types.ts';
import { SmsRefused, type OutgoingSms, type SmsProvider } from '../infra/providers/sms/index.ts';
import type { NewFinding } from '../models/finding.ts';
import {
  sandboxSmsPlace,
  smsPlace,
  smsRepository,
  type SmsContent,
  type SmsCrypto,
  type SmsRecord,
} from '../models/sms.ts';

export interface SmsSenderDeps {
  readonly db: Connection;
  readonly crypto: SmsCrypto;
  /** Null: text messages are switched off. */
  readonly provider: SmsProvider | null;
  readonly rules: (now: Instant) => SmsRules;
  readonly report: (finding: NewFinding) => Promise<unknown>;
  readonly now?: () => Instant;
}

/** What became of a try: done, or to be tried again at `later`. */
export type SmsTry = 'done' | { readonly later: Instant };

/**
 * Sends one message. A provider who fails is asked again by the queue; at the last try, or when he says that it is no
 * use, the message has failed and the operators find it. Once a provider has taken it, nothing sends it again: only a
 * process that dies between his answer and its recording leaves a second one, which a provider recognises by its id.
 */
export function createSmsSender({ db, crypto, provider, rules: rulesAt, report, ...deps }: SmsSenderDeps) {
  const sms = smsRepository(db);
  const now = deps.now ?? Date.now;

  return async function send(smsId: string, lastTry: boolean): Promise<SmsTry> {
    const known = await sms.find(smsId);
    if (known?.status === 'undelivered') await fail(known, known.failure ?? 'UNDELIVERED');
    if (known?.status !== 'waiting') return 'done';
    const later = await postponed(known);
    if (later !== null) return { later };
    const reason = await unwanted(known);
    const message = reason === null ? await sms.begin(smsId) : null;
    if (message === null) {
      await sms.finish(known, { status: 'dropped', failure: reason });
      return 'done';
    }
    await handOver(message, lastTry);
    return 'done';
  };

  /** When it has to wait: quiet hours, or its phone has got enough for today. */
  async function postponed(message: SmsRecord): Promise<Instant | null> {
    if (message.kind !== 'notice') return null;
    const at = now();
    const rules = rulesAt(at);
    let dueAt = wakingTime(at, rules);
    if (!message.urgent) {
      const today = await sms.noticesSince(message.phoneIndex, new Date(smsDayOf(at)));
      if (today >= rules.noticesPerDay) dueAt = Math.max(dueAt, tomorrow(at, rules));
    }
    if (dueAt <= at) return null;
    await sms.postpone(message._id, new Date(dueAt));
    return dueAt;
  }

  /** Why nobody should get it; null when it goes out. */
  async function unwanted(message: SmsRecord): Promise<string | null> {
    if (provider === null) return 'SMS_OFF';
    if (message.kind !== 'notice') return null;
    const wanted = await sms.wanted([message.phoneIndex]);
    return wanted === 'none' || (wanted === 'urgent' && !message.urgent) ? 'UNWANTED' : null;
  }

  async function handOver(message: SmsRecord, lastTry: boolean): Promise<void> {
    const content = crypto.fields.open<SmsContent>(smsPlace(message._id), message.sealed);
    const kind = message.kind === 'code' ? 'code' : 'notice';
    try {
      const receipt = await provider?.send({ id: message._id, kind, ...content });
      const providerId = receipt?.providerId ?? null;
      await sms.finish(message, { status: 'sent', sentAt: new Date(now()), providerId });
    } catch (error) {
      const refused = error instanceof SmsRefused ? error : null;
      if (refused?.permanent !== true && !lastTry) throw error;
      await fail(message, refused?.code ?? 'PROVIDER_AWAY');
    }
  }

  async function fail(message: SmsRecord, failure: string): Promise<void> {
    const detail = `${message.template} ${failure}`;
    await report({ kind: 'smsFailed', caseType: 'sms', caseId: message._id, detail });
    await sms.finish(message, { status: 'failed', failure });
  }
}

const SANDBOX_KEEPS_MS = 7 * 86_400_000;

/** Where the sandbox keeps its messages: sealed like everything with a phone in it. */
export function createSandboxMailbox(db: Connection, crypto: SmsCrypto, now: () => Instant = Date.now) {
  const sms = smsRepository(db);
  return async ({ id, phone, kind, text }: OutgoingSms): Promise<void> => {
    const at = now();
    await sms.keepInSandbox({
      _id: id,
      phoneIndex: crypto.index.of('phone', phone),
      sealed: crypto.fields.seal(sandboxSmsPlace(id), { phone, kind, text }),
      at: new Date(at),
      expiresAt: new Date(at + SANDBOX_KEEPS_MS),
    });
  };
}
