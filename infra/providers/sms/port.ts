/** A text message as a provider gets it. `id` is the same at every try, so that a provider who knows it sends once. */
export interface OutgoingSms {
  readonly id: string;
  /** Eleven digits of mainland China. */
  readonly phone: string;
  /** Which approved template carries it. */
  readonly kind: 'code' | 'notice';
  /** The whole text as its reader sees it, without the signature. */
  readonly text: string;
  /** The template's variables: a code with its minutes, or the text itself. */
  readonly params: readonly string[];
}

/** What a provider says who has taken a message over. */
export interface SmsReceipt {
  /** The provider's own number of it. */
  readonly providerId: string;
}

/** The way to the phones. Sending is asynchronous at every provider: a receipt is no proof that anybody has read it. */
export interface SmsProvider {
  readonly name: string;
  /** @throws SmsRefused; any other error says nothing about the message and is tried again */
  send(message: OutgoingSms): Promise<SmsReceipt>;
}

/** The provider answered and does not send it. `permanent`: nor will he later (no such number, on a list of refusals). */
export class SmsRefused extends Error {
  override name = 'SmsRefused';
  readonly code: string;
  readonly permanent: boolean;

  constructor(code: string, permanent: boolean) {
    super(`the provider refused a message: ${code}`);
    this.code = code;
    this.permanent = permanent;
  }
}
