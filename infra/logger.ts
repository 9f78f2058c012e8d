import { pino, type DestinationStream, type Logger } from 'pino';
import type { Config } from './config.ts';

export type { Logger } from 'pino';

/** Names under which personal data or secrets travel. They are cut out at any of the first three levels of a log line. */
const PERSONAL = [
  'name',
  'idNumber',
  'phone',
  'address',
  'birthDate',
  'details',
  'title',
  'note',
  'reason',
  'password',
  'code',
  'token',
  'accessToken',
  'refreshToken',
  'authorization',
  'cookie',
  'set-cookie',
  'idempotency-key',
] as const;

/** `code` is a secret in a request's body but an error's class elsewhere, so it is cut out of bodies only. */
const ANYWHERE = PERSONAL.filter((field) => field !== 'code' && field !== 'name' && field !== 'reason');

const path = (parent: string, field: string): string =>
  /^[a-z]\w*$/i.test(field) ? `${parent}${parent && '.'}${field}` : `${parent}["${field}"]`;

export const REDACTED_PATHS: readonly string[] = [
  ...ANYWHERE.flatMap((field) => ['', '*', '*.*'].map((parent) => path(parent, field))),
  ...PERSONAL.flatMap((field) => ['body', '*.body'].map((parent) => path(parent, field))),
];

/**
 * JSON lines on standard output. Lines carry `service` and, by child loggers, `requestId`, `caseId`, `commandId`.
 * Personal fields are removed by name; free text and error objects of the driver must still not be logged whole.
 */
export function createLogger(
  { logLevel, profile }: Pick<Config, 'logLevel' | 'profile'>,
  service: string,
  destination?: DestinationStream,
): Logger {
  const options = {
    level: logLevel,
    base: { service, profile },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: errorForLog, error: errorForLog },
    redact: { paths: [...REDACTED_PATHS], remove: true },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

interface LoggedError {
  type: string;
  message: string;
  code?: unknown;
  stack?: string;
  cause?: LoggedError;
}

/** Class, message, code and stack. Other properties (a driver's errors hold whole documents) stay out. */
function errorForLog(error: unknown, depth = 0): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an Error' };
  const code = 'code' in error ? error.code : undefined;
  return {
    type: error.name,
    message: withoutValues(error.message),
    ...(code !== undefined && { code }),
    ...(error.stack !== undefined && { stack: withoutValues(error.stack) }),
    ...(error.cause !== undefined && depth < 3 && { cause: errorForLog(error.cause, depth + 1) }),
  };
}

/** MongoDB names the offending value in `dup key: { phoneIndex: "…" }`. */
const withoutValues = (text: string): string => text.replace(/dup key: \{[^}]*\}/g, 'dup key: {…}');
