import { z } from 'zod';
import { id } from '../../../contracts/http/common.ts';
import { caseCommandRoutes, type PersonalAccess } from '../../case-command.ts';

/** A command of a need as a route, and who reaches the need. */

/** Any cadre of the place: the case itself knows whose turn it is. */
export const CADRE: PersonalAccess = { roles: ['cadre'], scope: 'region' };
/** Publisher and household, whatever else they are. */
export const PARTY: PersonalAccess = { signedIn: true, scope: 'party' };
/** Publisher, or a cadre of the place. */
export const PARTY_OR_CADRE: PersonalAccess = { signedIn: true, scope: 'party' };
export const COUNTY: PersonalAccess = { roles: ['cadre'], levels: ['county', 'city', 'province'], scope: 'region' };
export const COUNTY_OR_OPERATOR: PersonalAccess = {
  roles: ['cadre', 'operator'],
  levels: ['county', 'city', 'province'],
  scope: 'region',
};
export const AID_UNIT: PersonalAccess = { roles: ['aidUnit', 'operator'], scope: 'region' };

export const needCommand = caseCommandRoutes({
  caseType: 'need',
  tag: 'Needs',
  path: '/v1/needs/{needId}',
  params: z.strictObject({ needId: id }),
  caseId: 'needId',
});
