import { hasChinese, lengthOf } from '../content/text-rules.ts';
import { fault, type Fault } from './fault.ts';
import { disclosureFaults } from './public-text.ts';

/** Somebody with a real name vouches for a need: what he is to the household, and what he knows. */

/** Never a member of the household or the publisher: they speak for the need already. */
export const ENDORSER_RELATIONS = [
  'neighbour',
  'friend',
  'relative',
  'teacher',
  'doctor',
  'colleague',
  'villageCadre',
  'helperCadre',
  'other',
] as const;
export type EndorserRelation = (typeof ENDORSER_RELATIONS)[number];

export interface EndorsementPolicy {
  readonly textLength: { readonly min: number; readonly max: number };
  readonly photosAtMost: number;
}

/** What older policies say nothing of. */
const USUAL: EndorsementPolicy = { textLength: { min: 10, max: 500 }, photosAtMost: 9 };

export function endorsementFaults(
  { text, photos }: { readonly text: string; readonly photos: readonly string[] },
  rules: Parameters<typeof disclosureFaults>[2],
  { textLength: { min, max }, photosAtMost }: EndorsementPolicy = USUAL,
): Fault[] {
  const faults: Fault[] = [];
  const length = lengthOf(text);
  if (length < min || length > max) {
    faults.push(fault('/text', 'DETAILS_LENGTH', `请写${min}至${max}个字`, { min, max }));
  }
  if (!hasChinese(text)) faults.push(fault('/text', 'CHINESE_TEXT_REQUIRED', '请用中文填写'));
  faults.push(...disclosureFaults('/text', text, rules));
  if (photos.length > photosAtMost) {
    faults.push(fault('/photos', 'PHOTO_COUNT', `最多上传${photosAtMost}张照片`, { min: 0, max: photosAtMost }));
  }
  photos.forEach((photo, i) => {
    if (photos.indexOf(photo) < i) faults.push(fault(`/photos/${i}`, 'PHOTO_DUPLICATE', '同一张照片只需上传一次'));
  });
  return faults;
}
