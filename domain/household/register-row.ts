import { birthDateOf, idNumberFault, isFictional, normaliseIdNumber } from '../people/id-number.ts';
import { normalisePhone } from '../people/phone.ts';
import {
  CAUSES,
  EDUCATION,
  HEALTH,
  LABOUR,
  MEMBER_RELATIONS,
  PROPERTIES,
  type Cause,
  type HouseholdMember,
  type HouseholdPersonal,
  type Property,
} from './household.ts';

/** Columns of a register file, in any order; all of them must be there. `data/needs/README.md` describes them. */
export const REGISTER_COLUMNS = [
  'householdNumber',
  'villageCode',
  'headName',
  'headIdNumber',
  'phone',
  'property',
  'mainCause',
  'otherCauses',
  'incomePerCapitaYuan',
  'identifiedOn',
  'removedOn',
  'helperPhone',
  'headEducation',
  'headHealth',
  'headLabour',
  'members',
] as const;
/** Columns that a file may have besides. */
export const OPTIONAL_REGISTER_COLUMNS = ['address'] as const;
export type RegisterColumn = (typeof REGISTER_COLUMNS)[number] | (typeof OPTIONAL_REGISTER_COLUMNS)[number];

export type RowErrorCode =
  | 'REQUIRED'
  | 'TOO_LONG'
  | 'SHAPE'
  | 'NOT_IN_LIST'
  | 'DATE_ORDER'
  | 'REGION_UNKNOWN'
  | 'REGION_NOT_VILLAGE'
  | 'REGION_OUT_OF_SCOPE'
  | 'ID_NUMBER_SHAPE'
  | 'ID_NUMBER_BIRTH_DATE'
  | 'ID_NUMBER_CHECK_DIGIT'
  | 'ID_NUMBER_FICTIONAL'
  | 'PHONE_SHAPE'
  | 'MEMBER_SHAPE';

/** What is wrong, never the value: an error list is read by people who may not see the numbers. */
export interface RowFault {
  readonly column: RegisterColumn;
  readonly code: RowErrorCode;
}

/** A valid row. */
export interface RegisterRow {
  readonly number: string;
  readonly villageCode: string;
  readonly property: Property;
  readonly mainCause: Cause;
  readonly otherCauses: readonly Cause[];
  readonly incomePerCapitaFen: number;
  readonly identifiedOn: string;
  readonly removedOn: string | null;
  readonly helperPhone: string | null;
  readonly personal: HouseholdPersonal;
}

export interface RowContext {
  readonly isVillage: (code: string) => boolean;
  readonly isRegion: (code: string) => boolean;
  /** The importer's region; rows outside of it are refused. Null for the whole country. */
  readonly scope: string | null;
  /** Whether sample people (ID numbers with the prefix 99) may enter. */
  readonly allowFictional: boolean;
}

/** Cells by column, as they stand in the file. */
export type Cells = (column: RegisterColumn) => string;

const MAX_MEMBERS = 20;
const MAX_NAME = 50;
const MAX_ADDRESS = 100;

