import type { Actor } from '../../domain/kernel/types.ts';

/** People around one household of 长乐村, 石城县. Codes from the province down to the village. */
export const REGION_PATH = ['36', '3607', '360735', '360735100', '360735100223'];

const cadre = (id: string, level: NonNullable<Actor['level']>, regionCode: string): Actor => ({
  id,
  role: 'cadre',
  level,
  regionCode,
});

export const PUBLISHER: Actor = { id: 'publisher', role: 'helper' };
export const RECIPIENT: Actor = { id: 'recipient', role: 'household', householdId: 'household-1' };
export const NEIGHBOUR: Actor = { id: 'neighbour', role: 'household', householdId: 'household-2' };
export const DONOR: Actor = { id: 'donor', role: 'donor' };
export const OTHER_DONOR: Actor = { id: 'other-donor', role: 'donor' };
export const KEEPER: Actor = { id: 'keeper', role: 'pointKeeper', regionCode: '360735100223' };
export const VILLAGE = cadre('village-cadre', 'village', '360735100223');
export const VILLAGE_2 = cadre('village-cadre-2', 'village', '360735100223');
export const TOWNSHIP = cadre('township-cadre', 'township', '360735100');
export const COUNTY = cadre('county-cadre', 'county', '360735');
export const CITY = cadre('city-cadre', 'city', '3607');
export const PROVINCE = cadre('province-cadre', 'province', '36');
export const STRANGER = cadre('other-village-cadre', 'village', '360735100201');
export const OPERATOR: Actor = { id: 'operator', role: 'operator' };

export const CADRES = { village: VILLAGE, township: TOWNSHIP, county: COUNTY, city: CITY, province: PROVINCE };
