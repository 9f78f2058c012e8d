import type { Level } from '../kernel/types.ts';
import { levelOf } from '../region/region.ts';
import { authorityAbove, type Found } from '../reviewed/route.ts';
import type { Eligible } from '../reviewed/types.ts';

/** The level right below the one that moderates offers for a region. */
const BELOW: Readonly<Record<Level, Level>> = {
  village: 'township',
  township: 'township',
  county: 'township',
  city: 'county',
  province: 'city',
};

/**
 * Who moderates first: the county of the region that the offer names, for a wider one the city or province itself, for
 * the whole country an operator. A level without anybody is passed over, upwards.
 */
export const moderatorOf = (eligible: Eligible, regionCode: string | null): Found =>
  authorityAbove(eligible, regionCode === null ? 'province' : BELOW[levelOf(regionCode)]);