/** Checks one row; all faults at once, so that a file is corrected in one go. */
export function parseRegisterRow(cells: Cells, context: RowContext): RegisterRow | readonly RowFault[] {
  const faults: RowFault[] = [];
  const fault = (column: RegisterColumn, code: RowErrorCode): void => void faults.push({ column, code });
  const text = (column: RegisterColumn): string => cells(column).trim();
  const required = (column: RegisterColumn): string => {
    const value = text(column);
    if (value === '') fault(column, 'REQUIRED');
    return value;
  };
  const oneOf = <T extends string>(column: RegisterColumn, list: readonly T[]): T => {
    const value = required(column);
    if (value !== '' && !isOneOf(list, value)) fault(column, 'NOT_IN_LIST');
    return value as T;
  };
  const phone = (column: RegisterColumn): string | null => {
    const value = text(column);
    if (value === '') return null;
    const normal = normalisePhone(value);
    if (normal === null) fault(column, 'PHONE_SHAPE');
    return normal;
  };
  const date = (column: RegisterColumn): string | null => {
    const value = text(column);
    if (value === '') return null;
    if (isDate(value)) return value;
    fault(column, 'SHAPE');
    return null;
  };

  const number = required('householdNumber');
  if (number !== '' && !/^[0-9A-Za-z-]{6,32}$/.test(number)) fault('householdNumber', 'SHAPE');
  const villageCode = required('villageCode');
  if (villageCode !== '') checkVillage(villageCode, context, (code) => fault('villageCode', code));
  const name = required('headName');
  if (name.length > MAX_NAME) fault('headName', 'TOO_LONG');
  const idNumber = normaliseIdNumber(required('headIdNumber'));
  if (idNumber !== '') checkIdNumber(idNumber, context, (code) => fault('headIdNumber', code));
  const otherCauses = text('otherCauses')
    .split(';')
    .map((cause) => cause.trim())
    .filter((cause) => cause !== '');
  if (!otherCauses.every((cause) => isOneOf(CAUSES, cause))) fault('otherCauses', 'NOT_IN_LIST');
  const income = required('incomePerCapitaYuan');
  if (income !== '' && !/^\d{1,9}(?:\.\d{1,2})?$/.test(income)) fault('incomePerCapitaYuan', 'SHAPE');
  required('identifiedOn');
  const identifiedOn = date('identifiedOn');
  const removedOn = date('removedOn');
  if (identifiedOn !== null && removedOn !== null && removedOn < identifiedOn) fault('removedOn', 'DATE_ORDER');
  const address = text('address');
  if (address.length > MAX_ADDRESS) fault('address', 'TOO_LONG');
  const members = parseMembers(text('members'));
  if (members === null) fault('members', 'MEMBER_SHAPE');

  const row: RegisterRow = {
    number,
    villageCode,
    property: oneOf('property', PROPERTIES),
    mainCause: oneOf('mainCause', CAUSES),
    otherCauses: otherCauses as Cause[],
    incomePerCapitaFen: Math.round(Number(income) * 100),
    identifiedOn: identifiedOn ?? '',
    removedOn,
    helperPhone: phone('helperPhone'),
    personal: {
      head: {
        name,
        idNumber,
        phone: phone('phone'),
        birthDate: birthDateOf(idNumber) ?? '',
        education: oneOf('headEducation', EDUCATION),
        health: oneOf('headHealth', HEALTH),
        labour: oneOf('headLabour', LABOUR),
      },
      members: members ?? [],
      ...(address !== '' && { address }),
    },
  };
  return faults.length > 0 ? faults : row;
}

export const isFaults = (parsed: RegisterRow | readonly RowFault[]): parsed is readonly RowFault[] =>
  Array.isArray(parsed);

const isOneOf = (list: readonly string[], value: string): boolean => list.includes(value);

function checkVillage(
  code: string,
  { isVillage, isRegion, scope }: RowContext,
  fault: (code: RowErrorCode) => void,
): void {
  if (!isVillage(code)) fault(isRegion(code) ? 'REGION_NOT_VILLAGE' : 'REGION_UNKNOWN');
  else if (scope !== null && !code.startsWith(scope)) fault('REGION_OUT_OF_SCOPE');
}

function checkIdNumber(id: string, { allowFictional }: RowContext, fault: (code: RowErrorCode) => void): void {
  const wrong = idNumberFault(id);
  if (wrong === 'shape') fault('ID_NUMBER_SHAPE');
  else if (wrong === 'birthDate') fault('ID_NUMBER_BIRTH_DATE');
  else if (wrong === 'checkDigit') fault('ID_NUMBER_CHECK_DIGIT');
  else if (isFictional(id) && !allowFictional) fault('ID_NUMBER_FICTIONAL');
}

/** `relation|name|birth date|education|health|labour`, several separated by `;`. Null when one is not like that. */
function parseMembers(text: string): HouseholdMember[] | null {
  if (text === '') return [];
  const members = text.split(';').map(parseMember);
  return members.length <= MAX_MEMBERS && members.every((member) => member !== null) ? members : null;
}

function parseMember(text: string): HouseholdMember | null {
  const parts = text.split('|');
  const [relation = '', name = '', birthDate = '', education = '', health = '', labour = ''] = parts;
  const known =
    parts.length === 6 &&
    isOneOf(MEMBER_RELATIONS, relation) &&
    isOneOf(EDUCATION, education) &&
    isOneOf(HEALTH, health) &&
    isOneOf(LABOUR, labour);
  if (!known || name === '' || name.length > MAX_NAME || !isDate(birthDate)) return null;
  return { relation, name, birthDate, education, health, labour } as HouseholdMember;
}

/** A day of the calendar, `YYYY-MM-DD`, from 1900 on. */
function isDate(text: string): boolean {
  const match = /^(19\d\d|2\d{3})-(\d\d)-(\d\d)$/.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (month < 1 || month > 12 || day < 1) return false;
  if (month !== 2) return day <= ([4, 6, 9, 11].includes(month) ? 30 : 31);
  return day <= ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28);
}
