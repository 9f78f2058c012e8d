import { z } from 'zod';
import type { HttpIdentityConfig } from '../../config-identity.ts';
import type { IdentityRegister } from './port.ts';

/**
 * A register behind one HTTPS address: `POST` of name and number as JSON with a bearer key; the answer is
 * `{"result": "match" | "noMatch" | "unknown"}`. What a certain provider calls it is for a relay beside him to translate.
 */

/** Somebody waits for his registration meanwhile. */
const LIMIT_MS = 3_000;

const answer = z.object({ result: z.enum(['match', 'noMatch', 'unknown']) });

export function createHttpRegister({ endpoint, apiKey }: HttpIdentityConfig, limitMs = LIMIT_MS): IdentityRegister {
  return {
    name: 'http',
    async check({ name, idNumber }) {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ name, idNumber }),
        // A redirect would carry name and number to an address that nobody chose.
        redirect: 'error',
        signal: AbortSignal.timeout(limitMs),
      });
      if (!response.ok) throw new Error(`the identity register answered ${response.status}`);
      return answer.parse(await response.json()).result;
    },
  };
}
