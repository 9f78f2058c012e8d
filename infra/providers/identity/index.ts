import type { IdentityConfig } from '../../config-identity.ts';
import { createHttpRegister } from './http.ts';
import type { IdentityRegister } from './port.ts';
import { createSandboxRegister } from './sandbox.ts';

export type { IdentityAnswer, IdentityClaim, IdentityRegister } from './port.ts';

/** The register of the configuration; null where none is asked. */
export function createIdentityRegister({ provider, http }: IdentityConfig): IdentityRegister | null {
  if (provider === 'sandbox') return createSandboxRegister();
  return http === undefined ? null : createHttpRegister(http);
}
