import type { AnyRoute } from '../../route.ts';
import { receiveReport, receiveSms } from './callbacks.ts';
import { preferenceRoutes } from './preferences.ts';
import { readSandboxSms, sendSandboxSms } from './sandbox.ts';

/** Text messages: what comes in from the provider, what people want to get, and the sandbox. */
export const smsRoutes: readonly AnyRoute[] = [
  receiveSms,
  receiveReport,
  ...preferenceRoutes,
  readSandboxSms,
  sendSandboxSms,
];
