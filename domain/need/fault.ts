import type { JsonObject } from '../kernel/types.ts';

/** One broken rule. `pointer` is a JSON Pointer into the draft; `detail` is a sentence for the publisher, in Chinese. */
export interface Fault {
  readonly pointer: string;
  readonly code: PostingFaultCode;
  readonly detail: string;
  readonly members?: JsonObject;
}

export type PostingFaultCode =
  | 'TITLE_LENGTH'
  | 'DETAILS_LENGTH'
  | 'CHINESE_TEXT_REQUIRED'
  | 'BLANK_LEFT'
  | 'CATEGORY_UNKNOWN'
  | 'CATEGORY_NOT_LEAF'
  | 'KIND_MISMATCH'
  | 'LINES_REQUIRED'
  | 'LINE_DUPLICATE'
  | 'UNIT_NOT_FITTING'
  | 'QUANTITY_OUT_OF_RANGE'
  | 'PRICE_OUT_OF_BAND'
  | 'PRICE_NOT_ASKED'
  | 'AMOUNT_OVER_CAP'
  | 'UNITS_OVER_CAP'
  | 'ARRANGEMENT_REQUIRED'
  | 'ARRANGEMENT_NOT_ASKED'
  | 'PRESENT_ADULT_REQUIRED'
  | 'MINOR_EMPLOYMENT'
  | 'PAYEE_REQUIRED'
  | 'PAYEE_NOT_ASKED'
  | 'PAYEE_PROOF_REQUIRED'
  | 'FORBIDDEN_ITEM'
  | 'PERSONAL_DATA'
  | 'SCHOOL_NAMED'
  | 'PHOTO_COUNT'
  | 'PHOTO_DUPLICATE'
  | 'RELATION_UNKNOWN'
  | 'CONSENT_REQUIRED'
  | 'CONSENT_DATE'
  | 'SENSITIVE_CONSENT_REQUIRED'
  | 'GUARDIAN_CONSENT_REQUIRED';

export const fault = (pointer: string, code: PostingFaultCode, detail: string, members?: JsonObject): Fault =>
  members === undefined ? { pointer, code, detail } : { pointer, code, detail, members };
