import type { Category } from '../category/category.ts';
import { meetsMinor, type Arrangement } from './arrangement.ts';

/** Which of a need's photos strangers see: no child's face, and of health none at all. */

export interface Photographed {
  readonly photos: readonly string[];
  /** Those of which a cadre has said that no child is to be recognised. */
  readonly photosShown?: readonly string[];
  /** Somebody under 18 is concerned, as found when it was posted. */
  readonly concernsMinor?: boolean;
  readonly arrangement?: Arrangement | null;
}

type About = Pick<Category, 'sensitive' | 'forChildren' | 'withMinors'> | null;

/** Where a child may be in the picture, nothing is shown before a cadre has looked. */
const mayShowChild = ({ concernsMinor, arrangement = null }: Photographed, category: About): boolean =>
  concernsMinor === true || category?.forChildren === true || meetsMinor(arrangement, category);

/** Those that strangers do not see until a cadre has looked at them. What is sensitive is never shown: nothing to look at. */
export function photosUnseen(need: Photographed, category: About): readonly string[] {
  if (category?.sensitive === true || !mayShowChild(need, category)) return [];
  return need.photos.filter((photo) => need.photosShown?.includes(photo) !== true);
}

/** `category`: of the need; an unknown one hides nothing by itself. */
export function publicPhotos(need: Photographed, category: About): readonly string[] {
  if (category?.sensitive === true) return [];
  if (!mayShowChild(need, category)) return need.photos;
  return need.photos.filter((photo) => need.photosShown?.includes(photo) === true);
}
