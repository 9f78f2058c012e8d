import type { AnyRoute } from '../../route.ts';
import { askForConsent, askForConsentByNumber, confirmConsent } from './consent.ts';
import { askForHouseholdCode, beginHouseholdSession } from './session.ts';

/** What a household does by its number and its phone, without an account. */
export const householdSessionRoutes: readonly AnyRoute[] = [
  askForHouseholdCode,
  beginHouseholdSession,
  askForConsent,
  askForConsentByNumber,
  confirmConsent,
];
