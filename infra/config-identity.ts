import { z } from 'zod';

/** Which register says whether a name and an ID number belong together: a part of infra/config.ts. */

/** `sandbox` knows fictional people, `off` asks nobody, `http` is a register behind an address. */
const IDENTITY_PROVIDERS = ['sandbox', 'off', 'http'] as const;

const given = z.string().trim().min(1);

export const identityEnvironment = {
  IDENTITY_PROVIDER: z.enum(IDENTITY_PROVIDERS).optional(),
  IDENTITY_ENDPOINT: z.url({ protocol: /^https?$/, error: 'must begin with https:// or http://' }).optional(),
  IDENTITY_API_KEY: given.optional(),
};
type Values = { readonly [K in keyof typeof identityEnvironment]?: z.output<(typeof identityEnvironment)[K]> };

export interface IdentityConfig {
  readonly provider: (typeof IDENTITY_PROVIDERS)[number];
  /** Set when the provider is `http`. */
  readonly http?: HttpIdentityConfig;
}

export interface HttpIdentityConfig {
  readonly endpoint: string;
  readonly apiKey: string;
}

/** Production asks a real register over a sealed connection, or none by choice. */
export function identityFaults({ IDENTITY_PROVIDER, ...values }: Values, production: boolean): string[] {
  if (IDENTITY_PROVIDER === 'sandbox' && production) return ['IDENTITY_PROVIDER: production refuses the sandbox'];
  if (IDENTITY_PROVIDER !== 'http') return [];
  const missing = (['IDENTITY_ENDPOINT', 'IDENTITY_API_KEY'] as const)
    .filter((name) => values[name] === undefined)
    .map((name) => `${name}: IDENTITY_PROVIDER=http needs it`);
  const open = production && values.IDENTITY_ENDPOINT?.startsWith('http:') === true;
  return open ? [...missing, 'IDENTITY_ENDPOINT: must begin with https:// in production'] : missing;
}

export function identityConfig({ IDENTITY_PROVIDER: provider = 'sandbox', ...values }: Values): IdentityConfig {
  if (provider !== 'http') return { provider };
  return { provider, http: { endpoint: values.IDENTITY_ENDPOINT ?? '', apiKey: values.IDENTITY_API_KEY ?? '' } };
}
