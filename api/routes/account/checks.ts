import type { z } from 'zod';
import type { newGrantSchema } from '../../../contracts/http/account.ts';
import { fieldProblem, problem } from '../../../contracts/problems.ts';
import { birthDateOf, idNumberFault, isFictional, normaliseIdNumber } from '../../../domain/people/id-number.ts';
import { normalisePhone } from '../../../domain/people/phone.ts';
import { isRegionCode, levelOf } from '../../../domain/region/region.ts';
import type { ApiDeps } from '../../deps.ts';

/** What a request says of accounts, checked. */

/** @throws Problem PHONE_INVALID */
export function checkedPhone(text: string, pointer = '/body/phone'): string {
  const phone = normalisePhone(text);
  if (phone === null) throw fieldProblem('PHONE_INVALID', pointer, 'not a mobile number of mainland China');
  return phone;
}

export function checkedIdNumber(text: string, { config }: ApiDeps, now: number): string {
  const idNumber = normaliseIdNumber(text);
  const fault = idNumberFault(idNumber);
  if (fault !== null) throw fieldProblem('ID_NUMBER_INVALID', '/body/idNumber', fault);
  if ((birthDateOf(idNumber) ?? '') > new Date(now).toISOString().slice(0, 10)) {
    throw fieldProblem('ID_NUMBER_INVALID', '/body/idNumber', 'birthDate');
  }
  if (isFictional(idNumber) && config.profile === 'production') {
    throw fieldProblem('FICTIONAL_ID_NUMBER', '/body/idNumber', 'the prefix 99 is for samples');
  }
  return idNumber;
}

export function checkPassword(password: string, phone: string): void {
  const weak = new Set(password).size < 4 || password.includes(phone) || /^\d{0,9}$/.test(password);
  if (weak) throw fieldProblem('PASSWORD_TOO_WEAK', '/body/password', 'too few different characters, or a number only');
}

/** @throws Problem REGION_UNKNOWN */
export function knownRegion({ reference }: ApiDeps, code: string | null | undefined): string | null {
  if (code == null) return null;
  if (reference.regions.find(code) === null) throw fieldProblem('REGION_UNKNOWN', '/body/homeRegion', 'no such region');
  return code;
}

type NewGrant = z.output<typeof newGrantSchema>;

/** @throws Problem REGION_UNKNOWN, GRANT_LEVEL_MISMATCH */
export function checkOffice({ reference }: ApiDeps, grant: NewGrant): void {
  if (!('regionCode' in grant)) return;
  const { regionCode } = grant;
  if (!isRegionCode(regionCode) || reference.regions.find(regionCode) === null) {
    throw fieldProblem('REGION_UNKNOWN', '/body/regionCode', 'no such region');
  }
  if (grant.role === 'aidUnit' && ['village', 'township'].includes(levelOf(regionCode))) {
    throw fieldProblem('GRANT_LEVEL_MISMATCH', '/body/regionCode', 'expected the code of a county or above');
  }
  const wanted = grant.role === 'cadre' ? grant.level : grant.role === 'pointKeeper' ? 'village' : levelOf(regionCode);
  if (levelOf(regionCode) !== wanted) {
    throw fieldProblem('GRANT_LEVEL_MISMATCH', '/body/regionCode', `expected the code of a ${wanted}`);
  }
}

/** Nobody raises or shuts out himself: so there is always an operator left. */
export function notOwn(callerId: string, accountId: string): void {
  if (callerId === accountId) throw problem('OWN_ACCOUNT');
}
