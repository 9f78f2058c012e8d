import { hash, verify } from '@node-rs/argon2';
import type { Config } from './config.ts';

type Profile = Config['profile'];

/** OWASP's first choice for argon2id. Tests and demos make hundreds of accounts at once, of nobody real. */
const COST: Readonly<Record<Profile, { memoryCost: number; timeCost: number }>> = {
  production: { memoryCost: 19_456, timeCost: 2 },
  development: { memoryCost: 19_456, timeCost: 2 },
  demo: { memoryCost: 4_096, timeCost: 1 },
  test: { memoryCost: 1_024, timeCost: 1 },
};

/** argon2id with a random salt, in its own text form. */
export const hashPassword = (password: string, profile: Profile): Promise<string> =>
  hash(password.normalize('NFKC'), { ...COST[profile], parallelism: 1 });

/** A hash that no password has, for spending the same time on a phone that nobody registered. */
const nobody = new Map<Profile, Promise<string>>();

/** Whether the password is right; null (no such account) takes as long as a wrong one. */
export async function verifyPassword(password: string, known: string | null, profile: Profile): Promise<boolean> {
  const decoy = nobody.get(profile) ?? hashPassword(crypto.randomUUID(), profile);
  nobody.set(profile, decoy);
  const right = await verify(known ?? (await decoy), password.normalize('NFKC'));
  return right && known !== null;
}
