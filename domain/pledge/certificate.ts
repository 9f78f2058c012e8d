import { dateInShanghai } from '../time/calendar.ts';

/** A donor's certificate: thanks, and nothing more. It has no seal, and it is no receipt for any tax office. */

export interface CertificateFacts {
  readonly code: string;
  /** As he is called on it: in full for himself, masked for everybody else. */
  readonly donor: string;
  /** Surname and `**`. */
  readonly recipient: string;
  /** Down to the village. */
  readonly place: string;
  readonly need: string;
  readonly items: readonly { readonly name: string; readonly unit: string; readonly quantity: number }[];
  /** When receipt was established. */
  readonly receivedAt: number;
}

/** No letters that look like digits: people type it from paper. */
const ALPHABET = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789';

export const CERTIFICATE_CODE = /^BF(-[A-HJ-NP-Z2-9]{4}){4}$/;

/** `BF-7KQM-2XAB-…`: 80 bits of a keyed hash, so that nobody can guess one. */
export function certificateCode(hash: Uint8Array): string {
  const letters = [...hash.subarray(0, 16)].map((byte) => ALPHABET[byte % 32] ?? '').join('');
  return ['BF', ...(letters.match(/.{4}/g) ?? [])].join('-');
}

export const itemsText = ({ items }: Pick<CertificateFacts, 'items'>): string =>
  items.map(({ name, quantity, unit }) => `${name}${quantity}${unit}`).join('、');

/** `2026年11月24日` */
export function chineseDate(at: number): string {
  const [year = '', month = '', day = ''] = dateInShanghai(at).split('-');
  return `${year}年${Number(month)}月${Number(day)}日`;
}

export const CERTIFICATE_TITLE = '爱心感谢信';

/** The letter, paragraph by paragraph. */
export const certificateText = (facts: CertificateFacts): readonly string[] => [
  `尊敬的${facts.donor}：`,
  `您为${facts.place}${facts.recipient}家的求助“${facts.need}”送去了${itemsText(facts)}，已于${chineseDate(facts.receivedAt)}确认收到。`,
  '谢谢您的善意。您送去的不只是物品，也是一份惦记。',
];

/** What it is not, said on it. */
export const CERTIFICATE_NOTE = '本信仅表达感谢，不是公益捐赠票据，不能用于抵税或报销。';
