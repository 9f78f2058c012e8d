import { dateInShanghai } from '../time/calendar.ts';
import type { Manner } from './manner.ts';

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
  /** How it came; goods where it does not say. */
  readonly manner?: Manner;
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
export function certificateText(facts: CertificateFacts): readonly string[] {
  const { given, got, thanks } = WORDS[facts.manner ?? 'parcel'];
  const what = `您为${facts.place}${facts.recipient}家的求助“${facts.need}”${given}${itemsText(facts)}`;
  return [
    `尊敬的${facts.donor}：`,
    `${what}，已于${chineseDate(facts.receivedAt)}确认${got}。`,
    `谢谢您的善意。${thanks}，也是一份惦记。`,
  ];
}

const GOODS = { given: '送去了', got: '收到', thanks: '您送去的不只是物品' };
/** Nobody sends a lesson, and nobody receives a job. */
const WORDS: Readonly<Record<Manner, typeof GOODS>> = {
  parcel: GOODS,
  inPerson: GOODS,
  service: { given: '提供了', got: '完成', thanks: '您付出的不只是时间' },
  employment: { given: '提供了', got: '落实', thanks: '您提供的不只是岗位' },
};

/** What its page calls the help and its day. */
export const certificateTerms = ({ manner = 'parcel' }: Pick<CertificateFacts, 'manner'>): readonly [string, string] =>
  WORDS[manner] === GOODS ? ['收到的物品', '收到日期'] : ['得到的帮助', `${WORDS[manner].got}日期`];

/** What it is not, said on it. */
export const CERTIFICATE_NOTE = '本信仅表达感谢，不是公益捐赠票据，不能用于抵税或报销。';
